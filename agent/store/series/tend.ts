import type { MetricStat } from '../../../contract/index.ts'
import { DamagedError } from './bytes.ts'
import { type Columns, readRolled, writeRolled } from './chunk.ts'
import { minuteMs, windowMs } from './open.ts'
import { reducers, stats } from './stats.ts'
import { type Block, levels, type Tables } from './table.ts'
import type { SeriesBounds } from './types.ts'

/** So much is done before others get their turn, each a few milliseconds. */
const subjectsPerSlice = 5
const rowsPerSlice = 500
const slotsOfWindow = windowMs / minuteMs
const minutesPerHour = 60

interface Rolling {
  fromMs: number
  /** The blocks that are joined. */
  parts: Block[]
  subjects: number[]
  bytes: { minute: number; hour: number }
}

/**
 * Joins blocks of minutes to half days, makes hours of them, removes what is too old or too much, and then the names of
 * which nothing is left. A half day is over when what is not written yet is of a later one.
 *
 * @param freeNames forgets some of what was measured last before the oldest that is kept; whether there were any
 */
export function openTending(
  tables: Tables,
  blocks: Block[],
  openSinceMs: () => number | undefined,
  freeNames: (oldestMs: number) => boolean,
) {
  let rolling: Rolling | undefined
  /** Their rows are to be removed; nobody reads them any more. */
  const doomed: Block[] = []

  function added(block: Block): void {
    const known = blocks.findIndex(({ level, fromMs }) => level === block.level && fromMs === block.fromMs)
    if (known >= 0) blocks.splice(known, 1)
    const later = blocks.findIndex(({ fromMs }) => fromMs > block.fromMs)
    blocks.splice(later < 0 ? blocks.length : later, 0, block)
  }

  function doom(block: Block): void {
    blocks.splice(blocks.indexOf(block), 1)
    doomed.push(block)
  }

  /** The oldest half day that is over and whose minutes are still in pieces. */
  function nextRolling(nowMs: number): Rolling | undefined {
    const endMs = Math.min(nowMs, openSinceMs() ?? nowMs)
    const windowOf = ({ fromMs }: Block): number => Math.floor(fromMs / windowMs) * windowMs
    const isPiece = (block: Block): boolean =>
      block.level === levels.minute && block.untilMs - block.fromMs < windowMs && windowOf(block) + windowMs <= endMs
    const first = blocks.find(isPiece)
    if (!first) return undefined
    const fromMs = windowOf(first)
    const parts = blocks.filter((block) => block.level === levels.minute && windowOf(block) === fromMs)
    const subjects = tables.subjectsWithin(levels.minute, fromMs, fromMs + windowMs)
    return { fromMs, parts, subjects, bytes: { minute: 0, hour: 0 } }
  }

  function rollSlice(work: Rolling): void {
    const subjects = work.subjects.splice(0, subjectsPerSlice)
    tables.together(() => {
      for (const subject of subjects) {
        const minutes = joined(tables, work, subject)
        const row = (level: typeof levels.minute | typeof levels.hour, data: Uint8Array): number =>
          tables.putRows(level, work.fromMs, new Map([[subject, data]]))
        const hours = new Map([...minutes].map(([key, columns]) => [key, hoursOf(columns)] as const))
        work.bytes.hour += row(levels.hour, writeRolled(hours))
        work.bytes.minute += row(levels.minute, writeRolled(minutes))
      }
    })
  }

  function finish(work: Rolling): void {
    const block = { fromMs: work.fromMs, untilMs: work.fromMs + windowMs, times: null }
    const made: Block[] = [
      { ...block, level: levels.minute, bytes: work.bytes.minute },
      { ...block, level: levels.hour, bytes: work.bytes.hour },
    ]
    tables.together(() => {
      for (const each of made) tables.putBlock(each)
    })
    for (const part of work.parts) if (part.fromMs !== work.fromMs) doom(part)
    for (const each of made) added(each)
  }

  /** What is too old for its level, or the oldest of the finest level when all is too much. */
  function nextTooMuch(nowMs: number, bounds: SeriesBounds): Block | undefined {
    const keptMs = { [levels.raw]: bounds.rawMs, [levels.minute]: bounds.minuteMs, [levels.hour]: bounds.hourMs }
    const old = blocks.find(({ level, untilMs }) => untilMs < nowMs - keptMs[level])
    if (old) return old
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0)
    if (bytes <= bounds.bytes) return undefined
    const order = [levels.raw, levels.minute, levels.hour]
    const level = order.find((each) => blocks.some((block) => block.level === each))
    return blocks.find((block) => block.level === level)
  }

  return {
    added,
    slice(nowMs: number, bounds: SeriesBounds): boolean {
      const [gone] = doomed
      if (gone) {
        if (tables.removeSlice(gone.level, gone.fromMs, rowsPerSlice)) doomed.shift()
        return true
      }
      const tooMuch = rolling ? undefined : nextTooMuch(nowMs, bounds)
      if (tooMuch) {
        doom(tooMuch)
        return true
      }
      rolling ??= nextRolling(nowMs)
      if (!rolling)
        return freeNames(blocks.reduce((oldest, { fromMs }) => Math.min(oldest, fromMs), openSinceMs() ?? nowMs))
      if (rolling.subjects.length > 0) rollSlice(rolling)
      else {
        finish(rolling)
        rolling = undefined
      }
      return true
    },
  }
}

