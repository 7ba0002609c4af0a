import { describe, expect, test } from 'vitest'
import type { Alert } from '../../contract/index.ts'
import { type Doubt, doubtsOf, mostDoubtMs } from './doubt.ts'
import { alertOf } from './fixtures/alert.ts'
import { type Group, heldUntilMs } from './groups.ts'

const firedAtMs = 1_000

/** The doubt about an alert of `web`, which needs `api`, which needs `database`. */
function doubtAbout(alert: Alert, why: Readonly<Record<string, string>>, nowMs = firedAtMs): Doubt | undefined {
  const needs: Readonly<Record<string, readonly string[]>> = { web: ['api'], api: ['database'], database: ['web'] }
  const judging = {
    dependsOn: (name: string) => needs[name] ?? [],
    serviceOf: (instance: string) => instance.replace(/#\d+$/, ''),
    unjudged: (service: string) => why[service],
  }
  return doubtsOf([{ alert, firedAtMs }], judging, nowMs).get(alert.id)
}

test.each([
  ['what it needs itself', 'api'],
  ['what that needs', 'database'],
])('a failure is in doubt for %s', (_title, service) => {
  expect(doubtAbout(alertOf('web'), { [service]: 'is starting' })).toEqual({
    untilMs: firedAtMs + mostDoubtMs,
    text: `waits 1 min at most: ${service}, which it needs, is starting`,
  })
})

test.each<[string, Alert, Readonly<Record<string, string>>, number?]>([
  ['where all that it needs is judged', alertOf('web'), { cache: 'is starting' }],
  ['for the service itself, whoever needs it in a circle', alertOf('web'), { web: 'is starting' }],
  ['of something that is measured', alertOf('web', { metric: 'cpu_percent' }), { api: 'is starting' }],
  ['of a machine', alertOf('here', { on: 'host' }), { api: 'is starting' }],
  ['after its time', alertOf('web'), { api: 'is starting' }, firedAtMs + mostDoubtMs],
])('there is no doubt %s', (_title, alert, why, nowMs) => {
  expect(doubtAbout(alert, why, nowMs)).toBeUndefined()
})

describe('a group', () => {
  const held = (
    members: Group['members'],
    doubts: Readonly<Record<string, number>>,
    resolved: readonly Alert[] = [],
  ): number => {
    const timing = { groupBy: [], groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 0 }
    const group: Group = {
      ...{ key: '', id: '', notification: 'mail', labels: {}, timing, beganMs: 0, toldMs: null, count: 0 },
      members,
    }
    const firing = Object.keys(members).map((id) => alertOf(id))
    const known = new Map(Object.entries(doubts).map(([id, untilMs]) => [id, { untilMs, text: '' }]))
    return heldUntilMs(group, { firing, repeated: firing, resolved }, known)
  }

  test.each<[string, Group['members'], Readonly<Record<string, number>>, number]>([
    ['waits where all that is new is in doubt, for the first of it', { a: 'new', b: 'new' }, { a: 70, b: 60 }, 60],
    ['tells all of it where one is not in doubt', { a: 'new', b: 'new' }, { a: 70 }, 0],
    ['waits with what is new, whatever it has told already', { a: 'new', b: 'told' }, { a: 70 }, 70],
    ['repeats what it has told whatever is in doubt', { a: 'told' }, { a: 70 }, 0],
  ])('%s', (_title, members, doubts, expected) => {
    expect(held(members, doubts)).toBe(expected)
  })

  test('tells what is resolved without waiting', () => {
    expect(held({ a: 'new' }, { a: 70 }, [alertOf('b', { state: 'resolved' })])).toBe(0)
  })
})
