import { describe, expect, it } from 'vitest'
import type { AgentEvent, EventKind } from '../../../contract/index.ts'
import { groupMarks, type Mark, markOf, placeWords } from './marks.ts'

const span = { fromMs: 0, toMs: 1000 }
const mark = (atMs: number, part: Partial<Mark> = {}): Mark => ({
  atMs,
  shape: 'backoff',
  kind: 'failed starts',
  text: 'exited with code 1',
  tone: 'trouble',
  ...part,
})
const event = (kind: EventKind, text: string, part: Partial<AgentEvent> = {}): AgentEvent => ({
  seq: 1,
  time: '2026-11-28T14:00:00Z',
  kind,
  severity: 'info',
  text,
  author: 'agent',
  ...part,
})

describe('markOf', () => {
  it('says what happened without the name of the service', () =>
    expect(
      markOf(event('service.failed', 'web failed: port in use', { service: 'web', severity: 'critical' })),
    ).toEqual({
      atMs: Date.parse('2026-11-28T14:00:00Z'),
      shape: 'failed',
      kind: 'failures',
      text: 'failed: port in use',
      tone: 'trouble',
    }))

  it('shows an alert by its severity', () =>
    expect(markOf(event('alert.firing', 'memory is high', { severity: 'warning' }))?.shape).toBe('warning'))

  it('leaves out what is only on the way', () =>
    expect(markOf(event('service.starting', 'web starts'))).toBeUndefined())
})

describe('groupMarks', () => {
  it('makes one of marks closer than 12 px, with a number', () => {
    const groups = groupMarks([mark(100), mark(105), mark(111), mark(130)], span, 1000)
    expect(groups.map(({ text, x }) => [text, x])).toEqual([
      ['3 failed starts', 100],
      ['exited with code 1', 130],
    ])
  })

  it('keeps the room of that number free', () => {
    const groups = groupMarks([mark(100), mark(105), mark(118), mark(140)], span, 1000)
    expect(groups.map(({ marks, x }) => [marks.length, x])).toEqual([
      [3, 100],
      [1, 140],
    ])
  })

  it('shows the worst of those in one place', () =>
    expect(groupMarks([mark(1), mark(2, { shape: 'failed', kind: 'failures' })], span, 1000)[0]).toMatchObject({
      shape: 'failed',
      text: '2 events',
    }))

  it('leaves out what lies beyond the ends', () => expect(groupMarks([mark(-1), mark(1001)], span, 1000)).toEqual([]))
})

describe('placeWords', () => {
  it('puts words behind their shape, and before it at the end of the axis', () => {
    const placed = placeWords(groupMarks([mark(100), mark(990)], span, 1000), 1000)
    expect(placed.map(({ side }) => side)).toEqual(['right', 'left'])
  })

  it('says nothing where there is no room', () => {
    const placed = placeWords(groupMarks([mark(10), mark(40), mark(70)], span, 1000), 1000)
    expect(placed.map(({ side }) => side)).toEqual([null, null, 'right'])
  })
})
