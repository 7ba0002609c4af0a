import type { MetricStat } from '../../../contract/index.ts'
import { type Columns, writeRaw, writeRolled } from './chunk.ts'
import { type Points, reducers, stats } from './stats.ts'

export const minuteMs = 60_000
const blockMs = 10 * minuteMs
/** Reached early while measured each second. */
const blockSweeps = 240
/** Blocks of minutes are joined by this much; none goes across. */
export const windowMs = 12 * 60 * minuteMs

/** When a value came to be what it is, by the number of its sweep. It holds until the next one. */
interface Changes {
  at: number[]
  values: number[]
}

/** What a closed block comes to: a row for each subject, as measured and by the minute. */
export interface ClosedBlock {
  fromMs: number
  times: number[]
  raw: Map<number, Uint8Array>
  minutes: { fromMs: number; untilMs: number; rows: Map<number, Uint8Array> }
}

/** The newest sweeps, before they are written in their final form. What rests costs nothing here. */
export class OpenBlock {
  readonly times: number[] = []
  readonly #subjects = new Map<number, Map<number, Changes>>()

  /** Whether a sweep at that time belongs to the next block. */
  isOver(atMs: number): boolean {
    const [fromMs] = this.times
    const lastMs = this.times.at(-1)
    if (fromMs === undefined || lastMs === undefined) return false
    if (atMs <= lastMs) return true
    if (Math.floor(atMs / minuteMs) === Math.floor(lastMs / minuteMs)) return false
    const long = atMs - fromMs >= blockMs || this.times.length >= blockSweeps
    return long || Math.floor(atMs / windowMs) !== Math.floor(fromMs / windowMs)
  }

  /** Begins a sweep; what is not set in it keeps its value, unless it is `fresh`, which says all there is. */
  begin(atMs: number, fresh: boolean): void {
    this.times.push(atMs)
    if (fresh) this.endAll()
  }

  set(subject: number, key: number, value: number): void {
    let series = this.#subjects.get(subject)
    if (!series) {
      series = new Map()
      this.#subjects.set(subject, series)
    }
    const sweep = this.times.length - 1
    const changes = series.get(key)
    if (!changes) series.set(key, { at: [sweep], values: [value] })
    else if (changes.at.at(-1) === sweep) changes.values[changes.values.length - 1] = value
    else {
      changes.at.push(sweep)
      changes.values.push(value)
    }
  }

  /** Nothing is measured of it from this sweep on. */
  end(subject: number): void {
    for (const [key, { values }] of this.#subjects.get(subject) ?? [])
      if (!Number.isNaN(values.at(-1) ?? Number.NaN)) this.set(subject, key, Number.NaN)
  }

  endAll(): void {
    for (const subject of this.#subjects.keys()) this.end(subject)
  }

  /** Takes on the values that the block before ended with; to be called within the first sweep, before what is set in it. */
  carryOn(before: OpenBlock): void {
    for (const [subject, series] of before.#subjects)
      for (const [key, { values }] of series) {
        const value = values.at(-1) ?? Number.NaN
        if (!Number.isNaN(value)) this.set(subject, key, value)
      }
  }

  /** Subject, key and value of all that is known now, one after the other. */
  latest(): number[] {
    const all: number[] = []
    for (const [subject, series] of this.#subjects)
      for (const [key, { values }] of series) {
        const value = values.at(-1) ?? Number.NaN
        if (!Number.isNaN(value)) all.push(subject, key, value)
      }
    return all
  }

  subjects(): Iterable<number> {
    return this.#subjects.keys()
  }

  keys(): Set<number> {
    const all = new Set<number>()
    for (const series of this.#subjects.values()) for (const key of series.keys()) all.add(key)
    return all
  }

  points(subject: number, key: number): Points | undefined {
    const changes = this.#subjects.get(subject)?.get(key)
    return changes && { times: this.times, values: Array.from(this.#spread(changes)) }
  }

  #spread({ at, values }: Changes): Float64Array {
    const all = new Float64Array(this.times.length).fill(Number.NaN)
    for (let index = 0; index < at.length; index++)
      all.fill(values[index] ?? Number.NaN, at[index] ?? 0, at[index + 1] ?? all.length)
    return all
  }

  /** As most are: then every figure of it is that value. */
  #isConstant({ at, values }: Changes): boolean {
    return at.length === 1 && at[0] === 0 && !Number.isNaN(values[0] ?? Number.NaN)
  }

  close(): ClosedBlock | undefined {
    const fromMs = this.times[0]
    const lastMs = this.times.at(-1)
    if (fromMs === undefined || lastMs === undefined) return undefined
    const first = Math.floor(fromMs / minuteMs)
    const slots = this.times.map((time) => Math.floor(time / minuteMs) - first)
    const count = (slots.at(-1) ?? 0) + 1
    const raw = new Map<number, Uint8Array>()
    const rows = new Map<number, Uint8Array>()
    for (const [subject, series] of this.#subjects) {
      const columns = new Map<number, ArrayLike<number>>()
      const rolled = new Map<number, Columns>()
      for (const [key, changes] of series) {
        const values = this.#spread(changes)
        columns.set(key, values)
        rolled.set(key, this.#isConstant(changes) ? alike(changes.values, count) : rolledUp(values, slots, count))
      }
      raw.set(subject, writeRaw(columns))
      rows.set(subject, writeRolled(rolled))
    }
    const minutes = { fromMs: first * minuteMs, untilMs: (first + count) * minuteMs, rows }
    return { fromMs, times: [...this.times], raw, minutes }
  }
}

/** One column stands for all four. */
function alike([value = 0]: readonly number[], count: number): Columns {
  const column = new Float64Array(count).fill(value)
  return { mean: column, min: column, max: column, p95: column }
}

/** The four figures of each slot; `slots` says to which one a value belongs, in growing order. */
function rolledUp(
  values: ArrayLike<number>,
  slots: ArrayLike<number>,
  count: number,
): Record<MetricStat, Float64Array> {
  const columns = Object.fromEntries(
    stats.map((stat) => [stat, new Float64Array(count).fill(Number.NaN)] as const),
  ) as Record<MetricStat, Float64Array>
  let group: number[] = []
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN
    if (!Number.isNaN(value)) group.push(value)
    const slot = slots[at] ?? 0
    if (at + 1 < values.length && slots[at + 1] === slot) continue
    if (group.length > 0) for (const stat of stats) columns[stat][slot] = reducers[stat](group)
    group = []
  }
  return columns
}
