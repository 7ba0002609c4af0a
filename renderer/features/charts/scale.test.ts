import { describe, expect, it } from 'vitest'
import { figureIn, scaleOf, ticksTo, valueWords } from './scale.ts'

const inMb = scaleOf('bytes', 400e6)

describe('scaleOf', () => {
  it.each([
    ['bytes', 0, 'B'],
    ['bytes', 400e6, 'MB'],
    ['bytes', 3.2e9, 'GB'],
    ['bytesPerSecond', 2e3, 'kB/s'],
    ['percent', 38, '%'],
    ['ms', 12, 'ms'],
    ['ms', 12_000, 's'],
    ['seconds', 90_000, 'h'],
    ['count', 101, ''],
  ] as const)('writes %s up to %d in %s', (unit, top, word) => expect(scaleOf(unit, top).word).toBe(word))
})

describe('ticksTo', () => {
  it.each([
    [38.1, [0, 20, 40]],
    [50, [0, 20, 40, 60]],
    [100, [0, 50, 100]],
    [101, [0, 50, 100, 150]],
    [0.4, [0, 0.2, 0.4]],
  ])('has round lines up to %d', (top, ticks) => expect(ticksTo(top, scaleOf('percent', top))).toEqual(ticks))

  it('is round in the unit that is written', () =>
    expect(ticksTo(384e6, inMb).map((tick) => figureIn(tick, inMb))).toEqual(['0', '200', '400']))

  it('has a line where there is nothing', () => expect(ticksTo(0, scaleOf('count', 0))).toEqual([0, 0.5, 1]))
})

describe('valueWords', () => {
  it.each([
    [16.84, 'percent', '16.8 %'],
    [190e6, 'bytes', '190 MB'],
    [0.0421, 'ratio', '0.042'],
    [57, 'count', '57'],
    [1204, 'none', '1,204'],
    [3.217e9, 'bytes', '3.22 GB'],
  ] as const)('writes %d of %s as %s', (value, unit, words) =>
    expect(valueWords(value, scaleOf(unit, value))).toBe(words),
  )
})
