import type { World } from '../world.ts'
import { type Fault, needs, once, rootOnly, told } from './fault.ts'

/** Running only when it listens, so that whoever depends on it finds the port taken. */
const heldFirst = (port: number): string =>
  `hooks {\n post_start {\n command = "bash -c 'until (echo > /dev/tcp/127.0.0.1/${port}) 2> /dev/null; do sleep 0.05; done'"\n timeout = "30s"\n }\n }`

const heldBy = (world: World): RegExp =>
  new RegExp(`^Port ${world.heldPort} is held by node \\(pid ${world.holderPid}\\)$`)

export const ports: readonly Fault[] = [
  {
    name: 'declared-port-held',
    hcl: (world) =>
      `command = "node listens.mjs ${world.heldPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\nports = [${world.heldPort}]`,
    state: ['failed', 'backoff'],
    sentence: heldBy,
    cause: /^node \(pid \d+\)$/,
    fix: 'end-process',
    label: /^Stop pid \d+ and start$/,
  },
  {
    name: 'undeclared-port-held',
    hcl: (world) =>
      `command = "node listens.mjs ${world.heldPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\n${once}`,
    state: 'failed',
    sentence: heldBy,
    cause: /^node \(pid \d+\)$/,
    fix: 'end-process',
    line: /EADDRINUSE/,
  },
  {
    name: 'port-held-in-python',
    hcl: (world) => `command = "python3 -m http.server ${world.heldPort} --bind 127.0.0.1"\n${once}`,
    state: 'failed',
    sentence: heldBy,
    cause: /./,
    fix: 'end-process',
    skip: needs('python3'),
  },
  {
    name: 'port-of-another-service',
    hcl: (world) =>
      `command = "node listens.mjs ${world.ownedPort}"\nworking_dir = ${JSON.stringify(world.fixtures)}\ndepends_on = ["port-owner"]\nrestart {\n max_retries = 4\n delay = "300ms"\n}`,
    beside: (world) =>
      `service "port-owner" {\n command = "node listens.mjs ${world.ownedPort}"\n working_dir = ${JSON.stringify(world.fixtures)}\n ports = [${world.ownedPort}]\n ${heldFirst(world.ownedPort)}\n}`,
    state: ['failed', 'backoff'],
    sentence: (world) =>
      new RegExp(`^Port ${world.ownedPort} is held by node \\(pid \\d+\\), which is the service port-owner$`),
    cause: /^node \(pid \d+\)$/,
    fix: 'service',
    label: /^Stop port-owner$/,
  },
  {
    name: 'port-kept-for-root',
    hcl: (world) => `command = "node ${world.made}/listens.mjs 81"\nuser = "nobody"\nworking_dir = "/"\n${once}`,
    state: 'failed',
    sentence: told('Port 81 needs rights that it does not have: ports below 1024 are kept for root'),
    cause: /^port 81$/,
    fix: 'service',
    skip: rootOnly,
  },
]
