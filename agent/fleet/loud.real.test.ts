import { expect, it } from 'vitest'
import { service } from '../control/fixtures/place.ts'
import { fleetForTests, sees } from './fixtures/fleet.ts'

const { host } = fleetForTests()

interface Batch {
  items: { seq: number }[]
  skipped: number
}

it('twenty thousand lines a second, followed from afar, come in order, and what is left out is counted', async () => {
  const [batches, perBatch] = [30, 2_000]
  const all = batches * perBatch
  // Two thousand lines each tenth of a second.
  const loud = `awk 'BEGIN { for (b = 0; b < ${batches}; b++) { for (i = 0; i < ${perBatch}; i++) print "line " b * ${perBatch} + i; fflush(); system("sleep 0.1") } }'`
  const laptop = await host('laptop')
  const atlas = await host('atlas', service('loud', loud, 'type = "task"', 'autostart = false'))
  await sees(laptop, 'atlas')
  const stop = new AbortController()
  const followed = (await laptop.core.fleet.call(
    'atlas',
    ['logs', 'follow'],
    { service: 'loud' },
    { signal: stop.signal },
    { author: 'mira' },
  )) as AsyncIterable<Batch>
  await atlas.act('loud', 'start')
  let last = 0
  let told = 0
  for await (const { items, skipped } of followed) {
    for (const { seq } of items) {
      expect(seq).toBeGreaterThan(last)
      last = seq
    }
    told += items.length + skipped
    // Nothing is missing that was not said to be.
    expect(told).toBeGreaterThanOrEqual(last)
    if (told >= all) break
  }
  stop.abort()
  expect([told, last]).toEqual([all, all])
})
