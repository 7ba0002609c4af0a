import { expect, test } from 'vitest'
import { Simulator } from './simulator.ts'

const seeds = Number(process.env.SIM_SEEDS ?? 2_000)
const first = Number(process.env.SIM_FIRST ?? 1)
const steps = Number(process.env.SIM_STEPS ?? 150)

test(`${seeds} histories of crashes, wishes and killed agents keep every promise`, { timeout: 600_000 }, () => {
  let spawns = 0
  for (let seed = first; seed < first + seeds; seed++) {
    const simulator = new Simulator(seed)
    try {
      for (let count = 0; count < steps; count++) simulator.step()
      simulator.settle()
    } catch (error) {
      throw new Error(`seed ${seed} (SIM_FIRST=${seed} SIM_SEEDS=1 replays it): ${(error as Error).message}`)
    }
    spawns += simulator.spawns
  }
  expect(spawns).toBeGreaterThan(seeds * 10)
})
