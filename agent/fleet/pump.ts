import type { Clock } from '../os/index.ts'

/** Does a piece of work again and again, one at a time: when it is woken, and when the last time has said. */
export class Pump {
  readonly #clock: Clock
  readonly #work: () => Promise<number>
  #running: Promise<void> | undefined
  #hasEnded = false
  #dueMs = Number.POSITIVE_INFINITY
  #cancel = (): void => undefined

  /** `work` answers after how long it is to be done again, and does not reject. */
  constructor(clock: Clock, work: () => Promise<number>) {
    this.#clock = clock
    this.#work = work
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** It is done after that time at the latest. */
  wake(delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs
    if (this.#hasEnded || dueMs >= this.#dueMs) return
    this.#dueMs = dueMs
    if (!this.#running) this.#arm(delayMs)
  }

  end(): void {
    this.#hasEnded = true
    this.#cancel()
  }

  #arm(delayMs: number): void {
    this.#cancel()
    this.#cancel = this.#clock.after(Math.max(0, delayMs), () => this.#begin())
  }

  /** Does it once more, now, as the last thing. */
  async finish(): Promise<void> {
    this.#hasEnded = true
    this.#cancel()
    await this.#running
    await this.#work()
  }

  #begin(): void {
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    this.#dueMs = Number.POSITIVE_INFINITY
    const againMs = await this.#work()
    this.#running = undefined
    if (this.#hasEnded) return
    const nowMs = this.#clock.monotonicMs()
    this.#dueMs = Math.min(this.#dueMs, nowMs + againMs)
    this.#arm(this.#dueMs - nowMs)
  }
}
