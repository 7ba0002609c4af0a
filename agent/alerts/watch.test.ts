import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sweep } from '../metrics/index.ts'
import { unknownMs } from './episode.ts'
import { ruleOf } from './rule.ts'
import type { ServiceFacts } from './subjects.ts'
import { Watch } from './watch.ts'

const web: ServiceFacts = {
  name: 'web',
  service: 'web',
  tags: [],
  groups: [],
  app: null,
  type: 'service',
  state: 'running',
  health: 'none',
  desired: 'up',
  reason: 'started',
  memoryLimitBytes: undefined,
  startedAtMs: null,
}
const stepMs = 10_000
const range = { file: 'a.hcl', line: 1 }

function watchOf(when: string, more: object = {}): Watch {
  const watch = new Watch(() => 'here')
  watch.setRules([ruleOf({ name: 'rule', range, when, ...more }, undefined)])
  watch.setService('web', web)
  return watch
}

const sweepOf = (values: Record<string, number>, more: Partial<Sweep> = {}): Sweep => ({
  atMs: 0,
  services: new Map([['web', values]]),
  host: {},
  agent: {},
  labelled: [],
  ...more,
})

/** What turned at which step, where each value is one look: a number, or nothing that was measured. */
function turnsOf(watch: Watch, values: readonly (number | null)[]): string[] {
  return values.flatMap((value, at) => {
    watch.take(sweepOf(value === null ? {} : { cpu_percent: value }), at * stepMs)
    return watch.ask(at * stepMs).map(({ turn }) => `${at} ${turn}`)
  })
}

const times = (count: number, value: number | null): (number | null)[] => Array.from({ length: count }, () => value)

describe('a series of measurements', () => {
  const rule = { forMs: 20_000, keepFiringForMs: 20_000 }
  test.each([
    ['that stays below', [10, 20, 30], []],
    ['that is above at once without `for`', [90], ['0 firing'], { forMs: 0 }],
    ['that stays above', [90, 90, 90, 90], ['0 pending', '2 firing']],
    ['that is above for too short a time', [90, 90, 10, 90], ['0 pending', '2 dropped', '3 pending']],
    ['that comes down', [90, 90, 90, 10, 10, 10], ['0 pending', '2 firing', '5 resolved']],
    ['that flaps is one episode', [90, 90, 90, 10, 90, 10, 90, 10, 10, 10], ['0 pending', '2 firing', '9 resolved']],
    ['that is missing never fires', times(50, null), []],
    ['with a gap while pending begins anew', [90, null, 90, 90, 90], ['0 pending', '4 firing']],
    [
      'with a short gap goes on firing',
      [90, 90, 90, null, null, 90, 10, 10, 10],
      ['0 pending', '2 firing', '8 resolved'],
    ],
    [
      'that ends while it fires is resolved after a while',
      [90, 90, 90, ...times(unknownMs / stepMs + 1, null)],
      ['0 pending', '2 firing', `${3 + unknownMs / stepMs} resolved`],
    ],
  ] as readonly [string, readonly (number | null)[], string[], object?][])(
    '%s',
    (_title, values, expected, more = {}) => {
      expect(turnsOf(watchOf('cpu_percent > 80', { ...rule, ...more }), values)).toEqual(expected)
    },
  )
})

test('a service that is stopped resolves its alerts at once', () => {
  const watch = watchOf('cpu_percent > 80')
  expect(turnsOf(watch, [90])).toEqual(['0 firing'])
  watch.setService('web', { ...web, state: 'stopped', desired: 'down' })
  watch.take(sweepOf({}), stepMs)
  expect(watch.ask(stepMs)).toMatchObject([{ turn: 'resolved' }])
})

test('a service that is gone, and a rule that is changed, resolve what fired', () => {
  const watch = watchOf('cpu_percent > 80')
  turnsOf(watch, [90])
  watch.setService('web', undefined)
  expect(watch.ask(stepMs)).toMatchObject([{ turn: 'resolved' }])
  const other = watchOf('cpu_percent > 80')
  turnsOf(other, [90])
  expect(other.setRules([ruleOf({ name: 'rule', range, when: 'cpu_percent > 85' }, undefined)])).toMatchObject([
    { turn: 'resolved' },
  ])
})

test.each([
  ['avg(cpu_percent, 30s) > 50', [100, 0, 100, 100], ['0 firing']],
  ['min(cpu_percent, 20s) > 50', [10, 60, 60, 60], ['3 firing']],
  ['cpu_percent > 2 * avg(1m)', [10, 10, 10, 90], ['3 firing']],
  ['rate(cpu_percent, 1m) > 1', [0, 5, 40, 80], ['2 firing']],
  ['cpu_percent / 0 > 1', [10], []],
  ['not cpu_percent > 80', [null, 10], ['1 firing']],
  ['cpu_percent > 80 or state == "running"', [null], ['0 firing']],
  ['cpu_percent > 80 and state == "failed"', [null], []],
] as const)('%s is asked of what was', (when, values, expected) => {
  expect(turnsOf(watchOf(when, { keepFiringForMs: 3_600_000 }), values)).toEqual(expected)
})

test('a forecast fires before the limit is reached, and not for what rests', () => {
  const growing = Array.from({ length: 180 }, (_, at) => 40 + at / 12)
  const watch = watchOf('forecast(cpu_percent, 2h) > 100')
  expect(turnsOf(watch, growing)).toHaveLength(1)
  expect(turnsOf(watchOf('forecast(cpu_percent, 2h) > 100'), times(180, 90))).toEqual([])
})

