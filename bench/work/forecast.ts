import { readFileSync } from 'node:fs'
import { chanceOf } from '../../agent/metrics/fixtures/chance.ts'
import { forecastOf } from '../../agent/metrics/forecast/index.ts'
import type { Point } from '../../contract/index.ts'
import type { Figure } from '../table.ts'
import { type Measurement, timed } from './common.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const stepMs = 900_000
const daySteps = dayMs / stepMs
const days = 10
const aheadSteps = (4 * hourMs) / stepMs

/** Days that nobody had the patience to record: days and weekends, leaks and restarts, disks that fill and are cleared. */
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

/** What is foreseen, and how far. */
interface Course {
  points: readonly Point[]
  stepMs: number
  /** How much of the past is looked at. */
  lookSteps: number
  aheadSteps: number
  /** As the table says it. */
  ahead: string
}

function made(valueAt: (index: number, chance: () => number) => number): Course {
  const chance = chanceOf(7)
  const points = Array.from({ length: days * daySteps }, (_, index): Point => [index * stepMs, valueAt(index, chance)])
  return { points, stepMs, lookSteps: 7 * daySteps, aheadSteps, ahead: '4 h' }
}

/** A machine of two cores that built and tested a program, as an agent kept it: a value each five seconds. */
function recorded(): Record<string, Course> {
  const { stepMs, series } = JSON.parse(
    readFileSync(new URL('../fixtures/recorded.json', import.meta.url), 'utf8'),
  ) as {
    stepMs: number
    series: Record<string, number[]>
  }
  return Object.fromEntries(
    Object.entries(series).map(([name, values]) => {
      const points = values.map((value, index): Point => [index * stepMs, value])
      return [name, { points, stepMs, lookSteps: 60, aheadSteps: 12, ahead: '1 min' }]
    }),
  )
}

/** Foresees from each of many moments; the error is printed beside that of the last value held. */
export const forecast: Measurement = async (bench) => {
  const figures: Figure[] = []
  const courses = Object.entries(series).map(([name, valueAt]): [string, Course] => [name, made(valueAt)])
  let rounds = 0
  let spentMs = 0
  for (const [name, course] of [...courses, ...Object.entries(recorded())]) {
    const { points, lookSteps, ahead } = course
    let [error, naive, count] = [0, 0, 0]
    const aheadMs = course.aheadSteps * course.stepMs
    for (
      let origin = Math.ceil(lookSteps / 2);
      origin + course.aheadSteps < points.length;
      origin += bench.quick ? 61 : 7
    ) {
      const past = points.slice(Math.max(0, origin - lookSteps), origin)
      const last = past.at(-1)?.[1] ?? 0
      spentMs += await timed(async () => {
        const { points: foreseen } = forecastOf({ points: past, stepMs: course.stepMs, aheadMs, limit: null, least: 0 })
        for (const [atMs, value] of foreseen) {
          const actual = points[Math.round(atMs / course.stepMs)]?.[1] ?? 0
          error += Math.abs(value - actual)
          naive += Math.abs(last - actual)
          count++
        }
      })
      rounds++
    }
    bench.say(`${name}: ${(error / count).toFixed(2)}, naive ${(naive / count).toFixed(2)}`)
    const work = `forecast of ${name}, mean error over ${ahead} (goal: the last value held)`
    figures.push({ work, unit: 'units', values: { HXE: error / count }, goal: naive / count })
  }
  figures.push({ work: 'one forecast', unit: 'ms', values: { HXE: spentMs / rounds }, goal: 50 })
  return figures
}
