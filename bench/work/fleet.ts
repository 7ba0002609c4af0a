import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createUser } from '@nats-io/nkeys'
import { connect } from 'nats'
import { NatsServer } from '../../agent/fleet/fixtures/natsserver.ts'
import { joinFleet } from '../../agent/fleet/join.ts'
import { Link } from '../../agent/fleet/link.ts'
import { Presence } from '../../agent/fleet/presence.ts'
import { signerOf } from '../../agent/fleet/sign.ts'
import { systemClock } from '../../agent/os/index.ts'
import { startAgent, type TestAgent } from '../../e2e/agent.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, pssMiB } from '../proc.ts'
import { connectionsFor, simulate, simulatedHost } from '../simulated.ts'
import { type Figure, figuresAbout, percentile } from '../table.ts'
import { type Bench, type Measurement, pause, timed } from './common.ts'
import { fleetInWindow } from './fleetwindow.ts'

const token = 'of-the-bench'
const patienceMs = 120_000
const warmUps = 200
const lists = 10

/** What the fleet's wire costs a call, and what a thousand hosts, and ten thousand, cost the agent that watches them. */
export const fleet: Measurement = async (bench) => {
  const figures = await callLatency(bench)
  for (const count of bench.quick ? [50] : [1_000, 10_000]) {
    const crowd = await Crowd.gather(bench, count)
    try {
      figures.push(...(await watching(bench, crowd)))
      if (count <= 1_000) figures.push(...(await fleetInWindow(bench, crowd)))
    } finally {
      await crowd.disperse()
    }
  }
  return figures
}

/** A server with many simulated hosts on it. */
class Crowd {
  readonly count: number
  readonly server: NatsServer
  readonly seed: string
  readonly #end: () => Promise<void>
  private constructor(count: number, server: NatsServer, seed: string, end: () => Promise<void>) {
    this.count = count
    this.server = server
    this.seed = seed
    this.#end = end
  }

  static async gather({ place, say }: Bench, count: number): Promise<Crowd> {
    const { seed, publicKey } = signingKey()
    const server = await NatsServer.start(`authorization { token: "${token}" }`, {
      hasJetStream: false,
      env: place.env,
    })
    const connections = connectionsFor(count, mostDescriptors())
    const joined = { count, connections, server: server.url, token, trustedKey: publicKey }
    const startedAtMs = performance.now()
    const end = await simulate(joined)
    const tookMs = performance.now() - startedAtMs
    say(`${count} hosts on ${connections} connections, joined in ${Math.round(tookMs)} ms`)
    if (connections < count) say(`they share connections: this process may open ${mostDescriptors()} descriptors`)
    return new Crowd(count, server, seed, end)
  }

  /** What an agent writes that watches them. */
  hcl(name: string): string {
    return natsOf(name, this.server, `signing_seed = "${this.seed}"`)
  }

  async disperse(): Promise<void> {
    await this.#end()
    await this.server.close()
  }
}

const natsOf = (name: string, server: NatsServer, more: string): string =>
  `agent {\n  name = "${name}"\n  nats {\n    servers = ["${server.url}"]\n    token = "${token}"\n    ${more}\n  }\n}\n`

function signingKey(): { seed: string; publicKey: string } {
  const pair = createUser()
  return { seed: Buffer.from(pair.getSeed()).toString('utf8'), publicKey: pair.getPublicKey() }
}

function mostDescriptors(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  return Number(soft ?? 1024)
}

async function watching({ place, quick, say }: Bench, crowd: Crowd): Promise<Figure[]> {
  const alone = await startHome(place, 'agent {\n  name = "home"\n}\n')
  await pause(quick ? 500 : 20_000)
  const aloneMiB = pssMiB(alone.process.pid ?? 0)
  await alone.stop()
  const home = await startHome(place, crowd.hcl('home'))
  const pid = home.process.pid ?? 0
  try {
    const foundMs = await timed(() =>
      until(async () => (await connectedHosts(home)) > crowd.count, 'all hosts are seen'),
    )
    say(`${crowd.count} hosts are seen`)
    // Compiling, and what the start has left.
    await pause(quick ? 500 : 10_000)
    const forMs = quick ? 2_000 : 30_000
    const before = cpuSeconds(pid)
    await pause(forMs)
    const percent = ((cpuSeconds(pid) - before) / forMs) * 1e5
    const listMs: number[] = []
    for (let round = 0; round < lists; round++) listMs.push(await timed(async () => (await home.ask('/hosts')).text()))
    const of = figuresAbout(`agent that watches ${crowd.count} hosts`)
    return [
      of('until all are seen', 'ms', foundMs, 15_000),
      of('idle', '% of a core', percent, crowd.count <= 1_000 ? 5 : undefined),
      of('memory (PSS)', 'MiB', pssMiB(pid)),
      { work: 'agent that is alone, memory (PSS)', unit: 'MiB', values: { HXE: aloneMiB } },
      of('list of them, API, p50', 'ms', percentile(listMs, 0.5)),
    ]
  } finally {
    await home.stop()
  }
}

