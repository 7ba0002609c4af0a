import { expect, test } from 'vitest'
import { Ring } from './window.ts'

const samplesOf = (ring: Ring): [number, number][] => {
  const found: [number, number][] = []
  ring.each(Number.NEGATIVE_INFINITY, (atMs, value) => found.push([atMs, value]))
  return found
}

test('a ring whose clock is set back begins anew instead of waiting for the time to come again', () => {
  const ring = new Ring(60_000)
  ring.add(7_200_000, 1)
  ring.add(7_205_000, 2)
  ring.add(3_600_000, 3)
  ring.add(3_605_000, 4)
  expect(samplesOf(ring)).toEqual([
    [3_600_000, 3],
    [3_605_000, 4],
  ])
})

test('a small step back costs a ring nothing of what it knows', () => {
  const ring = new Ring(60_000)
  ring.add(10_000, 1)
  ring.add(9_500, 2)
  ring.add(15_000, 3)
  expect(samplesOf(ring)).toEqual([
    [10_000, 1],
    [15_000, 3],
  ])
})
