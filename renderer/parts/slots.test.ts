import { describe, expect, it } from 'vitest'
import { indexesToDraw, Slots } from './slots.ts'

const lines = (...ids: string[]) => ids.map((id) => ({ id, kind: id.startsWith('g') ? 'group' : 'service' }))
const slotsOf = (slotted: readonly { slot: string; line: { id: string } }[]) =>
  Object.fromEntries(slotted.map(({ slot, line }) => [line.id, slot]))
const idsOf = (slotted: readonly { line: { id: string } }[]) => slotted.map(({ line }) => line.id)

describe('slots', () => {
  it('pass from what leaves to what comes, and stay with what is still seen', () => {
    const slots = new Slots()
    const before = slotsOf(slots.assign(lines('a', 'b', 'c'), true))
    const after = slotsOf(slots.assign(lines('b', 'c', 'd'), false))
    expect(after).toEqual({ b: before.b, c: before.c, d: before.a })
  })

  it('leave everything where it is in the page until order is asked for', () => {
    const slots = new Slots()
    slots.assign(lines('a', 'b', 'c'), true)
    expect(idsOf(slots.assign(lines('b', 'c', 'd'), false))).toEqual(['d', 'b', 'c'])
    expect(idsOf(slots.assign(lines('b', 'c', 'd'), true))).toEqual(['b', 'c', 'd'])
  })

  it('are never shared by lines of different kinds', () => {
    const slots = new Slots()
    slots.assign(lines('a', 'b'), true)
    const { g1, b } = slotsOf(slots.assign(lines('b', 'g1'), false))
    expect(g1).toMatch(/^group/)
    expect(b).toMatch(/^service/)
  })

  it('are taken over by any line where none has a kind', () => {
    const slots = new Slots()
    const [before] = slots.assign([{ id: 'a' }], true)
    expect(slots.assign([{ id: 'b' }], false)).toEqual([{ slot: before?.slot, line: { id: 'b' } }])
  })

  it('are each given once', () => {
    const slots = new Slots()
    for (let first = 0; first < 50; first += 7) {
      const given = slots.assign(lines(...Array.from({ length: 10 }, (_, index) => `s${first + index}`)), false)
      expect(new Set(given.map(({ slot }) => slot)).size).toBe(10)
    }
  })
})

describe('the lines to draw', () => {
  it('are as many at the end as at the beginning', () => {
    expect(indexesToDraw(0, 3, 10, -1)).toEqual([0, 1, 2])
    expect(indexesToDraw(9, 3, 10, -1)).toEqual([7, 8, 9])
    expect(indexesToDraw(0, 3, 2, -1)).toEqual([0, 1])
  })

  it('have the one with the keyboard among them', () => {
    expect(indexesToDraw(5, 3, 10, 1)).toEqual([1, 5, 6, 7])
    expect(indexesToDraw(5, 3, 10, 6)).toEqual([5, 6, 7])
  })
})
