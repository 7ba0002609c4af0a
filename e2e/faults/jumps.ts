import assert from 'node:assert/strict'
import { openReceiver, type Told } from '../../agent/alerts/deliver/fixtures/receiver.ts'
import type { AlertRule } from '../../contract/index.ts'
import { clockEnv, libfaketime, setClock } from './clocks.ts'
import { eventually, type Fault, service, type World } from './harness.ts'

const hourS = 3_600
const yearS = 365 * 24 * hourS
const never = 'restart { policy = "never" }'
const patienceMs = 60_000

/** A receiver of alerts, what it was told, and the blocks that name it. */
async function hearing(world: World): Promise<{ told: () => Told[]; hcl: string }> {
  const { told, hcl, close } = await openReceiver()
  world.defer(close)
  return { told, hcl: hcl('group_by = ["service"]', 'group_wait = "200ms"') }
}

/** The services that were told to be down, each as often as it was told. */
const downOf = (told: readonly Told[]): string[] =>
  told.flatMap(({ status, alerts }) =>
    status === 'firing' ? alerts.filter(({ name }) => name === 'service-down').map(({ service: of }) => of ?? '') : [],
  )

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

/** Kills the process of a service for good, and waits until that was told. */
async function fell(world: World, told: () => Told[], name: string): Promise<void> {
  const { pid } = await world.running(name)
  process.kill(pid ?? Number.NaN, 'SIGKILL')
  await eventually(
    `${name} is told to be down`,
    patienceMs,
    () => downOf(told()).includes(name),
    () => downOf(told()),
  )
}

const clockJumps: Fault = {
  id: 55,
  budgetS: 120,
  title: 'a wall clock that jumps an hour, ten years, or to 1970 restarts nothing, and each alert is told once',
  unable: () => (libfaketime() ? undefined : 'needs libfaketime'),
  async run(world) {
    const jumps = [hourS, -hourS, 10 * yearS, 24 * hourS - Math.floor(Date.now() / 1_000), 0]
    const victims = jumps.map((_, at) => `victim-${at}`)
    const { told, hcl } = await hearing(world)
    const keeps = service('keeps', 'sleep 1000')
    world.configure(hcl, keeps, ...['first', ...victims].map((name) => service(name, 'sleep 1000', never)))
    setClock(world, 0)
    await world.start({ env: clockEnv(world, 'UTC') })
    const { pid } = await world.running('keeps')
    await fell(world, told, 'first')
    for (const [at, shiftS] of jumps.entries()) {
      setClock(world, shiftS)
      await asked(world, shiftS)
      await fell(world, told, victims[at] ?? '')
    }
    assert.deepEqual(downOf(told()).sort(), ['first', ...victims].sort(), 'each is told once (I9)')
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
    const { told, hcl } = await hearing(world)
    world.configure(
      hcl,
      service('keeps', 'sleep 1000'),
      ...['first', 'next'].map((name) => service(name, 'sleep 1000', never)),
    )
    setClock(world, 0)
    await world.start({ env: clockEnv(world, 'UTC') })
    const { pid } = await world.running('keeps')
    await fell(world, told, 'first')
    process.kill(world.agentPid, 'SIGSTOP')
    try {
      setClock(world, 8 * hourS)
    } finally {
      process.kill(world.agentPid, 'SIGCONT')
    }
    await asked(world, 8 * hourS)
    await fell(world, told, 'next')
    assert.deepEqual(downOf(told()), ['first', 'next'], 'each is told once (I9)')
    const is = await world.running('keeps')
    assert.deepEqual([is.pid, is.restarts], [pid, 0], 'the sleep restarted it')
  },
}

export const jumps: readonly Fault[] = [clockJumps, longSleep]