test('events are counted within their time', () => {
  const watch = watchOf('count(event("service.exited"), 1m) >= 2')
  watch.noteEvent('web', 'service.exited', 0)
  watch.noteEvent('other', 'service.exited', 0)
  expect(watch.ask(0)).toEqual([])
  watch.noteEvent('web', 'service.exited', 30_000)
  expect(watch.ask(30_000)).toMatchObject([{ turn: 'firing', subject: { name: 'web' } }])
})

test('each file system is a subject of its own, unless the rule names one', () => {
  const disk = (mount: string, value: number) =>
    ({ on: 'host', subject: 'here', metric: 'disk_percent', labels: { mount }, value }) as const
  const labelled = [disk('/', 95), disk('/data', 20), disk('/tmp', 99)]
  const every = watchOf('disk_percent > 90', { on: 'host' })
  every.take(sweepOf({}, { labelled }), 0)
  expect(every.ask(0).map(({ subject }) => subject.labels.mount)).toEqual(['/', '/tmp'])
  const one = watchOf('disk_percent{mount="/data"} > 10', { on: 'host' })
  one.take(sweepOf({}, { labelled }), 0)
  expect(one.ask(0)).toHaveLength(1)
})

describe('a host of the fleet', () => {
  const atlas = { id: 'a', name: 'atlas' }
  const lost = { ...atlas, state: 'unreachable' as const }
  const here = { ...atlas, state: 'connected' as const }
  const unheard = { ...lost, connectionLost: true as const }
  const told = (hosts: readonly (readonly object[])[]): string[] => {
    const watch = new Watch(() => 'here')
    watch.setRules([
      ruleOf(
        { name: 'agent-lost', range, on: 'fleet', when: 'state == "lost"', forMs: 25_000, keepFiringForMs: 0 },
        undefined,
      ),
    ])
    return hosts.flatMap((each, at) => {
      watch.setHosts(each as Parameters<Watch['setHosts']>[0], at * stepMs)
      return watch.ask(at * stepMs).map(({ turn }) => `${at} ${turn}`)
    })
  }

  test('is lost when it has been away for long enough, and found when it is back', () => {
    expect(told([[here], [lost], [lost], [lost], [lost], [here]])).toEqual(['1 pending', '4 firing', '5 resolved'])
  })
  test('is not lost while it is this side that hears nobody, nor right after that', () => {
    expect(told([[here], [lost], [unheard], [unheard], [unheard], [lost], [here]])).toEqual(['1 pending', '6 dropped'])
  })
  test('stays lost while this side hears nobody', () => {
    const away = Array.from({ length: 40 }, () => [unheard])
    expect(told([[lost], [lost], [lost], [lost], ...away, [lost]])).toEqual(['0 pending', '3 firing'])
  })
  test('whose agent was ended, or that was taken off the list, is not lost', () => {
    expect(told([[here], ...Array.from({ length: 5 }, () => [{ ...lost, left: true }])])).toEqual([])
    expect(told([[lost], [lost], [lost], [lost], []])).toEqual(['0 pending', '3 firing', '4 resolved'])
  })
})

/** What happens to two services, look by look. */
type Happening =
  | { kind: 'rest' }
  | { kind: 'uses'; service: 'web' | 'api'; cpu: number }
  | { kind: 'state'; service: 'web' | 'api'; state: 'running' | 'failed' | 'stopped' }
  | { kind: 'event'; service: 'web' | 'api' }
  | { kind: 'gone'; service: 'web' | 'api' }
const service = fc.constantFrom('web' as const, 'api' as const)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'rest' as const }) },
  fc.record({ kind: fc.constant('uses' as const), service, cpu: fc.constantFrom(0, 60, 100) }),
  fc.record({
    kind: fc.constant('state' as const),
    service,
    state: fc.constantFrom('running' as const, 'failed' as const, 'stopped' as const),
  }),
  fc.record({ kind: fc.constant('event' as const), service }),
  fc.record({ kind: fc.constant('gone' as const), service }),
)
const conditions = [
  'cpu_percent > 50',
  'state == "failed"',
  'uptime_seconds < 40',
  'avg(cpu_percent, 30s) > 50',
  'count(event("service.backoff"), 30s) >= 2',
]

/** All turns; `sameWhereResting` as the feed of metrics tells it: what rests is the same object. */
function turnsThrough(happenings: readonly Happening[], sameWhereResting: boolean): string[] {
  const watch = new Watch(() => 'here')
  watch.setRules(conditions.map((when, at) => ruleOf({ name: `${at}`, range, when, forMs: at * 5_000 }, undefined)))
  for (const name of ['web', 'api']) watch.setService(name, { ...web, name })
  const cpu = { web: 0, api: 0 }
  let services: Map<string, Record<string, number>> = new Map()
  const anew = (): Map<string, Record<string, number>> =>
    new Map(Object.entries(cpu).map(([name, value]) => [name, { cpu_percent: value, uptime_seconds: 0 }]))
  return happenings.flatMap((one, at) => {
    const nowMs = at * stepMs
    if (one.kind === 'uses') cpu[one.service] = one.cpu
    if (one.kind === 'state') watch.setService(one.service, { ...web, name: one.service, state: one.state })
    if (one.kind === 'event') watch.noteEvent(one.service, 'service.backoff', nowMs)
    if (one.kind === 'gone') watch.setService(one.service, undefined)
    if (at === 0 || one.kind === 'uses' || !sameWhereResting) services = anew()
    for (const values of services.values()) values.uptime_seconds = nowMs / 1000
    watch.take(sweepOf({}, { services }), nowMs)
    return watch.ask(nowMs).map(({ rule, subject, turn }) => `${at} ${rule.name} ${subject.key} ${turn}`)
  })
}

test('what is passed over since nothing has changed would have said the same again', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      expect(turnsThrough(happenings, true)).toEqual(turnsThrough(happenings, false))
    }),
  )
})
