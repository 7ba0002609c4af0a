import { forecastOf } from '../../agent/metrics/forecast/index.ts'
import type { Point } from '../../contract/index.ts'
import type { Figure } from '../table.ts'
import { type Measurement, timed } from './common.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const stepMs = 900_000
const daySteps = dayMs / stepMs
const days = 10
const aheadMs = 4 * hourMs
const aheadSteps = aheadMs / stepMs

/** Chance that is the same in each run, so that two runs compare. */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31 - 0.5
  }
}

/** Series that look as recorded ones do: days and weekends, leaks and restarts, disks that fill and are cleared. */
const series: Readonly<Record<string, (index: number, chance: () => number) => number>> = {
  'CPU of a web server': (index, chance) => {
    const isWeekend = Math.floor(index / daySteps) % 7 >= 5
    const load = 30 + 22 * Math.sin((2 * Math.PI * (index - 30)) / daySteps)
    return Math.max(0, load * (isWeekend ? 0.6 : 1) + chance() * 12 + (chance() > 0.49 ? 40 : 0))
  },
  'memory that leaks until a restart': (index, chance) => 200 + (index % 150) * 3 + chance() * 10,
  'disk that fills': (index, chance) => 40 + index * 0.05 + chance() * 0.3,
  'disk cleared each night': (index, chance) => 50 + (index % daySteps) * 0.2 + chance(),
  'memory that stays': (_index, chance) => 512 + chance() * 8,
}

/** Foresees four hours from each of many moments; the error is printed beside that of the last value held. */
export const forecast: Measurement = async (bench) => {
  const figures: Figure[] = []
  let rounds = 0
  let spentMs = 0
  for (const [name, valueAt] of Object.entries(series)) {
    const chance = chanceOf(7)
    const points = Array.from(
      { length: days * daySteps },
      (_, index): Point => [index * stepMs, valueAt(index, chance)],
    )
    let [error, naive, count] = [0, 0, 0]
    for (let origin = 3 * daySteps; origin + aheadSteps < points.length; origin += bench.quick ? 61 : 7) {
      const past = points.slice(Math.max(0, origin - 7 * daySteps), origin)
      const last = past.at(-1)?.[1] ?? 0
      spentMs += await timed(async () => {
        const { points: ahead } = forecastOf({ points: past, stepMs, aheadMs, limit: null, least: 0 })
        for (const [atMs, value] of ahead) {
          const actual = points[atMs / stepMs]?.[1] ?? 0
          error += Math.abs(value - actual)
          naive += Math.abs(last - actual)
          count++
        }
      })
      rounds++
    }
    bench.say(`${name}: ${(error / count).toFixed(2)}, naive ${(naive / count).toFixed(2)}`)
    const work = `forecast of ${name}, mean error over 4 h (goal: the last value held)`
    figures.push({ work, unit: 'units', values: { HXE: error / count }, goal: naive / count })
  }
  figures.push({ work: 'one forecast over a week of history', unit: 'ms', values: { HXE: spentMs / rounds }, goal: 50 })
  return figures
}
