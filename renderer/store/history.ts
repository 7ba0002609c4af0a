/** One slot of history is this long, and there is room for an hour of the machine and ten minutes of each service. */
export const slotMs = 5_000
export const hostSlots = 720
export const serviceSlots = 120

/**
 * The last values of one measurement, one to a slot of time. A slot in which nothing was measured is a gap (NaN), and
 * stays one.
 */
export class Ring {
  readonly #values: Float32Array
  #firstSlot = Number.POSITIVE_INFINITY
  #lastSlot = Number.NEGATIVE_INFINITY

  constructor(size: number) {
    this.#values = new Float32Array(size).fill(Number.NaN)
  }

  push(slot: number, value: number | null | undefined): void {
    const size = this.#values.length
    if (slot < this.#lastSlot) this.clear()
    const from = Math.max(this.#lastSlot + 1, slot - size + 1)
    for (let gap = from; gap < slot; gap++) this.#values[gap % size] = Number.NaN
    this.#values[slot % size] = value ?? Number.NaN
    this.#lastSlot = slot
    this.#firstSlot = Math.min(this.#firstSlot, slot)
  }

  /** A value of the past that was measured while this did not look on. What it saw itself stays. */
  fill(slot: number, value: number): void {
    const size = this.#values.length
    if (slot > this.#lastSlot) {
      this.push(slot, value)
      return
    }
    if (slot <= this.#lastSlot - size || !Number.isNaN(this.#values[slot % size])) return
    this.#values[slot % size] = value
    this.#firstSlot = Math.min(this.#firstSlot, slot)
  }

  /** How many of the last slots, up to `slot`, reach back to the oldest that is known. */
  reach(slot: number): number {
    const size = this.#values.length
    const oldest = Math.max(this.#firstSlot, this.#lastSlot - size + 1)
    return Number.isFinite(oldest) ? Math.min(size, Math.max(0, slot - oldest + 1)) : 0
  }

  /** The last `count` slots up to `slot`, oldest first. */
  read(slot: number, count: number): number[] {
    const size = this.#values.length
    return Array.from({ length: count }, (_, index) => {
      const at = slot - count + 1 + index
      const known = at >= 0 && at <= this.#lastSlot && at > this.#lastSlot - size
      return known ? (this.#values[at % size] as number) : Number.NaN
    })
  }

  /** Adds what is known of the last slots up to `slot` to `sum`, oldest first; a sum that nothing was added to stays a gap. */
  addTo(sum: number[], slot: number): void {
    const size = this.#values.length
    for (let index = 0; index < sum.length; index++) {
      const at = slot - sum.length + 1 + index
      if (at < 0 || at > this.#lastSlot || at <= this.#lastSlot - size) continue
      const value = this.#values[at % size] as number
      if (!Number.isNaN(value)) sum[index] = (Number.isNaN(sum[index]) ? 0 : (sum[index] as number)) + value
    }
  }

  /** The wall clock was set back: what lies in its future means nothing any more. */
  clear(): void {
    this.#values.fill(Number.NaN)
    this.#lastSlot = Number.NEGATIVE_INFINITY
    this.#firstSlot = Number.POSITIVE_INFINITY
  }
}

/** Spans of time that an axis may have, in slots: 1, 2, 5, 10, 20 and 60 minutes. */
const axes = [12, 24, 60, 120, 240, 720] as const

/** The shortest axis that holds `reach` slots, and no longer one than there is room for. */
export const axisFor = (reach: number, most: number): number =>
  axes.find((count) => count >= reach && count <= most) ?? most

export const slotAt = (nowMs: number): number => Math.floor(nowMs / slotMs)
