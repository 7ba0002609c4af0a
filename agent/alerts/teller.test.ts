import { describe, expect, test } from 'vitest'
import type { Alert } from '../../contract/index.ts'
import type { Entry } from './book.ts'
import { alertOf } from './fixtures/alert.ts'
import { recordsIn } from './fixtures/records.ts'
import type { Policy } from './groups.ts'
import type { Inhibition, Window } from './hush.ts'
import { Keeper } from './keep.ts'
import { doubtMs, type Voice } from './speaker.ts'
import { Teller } from './teller.ts'
import type { Notice } from './types.ts'

const startMs = Date.parse('2026-03-01T12:00:00.000Z')
const policy: Policy = {
  notify: ['mail'],
  groupBy: ['service'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 3_600_000,
  routes: [],
}

interface Options {
  policy?: Partial<Policy>
  inhibitions?: Inhibition[]
  windows?: Window[]
  needs?: Readonly<Record<string, string[]>>
}

/** Tells alerts with a clock of its own, and what is kept can be taken over by another one. */
class Bench {
  readonly kept = new Map<string, Map<string, string>>()
  readonly told: Notice[] = []
  readonly entries = new Map<string, Entry>()
  nowMs = startMs
  /** Of services of which it is not known how they do: why. */
  readonly unjudged = new Map<string, string>()
  keeper: Keeper
  teller: Teller
  /** Notifications that the files no longer have. */
  readonly gone = new Set<string>()
  /** Nothing is kept any more. */
  isDiskFull = false
  #options: Options
  #ids = 0

  constructor(options: Options = {}) {
    this.#options = options
    ;[this.keeper, this.teller] = this.#make()
  }

  #make(): [Keeper, Teller] {
    const records = recordsIn(this.kept)
    const keep: typeof records.keep = async (...record) => {
      if (this.isDiskFull) throw new Error('the disk is full')
      await records.keep(...record)
    }
    const keeper = new Keeper({ ...records, keep }, () => undefined)
    const { inhibitions = [], windows = [], needs = {} } = this.#options
    const teller = new Teller({
      keeper,
      deliverer: {
        deliver: async (notice) => {
          if (!this.told.some(({ id }) => id === notice.id)) this.told.push(notice)
        },
      },
      world: {
        dependsOn: (name) => needs[name] ?? [],
        serviceOf: (name) => name,
        isUnwell: () => true,
        unjudged: (name) => this.unjudged.get(name),
      },
      policy: () => ({ ...policy, ...this.#options.policy }),
      inhibitions: () => inhibitions,
      windows: () => windows,
      nextDue: () => undefined,
      isThere: (notification) => !this.gone.has(notification),
      isDesktop: (notification) => notification === 'desktop',
      newId: () => `g${this.#ids++}`,
      onProblem: () => undefined,
    })
    return [keeper, teller]
  }

  fire(alert: Alert, notify: string[] = []): Entry {
    const entry: Entry = {
      alert,
      subjectKey: alert.id,
      subjectName: alert.id,
      subjectLabels: {},
      episode: { phase: 'firing', sinceMs: this.nowMs, firedAtMs: this.nowMs, quietSinceMs: null, quiet: null },
      steps: [],
      told: [],
      notify,
      isQuiet: false,
    }
    this.entries.set(alert.id, entry)
    void this.keeper.put(entry)
    return entry
  }

  resolve(id: string): void {
    const entry = this.entries.get(id)
    if (!entry) throw new Error(`${id} does not fire`)
    this.entries.delete(id)
    entry.alert = { ...entry.alert, state: 'resolved', endsAt: new Date(this.nowMs).toISOString() }
    this.keeper.close(entry)
  }

  /** Lets time go by in steps of a second. */
  async pass(seconds: number): Promise<void> {
    for (let each = 0; each <= seconds; each += 1) {
      const entries = [...this.entries.values()]
      this.teller.judge(entries, this.nowMs)
      await this.teller.tell(entries, this.nowMs, this.nowMs)
      if (each < seconds) this.nowMs += 1_000
    }
  }

  /** The files say this from now on. */
  reload(policy: Partial<Policy>): void {
    this.#options = { ...this.#options, policy: { ...this.#options.policy, ...policy } }
    this.teller.reconfigured()
  }

  /** Another agent goes on with what is on disk. */
  restart(): void {
    this.isDiskFull = false
    this.entries.clear()
    ;[this.keeper, this.teller] = this.#make()
    for (const entry of this.keeper.load()) this.entries.set(entry.alert.id, entry)
  }

  get heard(): string[] {
    return this.told.map(
      ({ notification, status, alerts }) => `${notification} ${status} ${alerts.map(({ id }) => id)}`,
    )
  }

  stepsOf(id: string): string[] {
    return (this.entries.get(id) ?? this.keeper.history.get(id))?.steps.map(({ text }) => text) ?? []
  }
}

test('a group waits, is told once, again at its repeat interval, and when it is resolved', async () => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  await bench.pass(9)
  expect(bench.heard).toEqual([])
  await bench.pass(3_000)
  expect(bench.heard).toEqual(['mail firing web'])
  await bench.pass(700)
  expect(bench.heard).toEqual(['mail firing web', 'mail firing web'])
  bench.resolve('web')
  await bench.pass(61)
  expect(bench.heard.at(-1)).toBe('mail resolved web')
  await bench.pass(7_300)
  expect(bench.told).toHaveLength(3)
})

test('what is new in a group waits for its interval, and what was over before it was told is not told', async () => {
  const bench = new Bench({ policy: { groupBy: [] } })
  bench.fire(alertOf('a'))
  await bench.pass(11)
  bench.fire(alertOf('b'))
  bench.fire(alertOf('c'))
  await bench.pass(5)
  bench.resolve('c')
  await bench.pass(60)
  expect(bench.heard).toEqual(['mail firing a', 'mail firing a,b'])
  expect(bench.stepsOf('c').at(-1)).toMatch(/not told: it was over/)
})

test('what follows from a cause is told only when the cause is over and it still fires', async () => {
  const bench = new Bench({ needs: { web: ['database'] } })
  bench.fire(alertOf('web'))
  await bench.pass(3)
  bench.fire(alertOf('database'))
  await bench.pass(30)
  expect(bench.heard).toEqual(['mail firing database'])
  expect(bench.told[0]?.alerts[0]?.follows).toEqual({ count: 1, services: ['web'] })
  bench.resolve('database')
  await bench.pass(120)
  expect(bench.heard[0]).toBe('mail firing database')
  expect(bench.heard.slice(1).toSorted()).toEqual(['mail firing web', 'mail resolved database'])
})

test('who would be told of what follows is told of the cause, once, whatever the rule of the cause names', async () => {
  const bench = new Bench({ needs: { web: ['database'] } })
  bench.fire(alertOf('database'))
  bench.fire(alertOf('web'), ['slack'])
  bench.fire(alertOf('web', { id: 'own', name: 'web-failed', severity: 'warning' }), ['hook'])
  await bench.pass(60)
  expect(bench.heard.toSorted()).toEqual(['hook firing database', 'mail firing database', 'slack firing database'])
  expect(bench.stepsOf('database')).toContain(
    'goes to slack: its rule names it, for service-down that follows from this',
  )
})

test('a silence, an inhibition, a maintenance window and an acknowledgement each keep it quiet, with a sentence', async () => {
  const bench = new Bench({
    inhibitions: [{ source: { alertname: 'HostDown' }, target: { service: 'b' }, equal: ['host'] }],
    windows: [
      {
        name: 'night',
        match: { service: 'c' },
        range: { file: 'a.hcl', line: 1 },
        when: { startsMs: startMs, endsMs: startMs + 3_600_000 },
      },
    ],
  })
  await bench.keeper.putSilence(
    {
      id: 's',
      matchers: [{ name: 'service', op: '=~', value: 'a.*' }],
      reason: 'limit being raised',
      author: 'mira',
      createdAtMs: startMs,
      startsAtMs: startMs,
      endsAtMs: startMs + 60_000,
    },
    startMs,
  )
  for (const name of ['a', 'b', 'c']) bench.fire(alertOf(name))
  bench.fire(alertOf('here', { id: 'host', on: 'host', name: 'HostDown', metric: 'load1' }))
  const seen = bench.fire(alertOf('d'))
  const acknowledgedBy = { author: 'mira', at: '2026-03-01T12:00:00.000Z', note: '' }
  seen.alert = { ...seen.alert, acknowledged: true, acknowledgedBy }
  await bench.pass(30)
  expect(bench.heard).toEqual(['mail firing host'])
  expect(bench.stepsOf('a').at(-1)).toBe(
    'not told: silenced by mira until 2026-03-01T12:01:00.000Z: limit being raised',
  )
  expect(bench.stepsOf('b').at(-1)).toBe('not told: HostDown keeps it quiet')
  expect(bench.stepsOf('c').at(-1)).toBe('not told: maintenance "night" until 2026-03-01T13:00:00.000Z')
  expect(bench.stepsOf('d').at(-1)).toBe('not told again: mira sees to it')
  await bench.pass(60)
  expect(bench.heard).toContain('mail firing a')
})

test('routes choose by labels, `continue` goes on, and what nothing names goes to the desktop', async () => {
  const bench = new Bench({
    policy: {
      notify: [],
      routes: [
        { match: { severity: 'critical' }, notify: ['pager'], continue: true },
        { match: { service: '=~web.*' }, notify: ['web-team'], continue: false },
        { match: { service: '=~.*' }, notify: ['never'], continue: false },
      ],
    },
  })
  bench.fire(alertOf('web'))
  bench.fire(alertOf('x', { on: 'host', severity: 'info', metric: 'load1' }), ['own'])
  await bench.pass(11)
  expect(bench.heard.toSorted()).toEqual(['never firing x', 'own firing x', 'pager firing web', 'web-team firing web'])
  const plain = new Bench({ policy: { notify: [] } })
  plain.fire(alertOf('web'))
  await plain.pass(11)
  expect(plain.heard).toEqual(['desktop firing web'])
})

/** It was told before, and is not told again. */
async function isToldOnceWithItsEnd(bench: Bench): Promise<void> {
  expect(bench.heard).toEqual(['mail firing web'])
  bench.resolve('web')
  await bench.pass(61)
  expect(bench.heard).toEqual(['mail firing web', 'mail resolved web'])
}

test('what was told while the disk was full comes under the same id after a kill, and the end is told', async () => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  await bench.pass(5)
  bench.isDiskFull = true
  await bench.pass(6)
  bench.restart()
  await bench.pass(30)
  await isToldOnceWithItsEnd(bench)
})

