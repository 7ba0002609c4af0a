import { expect, it } from 'vitest'
import type { Point } from '../../../contract/index.ts'
import { chanceOf } from '../fixtures/chance.ts'
import { forecastOf } from './forecast.ts'

const minute = 60_000
const quarter = 15 * minute
const hour = 60 * minute
const day = 24 * hour

const seriesOf = (count: number, stepMs: number, value: (index: number) => number | null): Point[] =>
  Array.from({ length: count }, (_, index) => [index * stepMs, value(index)])

const base = { stepMs: minute, aheadMs: 4 * hour, limit: null, least: 0 }

it('foresees when a disk that fills is full', () => {
  const chance = chanceOf()
  // From 70 %, 10 points an hour: full 3 h after the first.
  const points = seriesOf(120, minute, (index) => 60 + index / 6 + chance() * 0.2)
  const { reachesLimitAt, method } = forecastOf({ ...base, points, limit: 100 })
  expect(method).toContain('Holt')
  const inHours = (Date.parse(reachesLimitAt ?? '') - 119 * minute) / hour
  expect(inHours).toBeGreaterThan(1.7)
  expect(inHours).toBeLessThan(2.5)
})

it('sees no end where nothing grows', () => {
  const chance = chanceOf()
  const points = seriesOf(200, minute, () => 80 + chance() * 4)
  expect(forecastOf({ ...base, points, limit: 100 }).reachesLimitAt).toBeNull()
})

it('sees no end where a disk has only jumped', () => {
  for (const jumpsAt of [100, 150, 200, 260, 295]) {
    const chance = chanceOf()
    const points = seriesOf(300, minute, (index) => (index < jumpsAt ? 60 : 80) + chance() * 0.4)
    expect(forecastOf({ ...base, points, limit: 100 }).reachesLimitAt).toBeNull()
  }
})

it('foresees when a disk is full that fills in batches', () => {
  // Five points every half hour, 75 in the end: full after two and a half hours.
  const points = seriesOf(300, minute, (index) => 25 + 5 * Math.floor(index / 30))
  const { reachesLimitAt } = forecastOf({ ...base, points, limit: 100 })
  const inHours = (Date.parse(reachesLimitAt ?? '') - 299 * minute) / hour
  expect(inHours).toBeGreaterThan(2)
  expect(inHours).toBeLessThan(3.5)
})

it('foresees a leak through the restarts that give its memory back', () => {
  const chance = chanceOf()
  const points = seriesOf(440, minute, (index) => 200 + 3 * (index % 150) + chance() * 10)
  const { method, points: ahead, reachesLimitAt } = forecastOf({ ...base, points, limit: 740, aheadMs: 30 * minute })
  expect(method).toContain('usual change')
  for (const [atMs, value] of ahead) expect(Math.abs(value - (200 + 3 * (atMs / minute - 300)))).toBeLessThan(12)
  expect(reachesLimitAt).toBeNull()
  expect(forecastOf({ ...base, points, limit: 650, aheadMs: 30 * minute }).reachesLimitAt).not.toBeNull()
})

it('is not farther off than the last value where values only jump', () => {
  let [error, held] = [0, 0]
  for (let seed = 1; seed <= 10; seed++) {
    const chance = chanceOf(seed)
    let level = 50
    const values = seriesOf(300, minute, () => {
      if (chance() > 0.4) level = 50 + chance() * 60
      return level + chance() * 20
    })
    for (let origin = 60; origin + 12 < values.length; origin += 12) {
      const past = values.slice(origin - 60, origin)
      const { points } = forecastOf({ ...base, points: past, aheadMs: 12 * minute })
      for (const [atMs, value] of points) {
        const actual = values[atMs / minute]?.[1] ?? Number.NaN
        error += Math.abs(value - actual)
        held += Math.abs((past.at(-1)?.[1] ?? Number.NaN) - actual)
      }
    }
  }
  expect(error).toBeLessThan(held)
})

it('follows the season of a day where two days are known', () => {
  const chance = chanceOf()
  const load = (index: number): number => 40 + 25 * Math.sin((2 * Math.PI * index * quarter) / day)
  const points = seriesOf(4 * 96, quarter, (index) => load(index) + chance() * 4)
  const { method, points: ahead } = forecastOf({ ...base, points, stepMs: quarter, aheadMs: 12 * hour })
  expect(method).toBe('Holt–Winters with a season of a day')
  for (const [atMs, value, low, high] of ahead) {
    expect(Math.abs(value - load(atMs / quarter))).toBeLessThan(8)
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
  }
})

it('keeps to the hour of the day over a stretch in which nothing was measured', () => {
  const load = (index: number): number => 40 + 25 * Math.sin((2 * Math.PI * index * quarter) / day)
  // As the store answers: one null where the stretch begins, and then what was measured after it.
  const points = seriesOf(5 * 96, quarter, load)
  points.splice(3 * 96, 40, [3 * day, null])
  const { method, points: ahead } = forecastOf({ ...base, points, stepMs: quarter, aheadMs: 12 * hour })
  expect(method).toBe('Holt–Winters with a season of a day')
  for (const [atMs, value] of ahead) expect(Math.abs(value - load(atMs / quarter))).toBeLessThan(8)
})

it('has a band that holds about 80 % of what comes', () => {
  let inside = 0
  let all = 0
  for (let seed = 1; seed <= 30; seed++) {
    const chance = chanceOf(seed)
    const values = seriesOf(400, minute, (index) => 50 + index * 0.02 + (chance() + chance() + chance()) * 6)
    const { points } = forecastOf({ ...base, points: values.slice(0, 300), aheadMs: 60 * minute })
    for (const [atMs, , low, high] of points) {
      const value = values[atMs / minute]?.[1] ?? Number.NaN
      all++
      if (value >= low && value <= high) inside++
    }
  }
  expect(inside / all).toBeGreaterThan(0.7)
  expect(inside / all).toBeLessThan(0.95)
})

it('marks what lay outside of the 99 % band, and little else', () => {
  const chance = chanceOf()
  const points = seriesOf(300, minute, (index) => (index === 200 ? 95 : 30 + chance() * 4))
  const { outliers } = forecastOf({ ...base, points })
  expect(outliers).toContainEqual([200 * minute, 95])
  expect(outliers.length).toBeLessThan(10)
})

it('goes on over gaps', () => {
  const points = seriesOf(200, minute, (index) => (index > 80 && index < 120 ? null : 10 + index * 0.1))
  const { points: ahead } = forecastOf({ ...base, points, aheadMs: 10 * minute })
  expect(ahead.at(-1)?.[1]).toBeGreaterThan(29)
  expect(ahead.at(-1)?.[1]).toBeLessThan(33)
})

it('foresees nothing from too little, and nothing below zero', () => {
  expect(forecastOf({ ...base, points: seriesOf(5, minute, () => 1) })).toMatchObject({ points: [], outliers: [] })
  const falling = seriesOf(60, minute, (index) => 60 - index)
  const { points } = forecastOf({ ...base, points: falling })
  expect(Math.min(...points.map(([, , low]) => low))).toBe(0)
})
