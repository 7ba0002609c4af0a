import { expect, test } from 'vitest'
import { Pace, type Piece } from './pace.ts'

/** A second of work every 5 ms that takes 0.2 ms, but for these. */
function pieces(others: Readonly<Record<number, readonly [tookMs: number, cpuMs: number]>>): Piece[] {
  return Array.from({ length: 200 }, (_, index) => [5 * index, ...(others[5 * index] ?? ([0.2, 0.2] as const))])
}

test('a machine on which the same work takes a multiple for a while has not kept its pace then, nor shortly after', () => {
  const pace = new Pace(pieces({ 500: [4, 4] }))
  expect(pace.isKept(400, 480)).toBe(true)
  expect(pace.isKept(480, 502)).toBe(false)
  expect(pace.isKept(525, 540)).toBe(false)
  expect(pace.isKept(540, 560)).toBe(true)
  expect(pace.slowPercent).toBeCloseTo(1.6, 1)
})

test('work that waits for a processor does not mean that the machine is slow', () => {
  const pace = new Pace(pieces({ 500: [30, 0.3] }))
  expect(pace.isKept(490, 540)).toBe(true)
  expect(pace.slowPercent).toBe(0)
})

test('times that overlap count once', () => {
  expect(new Pace(pieces({ 500: [4, 4], 505: [2, 2] })).slowPercent).toBeCloseTo(1.9, 1)
})

test('of a machine that was not watched nothing is said', () => {
  const pace = new Pace([])
  expect(pace.isKept(0, 100)).toBe(true)
  expect(pace.slowPercent).toBe(0)
})
