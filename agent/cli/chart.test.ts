import { describe, expect, it } from 'vitest'
import type { Point } from '../../contract/index.ts'
import { drawChart, roundUp } from './chart.ts'

const series = (...values: (number | null)[]): Point[] => values.map((value, index) => [index * 1000, value])

describe('a chart in the terminal', () => {
  it('rises with the value, a row at a time', () => {
    expect(drawChart(series(0, 25, 50, 75, 100), { columns: 5, rows: 2 }, 100)).toEqual(['   ▄█', ' ▄███'])
  })

  it('leaves a gap where nothing was measured, and shows the least that was', () => {
    expect(drawChart(series(0.01, null, 0, 100), { columns: 4, rows: 1 }, 100)).toEqual(['▁  █'])
  })

  it('shows the peak of a span, however short it was', () => {
    const [line] = drawChart(series(1, 1, 1, 80, 1, 1, 1, 1), { columns: 2, rows: 1 }, 80)
    expect(line).toBe('█▁')
  })

  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [51, 100],
    [0.013, 0.02],
  ])('has %f end at %f', (value, top) => {
    expect(roundUp(value)).toBeCloseTo(top, 10)
  })
})
