import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortByInstance, type Wanted } from './members.ts'
import type { ProcessRow } from './platform.ts'

const row = (pid: number, more: Partial<ProcessRow> = {}): ProcessRow => ({
  pid,
  parentPid: 1,
  groupId: pid,
  sessionId: pid,
  startTime: '100',
  state: 'S',
  name: `p${pid}`,
  ...more,
})
const leader = { bootId: 'b', pid: 10, startTime: '100' }
const web: Wanted = { instance: 'web', cookie: 'c', leader }
const self = 5

const members = (rows: ProcessRow[], heldUntil?: number, group?: Set<number>): number[] =>
  (
    sortByInstance(rows, [web], { bootId: 'b', self, heldUntil: () => heldUntil, groupOf: () => group }).get('web') ??
    []
  )
    .map((each) => each.pid)
    .sort((a, b) => a - b)

describe('who belongs to an instance', () => {
  it.each<[string, ProcessRow[], number[]]>([
    ['the leader and its session', [row(10), row(11, { sessionId: 10 }), row(12)], [10, 11]],
    ['what carries the cookie, wherever it is', [row(20, { cookie: 'c' }), row(21, { cookie: 'd' })], [20]],
    ['descendants in any session', [row(10), row(11, { parentPid: 10 }), row(12, { parentPid: 11 })], [10, 11, 12]],
    ['no descendant with the cookie of another', [row(10), row(11, { parentPid: 10, cookie: 'd' })], [10]],
    [
      'nobody in the session of a stranger with the number',
      [row(10, { startTime: '900' }), row(11, { sessionId: 10 })],
      [],
    ],
    ['nobody in a session without proof', [row(11, { sessionId: 10, startTime: '300' })], []],
    [
      'a leaderless session that one cookie proves',
      [row(11, { sessionId: 10, cookie: 'c' }), row(12, { sessionId: 10 })],
      [11, 12],
    ],
    ['never the agent itself', [row(self, { cookie: 'c' })], []],
  ])('takes %s', (_title, rows, expected) => {
    expect(members(rows)).toEqual(expected)
  })

  it('takes a leaderless session of which a member began while the leader held its number', () => {
    const rows = [row(11, { sessionId: 10, startTime: '150' }), row(12, { sessionId: 10, startTime: '900' })]
    expect(members(rows, 200)).toEqual([11, 12])
    expect(members(rows, 120)).toEqual([])
  })

  it('takes nobody for a leader of an earlier boot', () => {
    const earlier = { ...web, leader: { ...leader, bootId: 'a' } }
    const evidence = { bootId: 'b', self, heldUntil: () => 1_000 }
    expect(sortByInstance([row(10), row(11, { sessionId: 10 })], [earlier], evidence).get('web')).toEqual([])
  })

  it('takes what the control group holds', () => {
    expect(members([row(30), row(31)], undefined, new Set([31, 99]))).toEqual([31])
  })

  it('gives no process to two instances, whatever the table looks like', () => {
    const cookies = fc.constantFrom('a', 'b', undefined)
    const anyRow = fc.record({
      pid: fc.integer({ min: 1, max: 40 }),
      parentPid: fc.integer({ min: 0, max: 40 }),
      sessionId: fc.integer({ min: 1, max: 40 }),
      cookie: cookies,
    })
    fc.assert(
      fc.property(fc.uniqueArray(anyRow, { selector: (each) => each.pid, maxLength: 40 }), (raw) => {
        const rows = raw.map(({ cookie, ...each }) => row(each.pid, { ...each, ...(cookie ? { cookie } : {}) }))
        const wanted = ['a', 'b'].map((cookie) => ({ instance: cookie, cookie }))
        const sorted = sortByInstance(rows, wanted, { bootId: 'b', self, heldUntil: () => undefined })
        for (const each of sorted.get('a') ?? []) expect(each.cookie).not.toBe('b')
        for (const each of sorted.get('b') ?? []) expect(each.cookie).not.toBe('a')
      }),
    )
  })
})
