import { describe, expect, it } from 'vitest'
import { dragged, fitted, moved, rangeText, readRange, spanOf, tickWords, timeTicks, zoomed } from './time.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const nowMs = Date.UTC(2026, 10, 28, 14, 6, 20)
const hour = { fromMs: nowMs - hourMs, toMs: nowMs }

describe('a range in the address', () => {
  it.each(['15m', '6h', '30d', `${nowMs - hourMs}-${nowMs}`])('reads %s as it was written', (text) =>
    expect(rangeText(readRange(text))).toBe(text),
  )

  it.each(['', 'forever', '5-4', '1-2', '-'])('takes the last hour for %j', (text) =>
    expect(readRange(text)).toEqual({ kind: 'last', id: '1h' }),
  )
})

describe('spanOf', () => {
  it('moves on by what a plot can show', () => {
    const day = readRange('24h')
    expect(spanOf(day, nowMs + 1000)).toEqual(spanOf(day, nowMs))
    expect(spanOf(readRange('15m'), nowMs + 1000).toMs).toBe(spanOf(readRange('15m'), nowMs).toMs + 1000)
  })

  it('leaves a part of the past where it is', () =>
    expect(spanOf(readRange(`${hour.fromMs}-${hour.toMs}`), nowMs + hourMs)).toEqual(hour))
})

describe('fitted', () => {
  const minuteMs = 60_000
  const lengthOf = (firstMs: number | null): number =>
    nowMs - fitted({ fromMs: nowMs - hourMs, toMs: nowMs }, firstMs).fromMs

  it.each([
    ['a minute while there is no more', nowMs - 10_000, minuteMs],
    ['the next step when that is over', nowMs - 6 * minuteMs, 10 * minuteMs],
    ['the whole where there is something from its beginning', nowMs - hourMs, hourMs],
    ['no more than was chosen', nowMs - 5 * hourMs, hourMs],
    ['the whole where nothing is known', null, hourMs],
  ])('shows %s', (_, firstMs, expected) => expect(lengthOf(firstMs)).toBe(expected))
})

describe('zoomed', () => {
  it('keeps the time under the cursor in its place', () => {
    const atMs = hour.fromMs + hourMs / 4
    expect(zoomed(hour, atMs, 0.5, nowMs)).toEqual({ fromMs: atMs - hourMs / 8, toMs: atMs + (3 * hourMs) / 8 })
  })

  it('does not go beyond now', () => expect(zoomed(hour, nowMs, 2, nowMs).toMs).toBe(nowMs))

  it('ends where nobody would read more', () => {
    const { fromMs, toMs } = zoomed(hour, nowMs, 1e-9, nowMs)
    expect(toMs - fromMs).toBe(10_000)
  })
})

it('moves into the past, and back no further than now', () => {
  expect(moved(hour, -minuteMs, nowMs).toMs).toBe(nowMs - minuteMs)
  expect(moved(hour, minuteMs, nowMs)).toEqual(hour)
})

it('takes a drag in either direction, and none for a slip of the hand', () => {
  expect(dragged(nowMs, nowMs - hourMs)).toEqual(hour)
  expect(dragged(nowMs, nowMs + 400)).toBeNull()
})

describe('timeTicks', () => {
  it('has round times that stand side by side', () =>
    expect(timeTicks(hour, 988).map((at) => tickWords(at, hourMs))).toEqual([
      '13:10',
      '13:20',
      '13:30',
      '13:40',
      '13:50',
      '14:00',
    ]))

  it('names the day at midnight', () => {
    const midnight = Date.UTC(2026, 10, 28)
    expect(tickWords(midnight, 24 * hourMs)).toMatch(/28/)
    expect(tickWords(midnight + hourMs, 24 * hourMs)).toBe('01:00')
  })
})