test('an alert whose group was damaged on the disk is not told again, and its end is told', async () => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  await bench.pass(11)
  bench.kept.get('alert-group')?.clear()
  bench.restart()
  await bench.pass(120)
  await isToldOnceWithItsEnd(bench)
})

test('what joins a group of which a full disk has not kept that it was told is told as well', async () => {
  const bench = new Bench({ policy: { groupBy: [] } })
  bench.fire(alertOf('web'))
  await bench.pass(5)
  bench.isDiskFull = true
  await bench.pass(6)
  bench.restart()
  bench.fire(alertOf('other'))
  await bench.pass(70)
  expect(bench.told.flatMap(({ alerts }) => alerts.map(({ id }) => id))).toContain('other')
  expect(bench.told.length).toBeLessThanOrEqual(2)
})

test('a wall clock that was set back between cause and consequence does not take them apart', async () => {
  const bench = new Bench({ needs: { web: ['database'] } })
  bench.fire(alertOf('web', { startsAt: '2026-03-01T11:00:00.000Z' }))
  bench.nowMs += 1_000
  bench.fire(alertOf('database', { startsAt: '2026-03-01T12:00:00.000Z' }))
  await bench.pass(60)
  expect(bench.heard).toEqual(['mail firing database'])
})

test('of a storm a notification hears so often at most, and the rest later', async () => {
  const bench = new Bench()
  for (let index = 0; index < 50; index += 1) bench.fire(alertOf(`s${index}`))
  await bench.pass(120)
  expect(bench.told.length).toBeLessThanOrEqual(20)
  expect(bench.stepsOf('s49').at(-1)).toMatch(/^waits: mail was told 20 times/)
  await bench.pass(1_300)
  expect(new Set(bench.told.flatMap(({ alerts }) => alerts.map(({ id }) => id))).size).toBe(50)
})

