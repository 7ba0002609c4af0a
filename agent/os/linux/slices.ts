/** How long a sweep may keep the event loop at a time. */
const sliceMs = 3

/** Gives the event loop back to others whenever a sweep has had it for long enough. */
export class Slices {
  #endsAt = performance.now() + sliceMs

  breathe(): Promise<void> | undefined {
    return performance.now() < this.#endsAt ? undefined : this.#pause()
  }

  async #pause(): Promise<void> {
    await new Promise((resume) => setImmediate(resume))
    this.#endsAt = performance.now() + sliceMs
  }
}
