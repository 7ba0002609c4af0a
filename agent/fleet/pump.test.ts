import { expect, it } from 'vitest'
import { systemClock } from '../os/index.ts'
import { Pump } from './pump.ts'

it('work that is woken many times at once is done once, never twice at a time, and not after the end', async () => {
  let running = 0
  let most = 0
  let done = 0
  const pump = new Pump(systemClock, async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    done++
    return 60_000
  })
  for (let i = 0; i < 10; i++) pump.wake(0)
  await expect.poll(() => done, { timeout: 10_000 }).toBe(1)
  pump.wake(0)
  await expect.poll(() => done, { timeout: 10_000 }).toBe(2)
  pump.wake(0)
  await pump.finish()
  expect(most).toBe(1)
  const last = done
  pump.wake(0)
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toBe(last)
})
