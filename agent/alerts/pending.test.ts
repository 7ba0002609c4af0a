import { describe, expect, test } from 'vitest'
import { stepEpisode } from './episode.ts'
import {
  isOtherRun,
  type KeptPending,
  keptOf,
  LeftPending,
  mostAwayMs,
  mostHeld,
  mostKept,
  resumable,
  resume,
  resumedText,
  settleMs,
} from './pending.ts'

const wallMs = Date.parse('2026-03-01T12:00:00.000Z')
const minuteMs = 60_000
const rule = { name: 'busy', enabled: true, on: 'service' as const, when: 'cpu_percent > 80', forMs: 5 * minuteMs }
const kept: KeptPending = {
  id: 'a',
  startsAt: '2026-03-01T11:56:00.000Z',
  rule: 'busy',
  subjectKey: 'service:web',
  on: 'service',
  when: 'cpu_percent > 80',
  forMs: 5 * minuteMs,
  heldMs: 4 * minuteMs,
  seenAtMs: wallMs,
}

/** How long after it is seen to hold again it fires, where it holds at each of these looks. */
function firesAfterMs(heldMs: number, stepMs = 1_000): number {
  let { episode } = resume({ ...kept, heldMs }, rule, 0)
  for (let nowMs = stepMs; ; nowMs += stepMs) {
    const step = stepEpisode(episode, 'true', { forMs: rule.forMs, keepMs: 0 }, nowMs)
    if (step.turn === 'firing') return nowMs
    episode = step.episode
  }
}

test.each([
  ['held for part of its `for` it fires after the rest of it', 4 * minuteMs, minuteMs],
  ['held for nothing it takes all of its `for`', 0, 5 * minuteMs],
  ['held for almost all of it, it does not fire at once', 5 * minuteMs - 100, settleMs],
  ['held for longer than it should ever have been, it does not fire at once either', 9 * minuteMs, settleMs],
  ['held for less than nothing, as a damaged record says, it takes all of its `for`', -minuteMs, 5 * minuteMs],
])('%s', (_title, heldMs, expected) => {
  expect(firesAfterMs(heldMs)).toBe(expected)
})

describe('what an earlier agent left pending', () => {
  const goesOn = (awayMs: number, now: Partial<typeof rule> = {}): boolean =>
    resumable([kept], [{ ...rule, ...now }], wallMs + awayMs).length === 1

  test.each([
    ['goes on after a short while', 20_000, true],
    ['goes on after the longest time that is allowed', mostAwayMs, true],
    ['is forgotten after a longer one', mostAwayMs + 1, false],
    ['is forgotten where the clock was set back behind it', -1, false],
    ['is forgotten where the clock jumped years ahead', 10 * 365 * 86_400_000, false],
  ])('%s', (_title, awayMs, expected) => {
    expect(goesOn(awayMs)).toBe(expected)
  })

  test.each([
    ['another condition', { when: 'cpu_percent > 85' }],
    ['another `for`', { forMs: minuteMs }],
    ['another kind of subject', { on: 'host' as never }],
    ['being switched off', { enabled: false }],
    ['another name', { name: 'other' }],
  ])('does not go on with %s', (_title, now) => {
    expect(goesOn(0, now)).toBe(false)
  })

  test('does not go on where the service was started anew since', () => {
    expect(isOtherRun(kept, wallMs - 1)).toBe(false)
    expect(isOtherRun(kept, null)).toBe(false)
    expect(isOtherRun(kept, wallMs + 1)).toBe(true)
  })

  test('is decided once, and within its time', () => {
    const left = new LeftPending()
    left.set([kept, { ...kept, subjectKey: 'service:api' }], 1_000)
    expect(left.take('busy', 'service:web', 1_000)).toEqual(kept)
    expect(left.take('busy', 'service:web', 1_000)).toBeUndefined()
    expect(left.all(1_000)).toHaveLength(1)
    expect(left.take('busy', 'service:api', 1_001)).toBeUndefined()
    expect(left.all(1_001)).toEqual([])
  })
})

describe('what is kept', () => {
  const pending = { phase: 'pending' as const, sinceMs: 1_000, firedAtMs: null, quietSinceMs: null, quiet: null }
  const keptFor = (episode: object, more: object = {}): KeptPending | undefined =>
    keptOf(
      kept,
      { ...rule, ...more },
      { subjectKey: 'service:web', episode: { ...pending, ...episode } },
      { nowMs: 61_000, wallMs },
    )

  test('is how long it was seen to hold, by the clock that never jumps', () => {
    expect(keptFor({})).toEqual({ ...kept, heldMs: minuteMs })
  })

  test.each([
    ['that fires', { phase: 'firing', firedAtMs: 2_000 }, {}],
    ['of which nothing is known now', { quietSinceMs: 30_000, quiet: 'unknown' }, {}],
    ['that fires soon anyway', {}, { forMs: settleMs }],
    ['of a host that is not heard', {}, { on: 'fleet' }],
  ])('is nothing of one %s', (_title, episode, more) => {
    expect(keptFor(episode, more)).toBeUndefined()
  })

  test('is bounded, and what is nearest to firing stays', () => {
    const many = Array.from({ length: mostKept + 20 }, (_, at) => ({ ...kept, id: `a${at}`, heldMs: at }))
    const most = mostHeld(many)
    expect(most).toHaveLength(mostKept)
    expect(most[0]?.heldMs).toBe(mostKept + 19)
    expect(most.at(-1)?.heldMs).toBe(20)
  })
})

test('the alert says what counts and what does not', () => {
  expect(resumedText(kept, wallMs + 12_400)).toBe(
    'goes on: it had held for 4 min; nobody looked for 12 s, which does not count',
  )
})