/** The minutes of one subject over a half day. Pieces that were joined before are what their places already have. */
function joined(tables: Tables, { fromMs, parts }: Rolling, subject: number): Map<number, Columns> {
  const series = new Map<number, Record<MetricStat, Float64Array>>()
  for (const part of parts) {
    const data = tables.chunk(levels.minute, part.fromMs, subject)
    if (!data) continue
    const offset = Math.round((part.fromMs - fromMs) / minuteMs)
    for (const [key, columns] of readOrNothing(data)) {
      let whole = series.get(key) ?? sharedWindow()
      // While all four are one, as of all that rests, one is filled for all.
      if (isShared(whole) && !isShared(columns)) whole = separated(whole)
      series.set(key, whole)
      for (const stat of isShared(whole) ? stats.slice(0, 1) : stats) fill(whole[stat], columns[stat], offset)
    }
  }
  return series
}

const isShared = ({ mean, min, max, p95 }: Record<MetricStat, Float64Array>): boolean =>
  mean === min && mean === max && mean === p95

function sharedWindow(): Record<MetricStat, Float64Array> {
  const column = new Float64Array(slotsOfWindow).fill(Number.NaN)
  return { mean: column, min: column, max: column, p95: column }
}

const separated = ({ mean }: Record<MetricStat, Float64Array>): Record<MetricStat, Float64Array> => ({
  mean,
  min: mean.slice(),
  max: mean.slice(),
  p95: mean.slice(),
})

function fill(whole: Float64Array, piece: Float64Array, offset: number): void {
  for (let slot = 0; slot < piece.length && offset + slot < whole.length; slot++) {
    const value = piece[slot] ?? Number.NaN
    if (!Number.isNaN(value)) whole[offset + slot] = value
  }
}

function readOrNothing(data: Uint8Array): ReturnType<typeof readRolled> {
  try {
    return readRolled(data)
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error
    return new Map()
  }
}

function hoursOf(minutes: Columns): Columns {
  const hours = slotsOfWindow / minutesPerHour
  const columns = {} as Record<MetricStat, Float64Array>
  for (const stat of stats) {
    columns[stat] = new Float64Array(hours).fill(Number.NaN)
    for (let hour = 0; hour < hours; hour++) {
      const values: number[] = []
      for (let slot = hour * minutesPerHour; slot < (hour + 1) * minutesPerHour; slot++) {
        const value = minutes[stat][slot] ?? Number.NaN
        if (!Number.isNaN(value)) values.push(value)
      }
      if (values.length > 0) columns[stat][hour] = reducers[stat](values)
    }
  }
  return columns
}