/** The numbers of services, from one to before another. */
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

test.each([
  ['by the agent that held it back', false],
  ['by the next agent', true],
])('what fires and ends while the limit holds it back is told in one notice %s', async (_who, isKilled) => {
  const bench = new Bench()
  for (const index of numbers(0, 50)) bench.fire(alertOf(`s${index}`))
  await bench.pass(60)
  expect(bench.told).toHaveLength(20)
  for (const index of numbers(20, 50)) bench.resolve(`s${index}`)
  await bench.pass(30)
  if (isKilled) bench.restart()
  await bench.pass(1_300)
  const summaries = bench.told.slice(20)
  expect(summaries).toMatchObject([{ notification: 'mail', status: 'resolved', missed: 30 }])
  expect(summaries[0]?.alerts.map(({ id }) => id)).toEqual(numbers(20, 50).map((index) => `s${index}`))
  expect(bench.stepsOf('s49').slice(-2)).toEqual([
    'not told while it fired: mail was told 20 times within 10 min; one notice sums up all like it',
    'told mail that it fired and ended meanwhile',
  ])
})

test('of a long storm each sum of what was missed counts all and lists a hundred', async () => {
  const bench = new Bench()
  for (const index of numbers(0, 20)) bench.fire(alertOf(`s${index}`))
  await bench.pass(11)
  for (const round of [1, 2, 3]) {
    for (const index of numbers(0, 50)) bench.fire(alertOf(`r${round}-${index}`))
    await bench.pass(12)
    for (const index of numbers(0, 50)) bench.resolve(`r${round}-${index}`)
    await bench.pass(12)
  }
  await bench.pass(700)
  expect(bench.told.slice(20).map(({ missed, alerts }) => [missed, alerts.length])).toEqual([[150, 100]])
})

