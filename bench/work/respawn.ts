import { Ear } from '../place.ts'
import type { Supervisor } from '../supervisors.ts'
import { type Figure, percentile } from '../table.ts'
import { type Bench, type Measurement, pause, supervisorsOf } from './common.ts'

/** For the new process to have come to rest, so that each kill meets the same. */
const betweenMs = 25

/** From kill -9 of a service until its successor's first instruction. */
export const respawn: Measurement = async (bench) => {
  const p50: Figure = { work: 'respawn after kill -9, p50', unit: 'ms', values: {}, goal: 2 }
  const p99: Figure = { work: 'respawn after kill -9, p99', unit: 'ms', values: {}, goal: 6 }
  for (const supervisor of supervisorsOf(bench)) {
    const samples = await killAgainAndAgain(bench, supervisor)
    p50.values[supervisor.name] = percentile(samples, 0.5)
    p99.values[supervisor.name] = percentile(samples, 0.99)
    bench.say(`${supervisor.name}: ${samples.length} kills`)
  }
  return [p50, p99]
}

async function killAgainAndAgain({ place, quick }: Bench, supervisor: Supervisor): Promise<number[]> {
  const ear = new Ear(place)
  const running = await supervisor.start(place, [ear.sleeper('victim')])
  try {
    await ear.until(() => ear.pids.has('victim'), 20_000, `${supervisor.name}'s first start`)
    const samples: number[] = []
    for (let round = 0; round < (quick ? 20 : 300); round++) {
      await pause(betweenMs)
      const victim = ear.pids.get('victim') ?? 0
      const killedAtMs = performance.now()
      process.kill(victim, 'SIGKILL')
      await ear.until(() => ear.pids.get('victim') !== victim, 20_000, `${supervisor.name}'s respawn`)
      samples.push(performance.now() - killedAtMs)
    }
    return samples
  } finally {
    await running.stop()
    ear.close()
  }
}
