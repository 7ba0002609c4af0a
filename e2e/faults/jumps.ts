import assert from 'node:assert/strict'
import type { AlertRule } from '../../contract/index.ts'
import { clockEnv, libfaketime, setClock } from './clocks.ts'
import { eventually, type Fault, service, type World } from './harness.ts'
import { fell, hearing } from './hearing.ts'

const hourS = 3_600
const yearS = 365 * 24 * hourS
const never = 'restart { policy = "never" }'
const patienceMs = 60_000

/** Waits until rules were asked by the clock as it is now. */
async function asked(world: World, shiftS: number): Promise<void> {
  let last: string | null = null
  const isThere = async (): Promise<boolean> => {
    const { items } = (await (await world.agent.ask('/rules')).json()) as { items: AlertRule[] }
    last = items[0]?.evaluatedAt ?? null
    return last !== null && Math.abs(Date.parse(last) - (Date.now() + shiftS * 1_000)) < 600_000
  }
  await eventually(`rules are asked, ${shiftS} s away`, patienceMs, isThere, () => last)
}

const clockJumps: Fault = {
  id: 55,
  budgetS: 120,
  title: 'a wall clock that jumps an hour, ten years, or to 1970 restarts nothing, and each alert is told once',
  unable: () => (libfaketime() ? undefined : 'needs libfaketime'),
  async run(world) {
    const jumps = [hourS, -hourS, 10 * yearS, 24 * hourS - Math.floor(Date.now() / 1_000), 0]
    const victims = jumps.map((_, at) => `victim-${at}`)
    const ears = await hearing(world)
    const { hcl, toldOf } = ears
    const keeps = service('keeps', 'sleep 1000')
    world.configure(hcl, keeps, ...['first', ...victims].map((name) => service(name, 'sleep 1000', never)))
    setClock(world, 0)
    await world.start({ env: clockEnv(world, 'UTC') })
    const { pid } = await world.running('keeps')
    await fell(world, ears, 'first')
    for (const [at, shiftS] of jumps.entries()) {
      setClock(world, shiftS)
      await asked(world, shiftS)
      await fell(world, ears, victims[at] ?? '')
    }
    const all = ['first', ...victims].map((name) => `${name} fires`)
    assert.deepEqual(toldOf('service-down').sort(), all.sort(), 'each is told once (I9)')
    const is = await world.running('keeps')
    assert.deepEqual([is.pid, is.restarts], [pid, 0], 'a jump restarted it')
  },
}

const longSleep: Fault = {
  id: 56,
  budgetS: 60,
  title: 'an agent that was asleep for eight hours tells nothing anew, restarts nothing, and hears of the next failure',
  unable: () => (libfaketime() ? undefined : 'needs libfaketime'),
  async run(world) {
    const ears = await hearing(world)
    const { hcl, toldOf } = ears
    world.configure(
      hcl,
      service('keeps', 'sleep 1000'),
      ...['first', 'next'].map((name) => service(name, 'sleep 1000', never)),
    )
    setClock(world, 0)
    await world.start({ env: clockEnv(world, 'UTC') })
    const { pid } = await world.running('keeps')
    await fell(world, ears, 'first')
    process.kill(world.agentPid, 'SIGSTOP')
    try {
      setClock(world, 8 * hourS)
    } finally {
      process.kill(world.agentPid, 'SIGCONT')
    }
    await asked(world, 8 * hourS)
    await fell(world, ears, 'next')
    assert.deepEqual(toldOf('service-down'), ['first fires', 'next fires'], 'each is told once (I9)')
    const is = await world.running('keeps')
    assert.deepEqual([is.pid, is.restarts], [pid, 0], 'the sleep restarted it')
  },
}

export const jumps: readonly Fault[] = [clockJumps, longSleep]