test.each([
  ['by the agent that told of them', false],
  ['by the next agent', true],
])('more ends than the history has, held back by the limit, are all told %s', async (_who, isKilled) => {
  const bench = new Bench({ policy: { groupBy: ['app'] } })
  const apps = Array.from({ length: 20 }, (_, index) => `app${index}`)
  const ids = apps.flatMap((app) => Array.from({ length: 60 }, (_, index) => `${app}-${index}`))
  for (const id of ids) bench.fire(alertOf(id, { labels: { app: id.split('-')[0] ?? '' } }))
  await bench.pass(11)
  expect(bench.told).toHaveLength(20)
  for (const id of ids) bench.resolve(id)
  await bench.pass(300)
  expect(bench.told).toHaveLength(20)
  if (isKilled) bench.restart()
  await bench.pass(400)
  const ends = bench.told.slice(20)
  expect(ends.map(({ status }) => status)).toEqual(apps.map(() => 'resolved'))
  expect(new Set(ends.flatMap(({ alerts }) => alerts.map(({ id }) => id)))).toEqual(new Set(ids))
  expect(bench.keeper.history.size).toBe(1_000)
  expect(bench.kept.get('alert')?.size).toBe(1_000)
})

test('of what the limit holds back, what has waited longest is told first', async () => {
  const bench = new Bench()
  const often = Array.from({ length: 20 }, (_, index) => `s${index}`)
  const fire = (id: string, service: string): Entry => bench.fire(alertOf(service, { id }))
  for (const service of often) fire(`${service} 0`, service)
  await bench.pass(11)
  fire('late', 'late')
  // They have news as often as there is room for 20 notices.
  for (const round of [1, 2]) {
    for (const service of often) bench.resolve(`${service} ${round - 1}`)
    for (const service of often) fire(`${service} ${round}`, service)
    await bench.pass(601)
  }
  expect(bench.heard).toContain('mail firing late')
})

/** The groups that alerts are in, by what they have in common. */
const groupsOf = ({ keeper }: Bench): object[] => [...keeper.groups.values()].map(({ labels }) => labels)

test('what was told before `group_by` changed is not told again, and ends once, in the group that it was told in', async () => {
  const changed: Partial<Policy> = {}
  const bench = new Bench({ policy: changed })
  bench.fire(alertOf('web'))
  await bench.pass(11)
  changed.groupBy = []
  bench.fire(alertOf('other'))
  await bench.pass(120)
  expect(bench.heard).toEqual(['mail firing web', 'mail firing other'])
  bench.resolve('web')
  bench.resolve('other')
  await bench.pass(200)
  expect(bench.heard.slice(2)).toEqual(['mail resolved web', 'mail resolved other'])
  // What opened an incident by the labels of its group closes it by them.
  expect(bench.told.map(({ groupLabels }) => groupLabels)).toEqual([{ service: 'web' }, {}, { service: 'web' }, {}])
  expect(groupsOf(bench)).toEqual([])
})

