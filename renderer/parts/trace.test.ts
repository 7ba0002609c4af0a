import { describe, expect, it } from 'vitest'
import { roundUp, topOf, tracePath } from './trace.ts'

const plot = { width: 30, height: 10, top: 10 }

describe('tracePath', () => {
  it('draws one line through known values', () => {
    expect(tracePath([0, 5, 10, 5], plot).line).toBe('M0 10L10 5L20 0L30 5')
  })

  it('breaks the line where nothing was measured', () => {
    expect(tracePath([0, 5, Number.NaN, 5], plot).line).toBe('M0 10L10 5M30 5L30 5')
  })

  it('closes each area on the base line', () => {
    expect(tracePath([0, 5, Number.NaN, Number.NaN], plot).area).toBe('M0 10L0 10L10 5L10 10Z')
  })

  it('is empty without values', () => {
    expect(tracePath([], plot)).toEqual({ line: '', area: '' })
  })

  it('keeps values above the top at the edge', () => {
    expect(tracePath([20, 20], plot).line).toBe('M0 0L30 0')
  })
})

describe('scales', () => {
  it.each([
    [0, 1],
    [0.3, 0.5],
    [7, 10],
    [21, 25],
    [113, 200],
  ])('rounds %d up to %d', (value, top) => {
    expect(roundUp(value)).toBeCloseTo(top)
  })

  it('ignores gaps when it looks for the top', () => {
    expect(topOf([1, Number.NaN, 3], 2)).toBe(3)
  })
})
