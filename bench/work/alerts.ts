import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { hookTo, openReceiver } from '../../agent/alerts/deliver/fixtures/receiver.ts'
import { noticeOf, openWorld } from '../../agent/alerts/deliver/fixtures/world.ts'
import { SetClock } from '../../agent/alerts/fixtures/clock.ts'
import { AlertEngine, Keeper, rulesOf, type ServiceFacts, Teller } from '../../agent/alerts/index.ts'
import type { Sweep } from '../../agent/metrics/index.ts'
import { type Figure, percentile } from '../table.ts'
import type { Bench, Measurement } from './common.ts'

const range = { file: 'bench.hcl', line: 1 }
const stepMs = 5_000

/** What asking rules costs, what becomes of a storm with one cause, and how fast messages leave. */
export const alerts: Measurement = async (bench) => [
  ...asking(bench),
  ...(await storm(bench)),
  ...(await leaving(bench)),
]

/** Twenty rules of the kinds that people write, beside those that are built in. */
const rules = rulesOf(
  new Map(
    Array.from({ length: 20 }, (_, index) => {
      const kinds = [
        `cpu_percent > ${80 + index}`,
        `avg(memory_bytes, 5m) > ${index + 1}GB`,
        `state == "failed" and cpu_percent >= ${index}`,
        `rate(restarts, 10m) > ${index}`,
        `count(event("service.exited"), 5m) >= ${3 + index}`,
      ]
      const name = `rule-${index}`
      return [name, { name, range, when: kinds[index % kinds.length] ?? '', forMs: 60_000 }]
    }),
  ),
)

const factsOf = (name: string, state: string): ServiceFacts => ({
  ...{ name, service: name, tags: [], groups: [], app: null, type: 'service' },
  ...{ state, health: 'none', desired: 'up', reason: 'exited', memoryLimitBytes: undefined, startedAtMs: null },
})

interface Notified {
  id: string
  alerts: number
  names: string[]
}

/** An engine on what is made up; what is kept is kept in memory. */
function openEngine(needs: (name: string) => readonly string[], failed: ReadonlySet<string>) {
  const clock = new SetClock()
  const told: Notified[] = []
  let ids = 0
  const newId = (): string => `id-${ids++}`
  const fail = (error: unknown): never => {
    throw error
  }
  const keeper = new Keeper({ kept: () => [], keep: async () => undefined }, fail)
  const policy = {
    notify: ['hook'],
    groupBy: ['service'],
    groupWaitMs: 0,
    groupIntervalMs: 60_000,
    repeatIntervalMs: 1e8,
  }
  const teller = new Teller({
    keeper,
    deliverer: {
      deliver: async ({ id, alerts: own }) => {
        told.push({ id, alerts: own.length, names: own.map(({ service = '' }) => service) })
      },
    },
    world: {
      dependsOn: needs,
      serviceOf: (name) => name,
      isUnwell: (name) => failed.has(name),
      unjudged: () => undefined,
    },
    policy: () => ({ ...policy, routes: [] }),
    inhibitions: () => [],
    windows: () => [],
    nextDue: () => undefined,
    isThere: () => true,
    isDesktop: () => false,
    newId,
    onProblem: fail,
  })
  const engine = new AlertEngine({
    clock,
    hostName: () => 'here',
    shownName: () => 'here',
    newId,
    wordsOf: () => undefined,
    changed: () => undefined,
    onProblem: fail,
    tell: () => undefined,
    keeper,
    teller,
  })
  engine.setRules(rules)
  return { engine, clock, told }
}

const servicesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `service-${index}`)

function asking({ quick, say }: Bench): Figure[] {
  const names = servicesOf(quick ? 100 : 1_000)
  const { engine, clock } = openEngine(() => [], new Set())
  for (const name of names) engine.setService(name, factsOf(name, 'running'))
  const looks: number[] = []
  for (let look = 0; look < (quick ? 20 : 200); look++) {
    const values = (index: number) => ({ cpu_percent: (index + look) % 70, memory_bytes: 1e8 + look, restarts: 0 })
    const services = new Map(names.map((name, index) => [name, values(index)]))
    const sweep: Sweep = { atMs: clock.nowMs(), services, host: {}, agent: {}, labelled: [] }
    const beganMs = performance.now()
    engine.take(sweep)
    looks.push(performance.now() - beganMs)
    clock.pass(stepMs)
  }
  engine.end()
  say(`${names.length} services: ${percentile(looks, 0.5).toFixed(2)} ms a look`)
  const work = `alerts: ${names.length} services × 20 rules, a look`
  return [
    { work: `${work}, p50`, unit: 'ms', values: { HXE: percentile(looks, 0.5) } },
    { work: `${work}, p95`, unit: 'ms', values: { HXE: percentile(looks, 0.95) } },
  ]
}

/** All fail at once, since one that they need has. */
async function storm({ quick, say }: Bench): Promise<Figure[]> {
  const names = servicesOf(quick ? 100 : 1_000)
  const [cause = ''] = names
  const { engine, clock, told } = openEngine((name) => (name === cause ? [] : [cause]), new Set(names))
  for (const name of names) engine.setService(name, factsOf(name, 'failed'))
  const beganMs = performance.now()
  engine.ask(new Set(names))
  const askedMs = performance.now() - beganMs
  for (let look = 0; look < 5; look++) {
    clock.pass(stepMs)
    engine.take(undefined)
    // What was told is noted behind the turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  engine.end()
  say(`${engine.summary().firing} alerts fire, told: ${told.map(({ names: of }) => of.join(',')).join('; ')}`)
  return [
    { work: `alerts: ${names.length} services fail of one cause, until judged`, unit: 'ms', values: { HXE: askedMs } },
    {
      work: `alerts: notices of ${names.length} failures of one cause`,
      unit: 'notices',
      values: { HXE: told.length },
      goal: 1,
    },
  ]
}

/** Messages through the queue on disk to a receiver on loopback. */
async function leaving({ place, quick }: Bench): Promise<Figure[]> {
  const count = quick ? 50 : 500
  const receiver = await openReceiver()
  const world = await openWorld(mkdtempSync(join(place.folder, 'deliver-')), hookTo('hook', receiver.url))
  try {
    const arrived = new Promise<void>((resolve) => {
      world.deliveries.onOutcome(() => {
        if (world.outcomes.length === count) resolve()
      })
    })
    const beganMs = performance.now()
    for (let each = 0; each < count; each++) await world.deliveries.deliver(noticeOf(`n${each}`, 'hook'))
    await arrived
    const seconds = (performance.now() - beganMs) / 1_000
    if (receiver.received.length !== count) throw new Error(`${receiver.received.length} of ${count} messages arrived`)
    return [
      {
        work: 'alerts: messages through the queue to a receiver',
        unit: '/s',
        values: { HXE: count / seconds },
        moreIsBetter: true,
      },
    ]
  } finally {
    await world.close()
    receiver.close()
  }
}
