/** Measurements that rules look back on: bounded, and only of what a rule names. */

/** A ring holds so many; over a long time they are kept further apart. */
const mostSamples = 600

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
    if (atMs - this.#lastMs < this.#leastStepMs) return
    this.#lastMs = atMs
    this.#times[this.#next] = atMs
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % mostSamples
    if (this.#count < mostSamples) this.#count += 1
  }

  /** Calls with each sample from then on, oldest first. */
  each(fromMs: number, see: (atMs: number, value: number) => void): void {
    const first = (this.#next - this.#count + mostSamples) % mostSamples
    for (let index = 0; index < this.#count; index += 1) {
      const at = (first + index) % mostSamples
      const atMs = this.#times[at] ?? 0
      if (atMs >= fromMs) see(atMs, this.#values[at] ?? 0)
    }
  }
}

/** How far back a forecast learns from, by how far ahead it looks. */
export const learnedMs = (aheadMs: number): number => Math.min(Math.max(aheadMs, 1_800_000), 6 * 3_600_000)

/** The rings of all series that rules look back on. */
export class History {
  readonly #spans: ReadonlyMap<string, number>
  readonly #rings = new Map<string, Ring>()

  /** @param spans by metric, how far back it is looked at */
  constructor(spans: ReadonlyMap<string, number>) {
    this.#spans = spans
  }

  get metrics(): Iterable<string> {
    return this.#spans.keys()
  }

  add(subject: string, metric: string, atMs: number, value: number): void {
    const spanMs = this.#spans.get(metric)
    if (spanMs === undefined) return
    const key = `${metric}\0${subject}`
    let ring = this.#rings.get(key)
    if (ring === undefined) {
      if (this.#rings.size >= mostRings) return
      ring = new Ring(spanMs)
      this.#rings.set(key, ring)
    }
    ring.add(atMs, value)
  }

  ring(subject: string, metric: string): Ring | undefined {
    return this.#rings.get(`${metric}\0${subject}`)
  }

  /** What is gone is forgotten. */
  keepOnly(isThere: (subject: string) => boolean): void {
    for (const key of this.#rings.keys()) if (!isThere(key.slice(key.indexOf('\0') + 1))) this.#rings.delete(key)
  }

  /** Goes on with what another knows, where rules have changed. */
  takeOver(other: History): void {
    for (const [key, ring] of other.#rings) {
      const metric = key.slice(0, key.indexOf('\0'))
      const spanMs = this.#spans.get(metric)
      if (spanMs === undefined) continue
      const own = new Ring(spanMs)
      ring.each(Number.NEGATIVE_INFINITY, (atMs, value) => own.add(atMs, value))
      this.#rings.set(key, own)
    }
  }
}
/** 600 samples of two numbers each are 10 KB: all rings together stay below 200 MB, and far below that in practice. */
const mostRings = 20_000

/** When something happened: events of a kind, lines that match. Only what rules count is kept. */
export class Happenings {
  readonly #times = new Map<string, number[]>()

  add(subject: string, what: string, atMs: number): void {
    const key = `${what}\0${subject}`
    const times = this.#times.get(key)
    if (times === undefined) this.#times.set(key, [atMs])
    else {
      const isLate = atMs < (times.at(-1) ?? 0)
      times.push(atMs)
      if (isLate) times.sort((a, b) => a - b)
      if (times.length > mostSamples) times.shift()
    }
  }

  count(subject: string, what: string, fromMs: number): number {
    const times = this.#times.get(`${what}\0${subject}`)
    if (times === undefined) return 0
    let count = 0
    for (let at = times.length - 1; at >= 0 && (times[at] ?? 0) >= fromMs; at -= 1) count += 1
    return count
  }

  keepOnly(isThere: (subject: string) => boolean): void {
    for (const key of this.#times.keys()) if (!isThere(key.slice(key.indexOf('\0') + 1))) this.#times.delete(key)
  }
}
