import { expect, test } from 'vitest'
import { lead, percentile, render, short } from './table.ts'

test('a percentile is the nearest rank', () => {
  const samples = [5, 1, 4, 2, 3]
  expect([0, 0.5, 0.99, 1].map((share) => percentile(samples, share))).toEqual([1, 3, 5, 5])
  expect(percentile([], 0.5)).toBeNaN()
})

test('a ratio above one means ahead, whichever way the figure counts', () => {
  expect(lead({ work: 'x', unit: 'ms', values: { HXE: 2, PM2: 8 } }, 'PM2')).toBe('4.00×')
  expect(lead({ work: 'x', unit: 'MB/s', values: { HXE: 400, PM2: 100 }, moreIsBetter: true }, 'PM2')).toBe('4.00×')
  expect(lead({ work: 'x', unit: 'ms', values: { HXE: 2 } }, 'PM2')).toBe('–')
})

test('a figure has three digits that count', () => {
  expect([0, 0.0321, 1.234, 56.78, 1234.5, undefined].map(short)).toEqual(['0', '0.032', '1.23', '56.8', '1235', '–'])
})

test('the table says where a goal is missed and who was not there', () => {
  const table = render([{ work: 'respawn p50', unit: 'ms', values: { HXE: 3, fork: 1 }, goal: 2 }])
  expect(table).toContain('2.00 missed')
  expect(table.split('\n')[2]).toMatch(/^\| respawn p50 \| ms +\| 3\.00 +\| – +\| – +\| 1\.00/)
})