test('what was not told yet when `group_by` changed is told once, in its new group', async () => {
  const changed: Partial<Policy> = {}
  const bench = new Bench({ policy: changed })
  bench.fire(alertOf('a'))
  bench.fire(alertOf('b'))
  await bench.pass(5)
  changed.groupBy = []
  await bench.pass(120)
  expect(bench.heard).toEqual(['mail firing a,b'])
  expect(groupsOf(bench)).toEqual([{}])
  bench.resolve('a')
  bench.resolve('b')
  await bench.pass(120)
  expect(bench.heard).toEqual(['mail firing a,b', 'mail resolved a,b'])
})

test.each([
  ['is there no more', 'not told: mail is not there any more', ['mail']],
  ['is named no more', 'no longer goes to mail', []],
])('what was not told yet goes where the new files send it when its notification %s', async (_title, text, gone) => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  await bench.pass(5)
  for (const notification of gone) bench.gone.add(notification)
  bench.reload({ notify: ['slack'] })
  await bench.pass(120)
  expect(bench.heard).toEqual(['slack firing web'])
  expect(bench.stepsOf('web')).toContain(text)
  bench.resolve('web')
  await bench.pass(61)
  expect(bench.heard).toEqual(['slack firing web', 'slack resolved web'])
})

test('what was told ends where it was told though the new files send it elsewhere', async () => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  await bench.pass(11)
  bench.reload({ notify: ['slack'] })
  await bench.pass(70)
  bench.resolve('web')
  await bench.pass(61)
  expect(bench.heard).toEqual(['mail firing web', 'slack firing web', 'mail resolved web', 'slack resolved web'])
})

test('the end of what was told to a notification that is there no more is told to nobody, and the alert says so', async () => {
  const bench = new Bench()
  bench.fire(alertOf('web'))
  bench.fire(alertOf('over'))
  await bench.pass(11)
  bench.resolve('over')
  bench.gone.add('mail')
  bench.reload({ notify: ['slack'] })
  await bench.pass(70)
  bench.resolve('web')
  await bench.pass(61)
  expect(bench.heard.slice(2)).toEqual(['slack firing web', 'slack resolved web'])
  for (const id of ['web', 'over'])
    expect(bench.stepsOf(id)).toContain('mail is not there any more, and hears no end of it')
})

test('what the limit left unheard says that its notification is there no more', async () => {
  const bench = new Bench()
  for (const index of numbers(0, 21)) bench.fire(alertOf(`s${index}`))
  await bench.pass(11)
  bench.resolve('s20')
  await bench.pass(1)
  bench.gone.add('mail')
  bench.reload({ notify: ['slack'] })
  await bench.pass(700)
  expect(bench.heard.filter((each) => each.includes('s20'))).toEqual([])
  expect(bench.stepsOf('s20').at(-1)).toBe('not told: mail is not there any more')
})

describe('the times of a group that is there are those of the new files', () => {
  const longMs = 36_000_000
  const shortMs = 60_000
  const long: Partial<Policy> = { groupWaitMs: longMs, groupIntervalMs: longMs, repeatIntervalMs: longMs }
  type Change = (bench: Bench) => void
  const reload: Change = (bench) =>
    bench.reload({ groupWaitMs: shortMs, groupIntervalMs: shortMs, repeatIntervalMs: shortMs })

  test('for what waits for its first notice', async () => {
    const bench = new Bench({ policy: long })
    bench.fire(alertOf('web'))
    await bench.pass(30)
    reload(bench)
    await bench.pass(31)
    expect(bench.heard).toEqual(['mail firing web'])
  })

  test('for what comes again', async () => {
    const bench = new Bench({ policy: { ...long, groupWaitMs: 0 } })
    bench.fire(alertOf('web'))
    await bench.pass(30)
    reload(bench)
    await bench.pass(31)
    expect(bench.heard).toEqual(['mail firing web', 'mail firing web'])
  })

  test('for an end that waits', async () => {
    const bench = new Bench({ policy: { ...long, groupWaitMs: 0 } })
    bench.fire(alertOf('web'))
    await bench.pass(10)
    bench.resolve('web')
    await bench.pass(20)
    reload(bench)
    await bench.pass(31)
    expect(bench.heard).toEqual(['mail firing web', 'mail resolved web'])
  })

  test('where the files were changed while no agent ran', async () => {
    const bench = new Bench({ policy: long })
    bench.fire(alertOf('web'))
    await bench.pass(30)
    reload(bench)
    bench.restart()
    await bench.pass(31)
    expect(bench.heard).toEqual(['mail firing web'])
  })
})

const starting = 'is starting'

