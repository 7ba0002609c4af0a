/** Measurements that rules look back on: bounded, and only of what a rule names. */

/** A ring holds so many; over a long time they are kept further apart. */
const mostSamples = 600
/** Set back by more, the clock makes what is known a time to come, which says nothing. */
const longestStepBackMs = 60_000

/** The newest measurements of one series. */
export class Ring {
  readonly #times = new Float64Array(mostSamples)
  readonly #values = new Float64Array(mostSamples)
  readonly #leastStepMs: number
  #count = 0
  #next = 0
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(spanMs: number) {
    this.#leastStepMs = spanMs / (mostSamples - 1)
  }

  add(atMs: number, value: number): void {
    if (this.#lastMs - atMs > longestStepBackMs) {
      this.#count = 0
      this.#next = 0
    } else if (atMs - this.#lastMs < this.#leastStepMs) return
    this.#lastMs = atMs
    this.#times[this.#next] = atMs
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % mostSamples
    if (this.#count < mostSamples) this.#count += 1
  }

  /** Calls with each sample from then on, oldest first. */
  each(fromMs: number, see: (atMs: number, value: number) => void): void {
    const times = this.#times
    const values = this.#values
    const oldest = (this.#next - this.#count + mostSamples) % mostSamples
    let left = this.#count
    let at = oldest
    for (; left > 0 && (times[at] ?? 0) < fromMs; left -= 1) at = at + 1 === mostSamples ? 0 : at + 1
    for (; left > 0; left -= 1) {
      see(times[at] ?? 0, values[at] ?? 0)
      at = at + 1 === mostSamples ? 0 : at + 1
    }
  }
}

/** How far back a forecast learns from, by how far ahead it looks. */
export const learnedMs = (aheadMs: number): number => Math.min(Math.max(aheadMs, 1_800_000), 6 * 3_600_000)

/** The rings of all series that rules look back on. */
export class History {
  readonly #spans: ReadonlyMap<string, number>
  /** By metric, then by subject: nothing is put together for each question. */
  readonly #rings = new Map<string, Map<string, Ring>>()
  #count = 0

  /** @param spans by metric, how far back it is looked at */
  constructor(spans: ReadonlyMap<string, number>) {
    this.#spans = spans
    for (const metric of spans.keys()) this.#rings.set(metric, new Map())
  }

  get metrics(): Iterable<string> {
    return this.#spans.keys()
  }

  add(subject: string, metric: string, atMs: number, value: number): void {
    const rings = this.#rings.get(metric)
    if (rings === undefined) return
    let ring = rings.get(subject)
    if (ring === undefined) {
      if (this.#count >= mostRings) return
      ring = new Ring(this.#spans.get(metric) ?? 0)
      rings.set(subject, ring)
      this.#count += 1
    }
    ring.add(atMs, value)
  }

  ring(subject: string, metric: string): Ring | undefined {
    return this.#rings.get(metric)?.get(subject)
  }

  /** What is gone is forgotten. */
  keepOnly(isThere: (subject: string) => boolean): void {
    for (const rings of this.#rings.values())
      for (const subject of rings.keys()) if (!isThere(subject) && rings.delete(subject)) this.#count -= 1
  }

  /** Goes on with what another knows, where rules have changed. */
  takeOver(other: History): void {
    for (const [metric, rings] of other.#rings)
      for (const [subject, ring] of rings)
        ring.each(Number.NEGATIVE_INFINITY, (atMs, value) => this.add(subject, metric, atMs, value))
  }
}
/** 600 samples of two numbers each are 10 KB: all rings together stay below 200 MB, and far below that in practice. */
const mostRings = 20_000

/** When something happened: events of a kind, lines that match. Only what rules count is kept. */
export class Happenings {
  /** By what happened, then by whom. */
  readonly #times = new Map<string, Map<string, number[]>>()

  add(subject: string, what: string, atMs: number): void {
    const subjects = this.#times.get(what) ?? new Map<string, number[]>()
    this.#times.set(what, subjects)
    const times = subjects.get(subject)
    if (times === undefined) {
      subjects.set(subject, [atMs])
      return
    }
    const isLate = atMs < (times.at(-1) ?? 0)
    times.push(atMs)
    if (isLate) times.sort((a, b) => a - b)
    if (times.length > mostSamples) times.shift()
  }

  count(subject: string, what: string, fromMs: number): number {
    const times = this.#times.get(what)?.get(subject)
    if (times === undefined) return 0
    let count = 0
    for (let at = times.length - 1; at >= 0 && (times[at] ?? 0) >= fromMs; at -= 1) count += 1
    return count
  }

  keepOnly(isThere: (subject: string) => boolean): void {
    for (const [what, subjects] of this.#times) {
      for (const subject of subjects.keys()) if (!isThere(subject)) subjects.delete(subject)
      if (subjects.size === 0) this.#times.delete(what)
    }
  }
}
