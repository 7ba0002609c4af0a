/** How long a sweep may keep the event loop at a time. */
const sliceMs = 3

/** Gives the event loop back to others whenever a sweep has had it for long enough. */
export class Slices {
  readonly #restMs: number
  #endsAt = performance.now() + sliceMs

  /** @param restMs for how long it leaves the processor to others too: for what nobody waits for */
  constructor(restMs = 0) {
    this.#restMs = restMs
  }

  breathe(): Promise<void> | undefined {
    return performance.now() < this.#endsAt ? undefined : this.#pause()
  }

  async #pause(): Promise<void> {
    await new Promise((resume) => (this.#restMs > 0 ? setTimeout(resume, this.#restMs) : setImmediate(resume)))
    this.#endsAt = performance.now() + sliceMs
  }
}