test('a failure waits while what it needs is not judged, and is told with that when it fails as well', async () => {
  const bench = new Bench({ needs: { web: ['api'], api: ['database'] } })
  bench.unjudged.set('database', starting)
  bench.fire(alertOf('web'))
  await bench.pass(30)
  expect(bench.heard).toEqual([])
  expect(bench.stepsOf('web').at(-1)).toBe('waits 1 min at most: database, which it needs, is starting')
  bench.unjudged.clear()
  bench.fire(alertOf('database'))
  await bench.pass(60)
  expect(bench.heard).toEqual(['mail firing database'])
})

test('a failure that waited is told as soon as what it needs turns out to be well, and after a minute in any case', async () => {
  const well = new Bench({ needs: { web: ['database'] } })
  well.unjudged.set('database', starting)
  well.fire(alertOf('web'))
  await well.pass(20)
  expect(well.heard).toEqual([])
  well.unjudged.clear()
  await well.pass(0)
  expect(well.heard).toEqual(['mail firing web'])
  const never = new Bench({ needs: { web: ['database'] } })
  never.unjudged.set('database', starting)
  never.fire(alertOf('web'))
  await never.pass(59)
  expect(never.heard).toEqual([])
  await never.pass(1)
  expect(never.heard).toEqual(['mail firing web'])
})

test('what needs nothing that is not judged does not wait, nor what is told with it', async () => {
  const bench = new Bench({ policy: { groupBy: [] }, needs: { web: ['database'], other: ['cache'] } })
  bench.unjudged.set('database', starting)
  bench.fire(alertOf('web'))
  bench.fire(alertOf('other'))
  await bench.pass(10)
  expect(bench.heard).toEqual(['mail firing web,other'])
})

test('an alert that is pending is a reason to wait a minute, and no cause before it fires', async () => {
  const bench = new Bench({ needs: { web: ['database'] } })
  bench.fire(alertOf('database', { state: 'pending', firedAt: null }))
  bench.fire(alertOf('web'))
  await bench.pass(30)
  expect(bench.heard).toEqual([])
  expect(bench.stepsOf('web').at(-1)).toMatch(/^waits 1 min at most: database, which it needs, has an alert/)
  await bench.pass(30)
  expect(bench.heard).toEqual(['mail firing web'])
})

const lostHost = (id: string) => alertOf(id, { on: 'fleet', name: 'agent-lost', host: id })
const other: Voice = { who: 'other', firstSinceMs: null, why: 'told by atlas, the first of the hosts that are heard' }

test('of a lost host one host tells; the others tell only their own desktop, and say who does', async () => {
  const bench = new Bench({ policy: { notify: ['mail', 'desktop'] } })
  bench.teller.voice = other
  bench.fire(lostHost('wega'))
  bench.fire(alertOf('web'))
  await bench.pass(30)
  expect(bench.heard.toSorted()).toEqual(['desktop firing wega', 'desktop firing web', 'mail firing web'].toSorted())
  expect(bench.stepsOf('wega')).toContain('told by atlas, the first of the hosts that are heard')
})

test('the next host to speak tells of what it cannot know to be told, and of the end of all', async () => {
  const bench = new Bench({ policy: { groupBy: ['host', 'alertname'] } })
  bench.teller.voice = other
  bench.fire(lostHost('old'))
  await bench.pass(2 * (doubtMs / 1_000))
  bench.fire({ ...lostHost('young'), labels: { host: 'young' } })
  await bench.pass(5)
  bench.teller.voice = { who: 'unsettled', firstSinceMs: bench.nowMs, why: '' }
  const firstSinceMs = bench.nowMs
  await bench.pass(15)
  expect(bench.heard).toEqual([])
  bench.teller.voice = { who: 'self', firstSinceMs, why: '' }
  await bench.pass(61)
  expect(bench.heard).toEqual(['mail firing young'])
  bench.resolve('old')
  bench.resolve('young')
  await bench.pass(61)
  expect(bench.heard.slice(1).toSorted()).toEqual(['mail resolved old', 'mail resolved young'])
})

test('a host that spoke and is no longer the first tells no end of it', async () => {
  const bench = new Bench()
  bench.teller.voice = { who: 'self', firstSinceMs: startMs, why: '' }
  bench.fire(lostHost('wega'))
  await bench.pass(30)
  bench.teller.voice = other
  await bench.pass(2)
  bench.resolve('wega')
  await bench.pass(61)
  expect(bench.heard).toEqual(['mail firing wega'])
})
