import { expect, it } from 'vitest'
import type { Clock } from '../../os/index.ts'
import { Queue } from './queue.ts'

/** A machine whose wall clock can be set while time goes on. */
class SettableClock implements Clock {
  wallMs = 1_000_000_000
  #nowMs = 0
  #timers: { atMs: number; run: () => void }[] = []
  nowMs = (): number => this.wallMs
  monotonicMs = (): number => this.#nowMs
  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms
    this.wallMs += ms
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs)
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#nowMs)
    for (const { run } of due) run()
    await Promise.resolve()
    await Promise.resolve()
  }
}

it.each([-3_600_000, 3_600_000])(
  'tries again when it was to, though the wall clock was set by %i ms',
  async (jumpMs) => {
    const clock = new SettableClock()
    const tries: string[] = []
    const queue = new Queue(clock, async (id) => {
      tries.push(id)
      return tries.length === 1 ? { againAtMs: clock.nowMs() + 4_000 } : 'ended'
    })
    queue.add('a', clock.nowMs())
    await clock.pass(0)
    clock.wallMs += jumpMs
    queue.add('b', clock.nowMs())
    await clock.pass(3_999)
    expect(tries).toEqual(['a'])
    await clock.pass(1)
    expect(tries).toEqual(['a', 'a', 'b'])
  },
)
