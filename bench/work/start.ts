import { Ear } from '../place.ts'
import type { Supervisor } from '../supervisors.ts'
import { type Figure, percentile } from '../table.ts'
import { type Bench, type Measurement, supervisorsOf, timed } from './common.ts'

/** From the supervisor's own start until the last of many services runs. */
export const start: Measurement = async (bench) => {
  const figures: Figure[] = []
  for (const [count, goal] of [[100, 0.4] as const, ...(bench.quick ? [] : [[500, 0.7] as const])]) {
    const figure: Figure = { work: `start of ${count} services, its own included`, unit: 's', values: {}, goal }
    for (const supervisor of supervisorsOf(bench)) {
      const samples: number[] = []
      for (let round = 0; round < (bench.quick ? 1 : 3); round++)
        samples.push(await startMany(bench, supervisor, count))
      figure.values[supervisor.name] = percentile(samples, 0.5) / 1000
      bench.say(`${supervisor.name}: ${count} services`)
    }
    figures.push(figure)
  }
  return figures
}

async function startMany({ place }: Bench, supervisor: Supervisor, count: number): Promise<number> {
  const ear = new Ear(place)
  const programs = Array.from({ length: count }, (_, index) => ear.sleeper(`service-${index}`))
  let stop: () => Promise<void> = async () => undefined
  try {
    return await timed(async () => {
      const all = ear.until(() => ear.pids.size === count, 120_000, `${supervisor.name}: ${count} services`)
      const [running] = await Promise.all([supervisor.start(place, programs), all])
      stop = running.stop
    })
  } finally {
    await stop()
    place.sweep()
    ear.close()
  }
}
