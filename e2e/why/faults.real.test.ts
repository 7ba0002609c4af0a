import type { ChildProcess } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, whySchema } from '../../contract/index.ts'
import { end, freePort, startAgent, startOutside, type TestAgent } from '../agent.ts'
import { configuration, type Fault, faults } from './faults/index.ts'
import { fixtures, makeFiles, type World } from './world.ts'

// Every fault is injected into a real process under a real agent, and REST is asked why. All of them
// run at once: a cause must be told apart from seventy others.

const withinMs = 40_000
let folder: string
let world: World
let holder: ChildProcess
let agent: TestAgent

/** Where a process can be kept from dying: the freezer of control groups, version 1. */
const freezer = '/sys/fs/cgroup/freezer'
const mayFreeze = process.getuid?.() === 0 && existsSync(freezer)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'why-faults-'))
  const made = join(folder, 'made')
  mkdirSync(made)
  makeFiles(made)
  copyFileSync(join(fixtures, 'listens.mjs'), join(made, 'listens.mjs'))
  chmodSync(folder, 0o755)
  const heldPort = await freePort()
  holder = await startOutside([process.execPath, join(fixtures, 'listens.mjs'), String(heldPort)])
  world = {
    fixtures,
    made,
    heldPort,
    holderPid: holder.pid ?? 0,
    ownedPort: await freePort(),
    quietPort: await freePort(),
  }
  const dataDir = join(folder, 'data')
  mkdirSync(join(dataDir, 'config'), { recursive: true })
  writeFileSync(join(dataDir, 'config', 'faults.hcl'), configuration(world))
  const { WHY_NOT_SET: _, WHY_PAYMENT_KEY: __, NO_COLOR: ___, ...env } = process.env
  agent = await startAgent(dataDir, env)
})

afterAll(async () => {
  await agent?.stop()
  if (holder) await end(holder, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

function patternOf(fault: Fault): RegExp {
  return typeof fault.sentence === 'function' ? fault.sentence(world) : fault.sentence
}

async function hasSaid(name: string, pattern: RegExp): Promise<void> {
  const lines = async (): Promise<string> => (await agent.ask(`/services/${name}/logs`)).text()
  await expect.poll(lines, { timeout: withinMs }).toMatch(pattern)
}

const isAsWanted = (fault: Fault, service: Service): boolean =>
  [fault.state].flat().includes(service.state) && service.why !== null && patternOf(fault).test(service.why.sentence)

describe('a service that is not as wanted says why', () => {
  for (const fault of faults) {
    it.skipIf(fault.skip)(fault.name, async () => {
      if (fault.says) await hasSaid(fault.name, fault.says)
      for (const path of fault.ask ?? []) expect((await agent.post(path)).status).toBeLessThan(300)
      const service = await agent.until(fault.name, (found) => isAsWanted(fault, found), withinMs)
      const { why, state, reason } = service
      expect([fault.state].flat(), `${state}: ${reason.code}: ${reason.text}: ${why?.sentence}`).toContain(state)
      expect(why?.sentence).toMatch(patternOf(fault))
      expect(whySchema.safeParse(why).error).toBeUndefined()
      expect(why?.chain[0]?.subject).toMatch(fault.cause)
      expect(why?.fixes[0]?.action.kind).toBe(fault.fix)
      if (fault.label) expect(why?.fixes[0]?.label).toMatch(fault.label)
      if (fault.line) expect(why?.lastLines?.join('\n')).toMatch(fault.line)
      // Nobody needs to wait until its time is over.
      if (state === 'stopping' && service.pid) process.kill(service.pid, 'SIGKILL')
    })
  }

  it.skipIf(!mayFreeze)('unkillable', async () => {
    const { pid } = await agent.until('frozen', (found) => found.pid !== null, withinMs)
    const group = join(freezer, `why-faults-${process.pid}`)
    mkdirSync(group)
    try {
      writeFileSync(join(group, 'cgroup.procs'), String(pid))
      writeFileSync(join(group, 'freezer.state'), 'FROZEN')
      await expect
        .poll(() => readFileSync(join(group, 'freezer.state'), 'utf8'), { timeout: withinMs })
        .toBe('FROZEN\n')
      await agent.post('/services/frozen/stop')
      const service = await agent.until('frozen', ({ reason }) => reason.code === 'unkillable', withinMs)
      expect(service.state).toBe('stopping')
      expect(service.why?.sentence).toBe(
        `sleep (pid ${pid}) waits in the kernel (disk or network) and cannot be killed until that comes back`,
      )
      expect(service.why?.chain[0]?.subject).toBe(`sleep (pid ${pid})`)
      expect(service.why?.fixes[0]?.action.kind).toBe('run-command')
    } finally {
      writeFileSync(join(group, 'freezer.state'), 'THAWED')
    }
    const after = await agent.until('frozen', ({ state }) => state === 'stopped', withinMs)
    expect(after.state).toBe('stopped')
    rmdirSync(group)
  })

  it('log-cannot-be-opened', async () => {
    const spool = join(folder, 'data', 'spool')
    renameSync(spool, `${spool}.away`)
    writeFileSync(spool, 'a file where the folder was')
    try {
      await agent.post('/services/without-log/start')
      const wanted = /^Its log cannot be written: /
      const service = await agent.until('without-log', ({ why }) => wanted.test(why?.sentence ?? ''), withinMs)
      expect(service.why?.sentence).toMatch(wanted)
      expect(service.why?.chain[0]?.subject).toBe('log')
      expect(service.why?.fixes.map(({ action }) => action.kind)).toContain('service')
    } finally {
      rmSync(spool)
      renameSync(`${spool}.away`, spool)
    }
  })

  it('covers at least forty faults', () => {
    expect(faults.filter(({ skip }) => !skip).length).toBeGreaterThanOrEqual(40)
  })

  it('has nothing to say about one that runs as wanted', async () => {
    const service = await agent.until('port-owner', ({ state }) => state === 'running', withinMs)
    expect(service.state).toBe('running')
    expect(service.why).toBeNull()
  })
})
