import { describe, expect, it } from 'vitest'
import { Ring } from './history.ts'

describe('Ring', () => {
  it('gives back the last values, oldest first', () => {
    const ring = new Ring(4)
    for (const [slot, value] of [1, 2, 3].entries()) ring.push(slot, value)
    expect(ring.read(2, 3)).toEqual([1, 2, 3])
  })

  it('adds up what is known at the same time', () => {
    const [first, second] = [new Ring(4), new Ring(4)]
    first.push(1, 1)
    first.push(2, 2)
    second.push(2, 40)
    const sum = [Number.NaN, Number.NaN, Number.NaN]
    for (const ring of [first, second]) ring.addTo(sum, 2)
    expect(sum).toEqual([Number.NaN, 1, 42])
  })

  it('leaves a gap where nothing was measured', () => {
    const ring = new Ring(8)
    ring.push(1, 1)
    ring.push(4, 4)
    expect(ring.read(4, 4)).toEqual([1, Number.NaN, Number.NaN, 4])
  })

  it('takes in what was measured before it looked on, and keeps what it saw', () => {
    const ring = new Ring(6)
    ring.push(9, 9)
    for (const [slot, value] of [
      [2, -1],
      [6, 6],
      [7, 7],
      [9, -1],
    ] as const)
      ring.fill(slot, value)
    expect(ring.read(9, 6)).toEqual([Number.NaN, Number.NaN, 6, 7, Number.NaN, 9])
    expect(ring.reach(9)).toBe(4)
  })

  it('forgets what is older than its size', () => {
    const ring = new Ring(2)
    for (const slot of [0, 1, 2]) ring.push(slot, slot)
    expect(ring.read(2, 3)).toEqual([Number.NaN, 1, 2])
  })

  it('forgets all after a pause longer than its size', () => {
    const ring = new Ring(2)
    ring.push(0, 1)
    ring.push(100, 2)
    expect(ring.read(100, 2)).toEqual([Number.NaN, 2])
  })

  it('begins anew when the clock is set back', () => {
    const ring = new Ring(4)
    ring.push(100, 1)
    ring.push(50, 2)
    expect(ring.read(50, 2)).toEqual([Number.NaN, 2])
  })

  it('has nothing after its last value', () => {
    const ring = new Ring(4)
    ring.push(1, 1)
    expect(ring.read(2, 2)).toEqual([1, Number.NaN])
  })
})