const startHome = (place: Place, hcl: string, dataDir = place.fresh('data')): Promise<TestAgent> =>
  startAgent(dataDir, place.env, { config: place.write('home.hcl', hcl) })

async function connectedHosts(home: Pick<TestAgent, 'ask'>): Promise<number> {
  const { items } = (await (await home.ask('/hosts?state=connected')).json()) as { items: unknown[] }
  return items.length
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await pause(50)
  }
}

/** The same question over the fleet, over loopback REST, and as a bare request of NATS, in turns within one run. */
async function callLatency({ place, quick, say }: Bench): Promise<Figure[]> {
  const { seed, publicKey } = signingKey()
  const server = await NatsServer.start(`authorization { token: "${token}" }`, { hasJetStream: false, env: place.env })
  const service = 'service "web" {\n  command = "sleep 100000"\n}\n'
  const dataDir = place.fresh('data')
  const atlas = await startHome(place, natsOf('atlas', server, `trusted_keys = ["${publicKey}"]`) + service, dataDir)
  const caller = await joinAs(server, seed)
  const echo = await bareEcho(place, server, (await (await atlas.ask('/services/web')).text()).length)
  try {
    await until(async () => caller.idOf('atlas') !== undefined, 'atlas')
    const id = caller.idOf('atlas') ?? ''
    const ask = async () => caller.call(id, ['services', 'get'], { name: 'web' })
    const headers = { authorization: `Bearer ${readFileSync(join(dataDir, 'token'), 'utf8').trim()}` }
    const overRest = async () => (await fetch(`${atlas.url}/api/v1/services/web`, { headers })).text()
    const bare = () => caller.request('bench.echo', new Uint8Array(200))
    const ways = { fleet: ask, rest: overRest, bare }
    const taken: Record<keyof typeof ways, number[]> = { fleet: [], rest: [], bare: [] }
    const rounds = warmUps + (quick ? 100 : 3_000)
    for (let round = 0; round < rounds; round++)
      for (const way of ['fleet', 'rest', 'bare'] as const) {
        const ms = await timed(ways[way])
        if (round >= warmUps) taken[way].push(ms)
      }
    say(`${rounds} calls each way`)
    const of = (work: string, unit: string, value: number, goal?: number): Figure => ({
      work,
      unit,
      values: { HXE: value },
      ...(goal === undefined ? {} : { goal }),
    })
    return [0.5, 0.99].flatMap((share) => {
      const name = share === 0.5 ? 'p50' : 'p99'
      const [call, rest, request] = [taken.fleet, taken.rest, taken.bare].map((ms) => percentile(ms, share))
      return [
        of(`call of another host, ${name}`, 'ms', call ?? Number.NaN),
        of(`the same over loopback REST, ${name}`, 'ms', rest ?? Number.NaN),
        of(`a bare NATS request of that size, ${name}`, 'ms', request ?? Number.NaN),
        of(`call of another host to REST, ${name}`, '×', (call ?? 0) / (rest ?? 1)),
        of(`call of another host to a bare request, ${name}`, '×', (call ?? 0) / (request ?? 1)),
      ]
    })
  } finally {
    echo.kill('SIGKILL')
    await caller.close()
    await atlas.stop()
    await server.close()
  }
}

/** This program as a member that calls others. */
async function joinAs(server: NatsServer, seed: string) {
  const plain = await connect({ servers: server.url, token })
  const log = { warn: () => undefined, info: () => undefined }
  const access = { servers: [server.url], name: 'caller', token }
  const id = 'caller000000'
  const presence = new Presence(id, { turned: () => undefined, silent: () => undefined, changed: () => undefined })
  const common = { access, id, clock: systemClock, random: Math.random, log }
  const link = new Link(common, { opened: () => undefined, lost: () => undefined, changed: () => undefined })
  const joined = joinFleet({
    ...common,
    ...simulatedHost(id, 'caller'),
    prefix: 'hxe',
    trustedKeys: [],
    signer: signerOf(seed),
    author: 'bench',
    router: {},
    isView: () => true,
    isNewOperation: async () => true,
    changed: () => undefined,
    hostChanged: () => undefined,
    link,
    boot: 'b1',
    presence,
    nameOf: (host) => host,
    beat: () => undefined,
  })
  link.begin()
  return {
    idOf: (name: string) => [...presence.named(name)][0],
    call: (host: string, path: readonly string[], input: unknown) => joined.client?.call(host, path, input, {}),
    request: (subject: string, data: Uint8Array) => plain.request(subject, data, { timeout: 10_000 }),
    async close() {
      joined.close()
      await link.close(() => undefined)
      await plain.close()
    },
  }
}

/** Answers each request with so many bytes, in a process of its own as an agent does. */
async function bareEcho(place: Place, server: NatsServer, bytes: number): Promise<ChildProcess> {
  const text = `const {connect}=require('nats');connect({servers:'${server.url}',token:'${token}'}).then(c=>{const a=new Uint8Array(${bytes});c.subscribe('bench.echo',{callback:(e,m)=>m.respond(a)});return c.flush()}).then(()=>console.log('ready'))`
  const child = spawn(process.execPath, ['-e', text], { env: place.env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout }), 'line')
  return child
}
