import { expect, test } from 'vitest'
import { AlertEngine } from './engine.ts'
import { SetClock } from './fixtures/clock.ts'
import { recordsIn } from './fixtures/records.ts'
import { Keeper } from './keep.ts'
import { ruleOf } from './rule.ts'
import type { ServiceFacts } from './subjects.ts'
import { Teller } from './teller.ts'

const lookMs = 5_000
const minuteMs = 60_000
const web: ServiceFacts = {
  ...{ name: 'web', service: 'web', tags: [], groups: [], app: null, type: 'service' },
  ...{ state: 'running', health: 'none', desired: 'up', reason: 'started', memoryLimitBytes: undefined },
  startedAtMs: 0,
}

/** Agents one after another on one disk. Each look sees the value of `cpu`, or nothing. */
class Host {
  readonly clock = new SetClock()
  readonly kept = new Map<string, Map<string, string>>()
  cpu: number | undefined = 90
  facts = web
  rule = { name: 'busy', range: { file: 'a.hcl', line: 1 }, when: 'cpu_percent > 80', forMs: 5 * minuteMs }
  turns: string[] = []
  #ids = 0
  #engine = this.#open()

  #open(): AlertEngine {
    const fail = (error: unknown): never => {
      throw error
    }
    const keeper = new Keeper(recordsIn(this.kept), fail)
    const newId = (): string => `a${this.#ids++}`
    const teller = new Teller({
      keeper,
      deliverer: { deliver: async () => undefined },
      world: { dependsOn: () => [], serviceOf: (name) => name, isUnwell: () => false, unjudged: () => undefined },
      policy: () => ({
        ...{ notify: [], groupBy: [], groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 0 },
        routes: [],
      }),
      inhibitions: () => [],
      windows: () => [],
      nextDue: () => undefined,
      isThere: () => true,
      isDesktop: () => false,
      newId,
      onProblem: fail,
    })
    const engine = new AlertEngine({
      clock: this.clock,
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
    engine.setRules([ruleOf(this.rule, undefined)])
    engine.setService('web', this.facts)
    engine.restore()
    return engine
  }

  /** The agent is gone without a word, and another comes after a while, in which the wall clock may be set. */
  restart(awayMs: number, setBackMs = 0): void {
    this.#engine.end()
    this.clock.pass(awayMs)
    this.clock.wallMs -= setBackMs
    this.turns = []
    this.#engine = this.#open()
  }

  /** Looks for so long; answers after how long it fired first, in seconds. */
  watch(forMs: number): number | undefined {
    let firedAfter: number | undefined
    for (let passedMs = 0; passedMs <= forMs; passedMs += lookMs) {
      if (passedMs > 0) this.clock.pass(lookMs)
      this.#engine.setService('web', this.facts)
      const values = this.cpu === undefined ? {} : { cpu_percent: this.cpu }
      const turns = this.#engine.take({
        ...{ atMs: 0, services: new Map([['web', values]]), host: {}, agent: {}, labelled: [] },
      })
      this.turns.push(...turns.map(({ turn }) => turn))
      if (turns.some(({ turn }) => turn === 'firing')) firedAfter ??= passedMs / 1000
    }
    return firedAfter
  }

  get alert() {
    const [entry] = [...this.#engine.entries.values()]
    if (!entry) throw new Error('there is no alert')
    return { ...entry.alert, steps: entry.steps.map(({ text }) => text) }
  }
  get kinds(): string[] {
    return [...this.kept].flatMap(([kind, records]) => (records.size > 0 ? [kind] : []))
  }
}

test('what was pending fires after the rest of its `for`, as the alert that it was', () => {
  const host = new Host()
  expect(host.watch(3 * minuteMs)).toBeUndefined()
  const before = host.alert
  host.restart(20_000)
  expect(host.watch(5 * minuteMs)).toBe(120)
  expect(host.alert).toMatchObject({ id: before.id, startsAt: before.startsAt, state: 'firing' })
  expect(host.alert.steps.slice(0, 3)).toEqual([
    'cpu_percent > 80 holds for web',
    'goes on: it had held for 3 min; nobody looked for 20 s, which does not count',
    'it fires: cpu_percent > 80 held for 5 min',
  ])
})

test('what was about to fire waits a little after a restart, however long the agent was away', () => {
  const host = new Host()
  host.watch(5 * minuteMs - lookMs)
  host.restart(30 * minuteMs)
  expect(host.watch(minuteMs)).toBe(10)
})

test.each([
  ['the agent was away for more than an hour', (host: Host) => host.restart(61 * minuteMs)],
  ['the clock was set back meanwhile', (host: Host) => host.restart(20_000, 30 * minuteMs)],
  ['the clock was set ahead meanwhile', (host: Host) => host.restart(20_000, -86_400_000)],
  [
    'the rule says something else',
    (host: Host) => {
      host.rule = { ...host.rule, when: 'cpu_percent > 70' }
      host.restart(20_000)
    },
  ],
  [
    'the service was started anew',
    (host: Host) => {
      host.facts = { ...web, startedAtMs: host.clock.wallMs + 10_000 }
      host.restart(20_000)
    },
  ],
  [
    'it did not hold at the first look',
    (host: Host) => {
      host.restart(20_000)
      host.cpu = 10
      host.watch(0)
      host.cpu = 90
    },
  ],
  [
    'nothing was measured for too long',
    (host: Host) => {
      host.restart(20_000)
      host.cpu = undefined
      host.watch(6 * minuteMs)
      host.cpu = 90
    },
  ],
])('`for` begins anew where %s', (_title, happen) => {
  const host = new Host()
  host.watch(3 * minuteMs)
  happen(host)
  host.turns = []
  expect(host.watch(5 * minuteMs)).toBe(300)
  expect(host.turns).toEqual(['pending', 'firing'])
})

test('what is not measured at the first looks is waited for, and that time does not count', () => {
  const host = new Host()
  host.watch(3 * minuteMs)
  host.restart(20_000)
  host.cpu = undefined
  expect(host.watch(minuteMs)).toBeUndefined()
  host.cpu = 90
  expect(host.watch(5 * minuteMs)).toBe(120)
})

test('a wall clock that jumps while it is pending fires nothing early, with or without a restart', () => {
  for (const jumpMs of [86_400_000, -86_400_000]) {
    const host = new Host()
    host.watch(minuteMs)
    host.clock.wallMs += jumpMs
    host.watch(2 * minuteMs)
    host.restart(5_000)
    expect(host.watch(5 * minuteMs)).toBe(120)
  }
})

test('it goes on over several agents, also one that is gone before it saw anything', () => {
  const host = new Host()
  host.watch(minuteMs)
  const { id } = host.alert
  host.restart(5_000)
  host.cpu = undefined
  host.watch(20_000)
  host.restart(5_000)
  host.cpu = 90
  host.watch(2 * minuteMs)
  host.restart(5_000)
  expect(host.watch(5 * minuteMs)).toBe(120)
  expect(host.alert.id).toBe(id)
})

test('what fires, or holds no longer, is not pending to the next agent', () => {
  const host = new Host()
  host.watch(minuteMs)
  expect(host.kinds).toEqual(['alert-pending'])
  host.cpu = 10
  host.watch(0)
  expect(host.kinds).toEqual([])
  host.cpu = 90
  host.watch(4 * minuteMs)
  expect(host.kinds).toContain('alert-pending')
  host.watch(2 * minuteMs)
  expect(host.kinds).not.toContain('alert-pending')
})
