import { describe, expect, it } from 'vitest'
import { World } from './harness.ts'
import { faults } from './index.ts'
import { Random } from './random.ts'
import { needsTracing } from './trace.ts'

// Each fault once, on a real agent with real processes; `npm run faults` does them at full length.

const proven = new Map<number, number>()

describe.concurrent('a fault', { timeout: 300_000 }, () => {
  for (const fault of faults) {
    it.skipIf(fault.unable?.() !== undefined)(`${fault.id}: ${fault.title}`, async () => {
      const world = new World(new Random(fault.id), 'once', { trace: fault.traced ?? false })
      try {
        await world.undergo(fault)
        if (fault.traced) proven.set(fault.id, world.signals.count)
      } finally {
        await world.clear()
      }
    })
  }
})

describe('an agent under strace', () => {
  it.skipIf(needsTracing() !== undefined)('signals processes of its services and no other (I2)', () => {
    const traced = faults.filter((fault) => fault.traced && fault.unable?.() === undefined)
    expect([...proven.keys()].sort((a, b) => a - b)).toEqual(traced.map(({ id }) => id))
  })
})
