import { describe, it } from 'vitest'
import { World } from './harness.ts'
import { faults } from './index.ts'
import { Random } from './random.ts'

// Each fault once, on a real agent with real processes; `npm run faults` does them at full length.

describe.concurrent('a fault', { timeout: 120_000 }, () => {
  for (const fault of faults) {
    it.skipIf(fault.unable?.() !== undefined)(`${fault.id}: ${fault.title}`, async () => {
      const world = new World(new Random(fault.id))
      try {
        await fault.run(world, 'once')
        await world.close()
      } finally {
        await world.clear()
      }
    })
  }
})
