import { describe, expect, test } from 'vitest'
import { chanceOf } from '../metrics/fixtures/chance.ts'
import { foresee } from './foresee.ts'
import { Ring } from './window.ts'

const minute = 60_000
const hour = 60 * minute

/** What is foreseen in four hours from a value each minute. */
function inFourHours(minutes: number, valueAt: (at: number) => number): number {
  const ring = new Ring(4 * hour)
  for (let at = 0; at < minutes; at++) ring.add(at * minute, valueAt(at))
  return foresee(ring, (minutes - 1) * minute, 4 * hour)
}

describe('a disk', () => {
  test('that fills is foreseen to be full', () => {
    const chance = chanceOf()
    const value = inFourHours(240, (at) => 50 + at / 8 + chance() * 0.5)
    expect(value).toBeGreaterThan(108)
    expect(value).toBeLessThan(112)
  })

  test('that fills in batches is foreseen to be full', () => {
    expect(inFourHours(240, (at) => 50 + 5 * Math.floor(at / 40))).toBeGreaterThan(100)
  })

  test('that has begun to fill is foreseen to be full before it is', () => {
    expect(inFourHours(240, (at) => 50 + Math.max(0, at - 165) / 2)).toBeGreaterThan(100)
  })

  test.each([1, 20, 60, 120, 180, 220, 238])('that jumped at minute %d stays where it is', (jumpsAt) => {
    const chance = chanceOf()
    const value = inFourHours(240, (at) => (at < jumpsAt ? 60 : 80) + chance() * 0.4)
    expect(value).toBeGreaterThan(78)
    expect(value).toBeLessThan(82)
  })

  test('that was cleared and fills since then is foreseen by what came after', () => {
    const value = inFourHours(240, (at) => (at < 60 ? 90 : 30 + (at - 60) / 6))
    expect(value).toBeGreaterThan(99)
    expect(value).toBeLessThan(101)
  })

  test('that rests is where it was', () => {
    expect(inFourHours(240, () => 90)).toBe(90)
  })

  test('of which a sixth of the time is not known yet is not foreseen', () => {
    expect(inFourHours(40, (at) => at)).toBeNaN()
    expect(inFourHours(42, (at) => at)).not.toBeNaN()
  })
})
