import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { ByteWriter } from './bytes.ts'
import { checkedBody, summed } from './chunk.ts'
import { writeColumn } from './column.ts'
import { openNames } from './names.ts'
import { OpenBlock } from './open.ts'
import { answerQuery } from './read.ts'
import { levels, openTables } from './table.ts'
import { openTending } from './tend.ts'
import type { SeriesAnswer, SeriesBatch, SeriesBounds, SeriesNews, SeriesQuery } from './types.ts'

/** Sweeps that are held when the disk takes no blocks; then the oldest are given up. */
const mostHeld = 3_000
const allOf = -1
const headLength = 3

/**
 * Measurements over time. The newest ten minutes are in memory, and as what was received, the tail, on disk. When they are
 * over they become a block: one row for each subject with all its series, and one with what each minute came to.
 */
export function openSeries(db: DatabaseSyncInstance) {
  const tables = openTables(db)
  const names = openNames(tables)
  const blocks = tables.blocks()
  let open = new OpenBlock()
  let unsaved: Float64Array[] = []
  const freeNames = (oldestMs: number): boolean =>
    names.free(oldestMs, { subjects: new Set(open.subjects()), keys: open.keys() })
  const tending = openTending(tables, blocks, () => open.times[0], freeNames)

  function close(): void {
    const closed = open.close()
    if (!closed) return
    const { fromMs, times, raw, minutes } = closed
    const timesColumn = new ByteWriter()
    writeColumn(timesColumn, times)
    const made = [
      {
        level: levels.raw,
        fromMs,
        untilMs: (times.at(-1) ?? fromMs) + 1,
        times: summed(timesColumn.done()),
        rows: raw,
      },
      { level: levels.minute, fromMs: minutes.fromMs, untilMs: minutes.untilMs, times: null, rows: minutes.rows },
    ].map(({ rows, ...block }) => ({ rows, block: { ...block, bytes: 0 } }))
    const untilMs = Math.max(...made.map(({ block }) => block.untilMs))
    let noted = (): void => undefined
    tables.together(() => {
      for (const { rows, block } of made) {
        block.bytes = tables.putRows(block.level, block.fromMs, rows)
        tables.putBlock(block)
      }
      noted = names.note(untilMs, open.subjects(), open.keys())
      tables.dropTails()
    })
    noted()
    for (const { block } of made) tending.added(block)
  }

  function begin(atMs: number, fresh: boolean): boolean {
    const lastMs = open.times.at(-1)
    // One that the wall clock puts just before the last is taken into that one: what it tells is not told again.
    if (lastMs !== undefined && atMs <= lastMs && lastMs - atMs < 1_000) {
      if (fresh) open.endAll()
      return false
    }
    if (!open.isOver(atMs)) {
      if (open.times.length >= mostHeld) open = new OpenBlock()
      open.begin(atMs, fresh)
      return false
    }
    close()
    const before = open
    open = new OpenBlock()
    open.begin(atMs, fresh)
    if (!fresh) open.carryOn(before)
    unsaved = []
    return true
  }

  /** Takes a sweep in, whose numbers are those of the database. */
  function apply(sweep: Float64Array): void {
    const [atMs = 0, fresh = 0, count = 0] = sweep
    const opened = begin(atMs, fresh === 1)
    for (let change = 0; change < count; change++) {
      const at = headLength + 3 * change
      const subject = sweep[at] ?? 0
      const key = sweep[at + 1] ?? 0
      if (subject === 0 || key === 0) continue
      if (key === allOf) open.end(subject)
      else open.set(subject, key, sweep[at + 2] ?? Number.NaN)
    }
    // The first of a block has what it goes on from, so that its tail stands for itself.
    unsaved.push(opened ? whole(open, atMs) : sweep)
  }

  /** Puts the numbers of the database in place of those that the agent gave; returns the sweeps one by one. */
  function translated(sweeps: Float64Array): Float64Array[] {
    const result: Float64Array[] = []
    for (let at = 0; at + headLength <= sweeps.length; ) {
      const end = at + headLength + 3 * (sweeps[at + 2] ?? 0)
      const atMs = sweeps[at] ?? 0
      for (let each = at + headLength; each < end; each += 3) {
        const subject = names.subject(sweeps[each] ?? 0)
        const key = sweeps[each + 1] ?? 0
        sweeps[each] = subject
        if (key !== allOf) sweeps[each + 1] = names.key(key, subject, atMs)
      }
      result.push(sweeps.subarray(at, end))
      at = end
    }
    return result
  }

  function save(): void {
    if (unsaved.length === 0) return
    const joined = new Float64Array(unsaved.reduce((sum, each) => sum + each.length, 0))
    let at = 0
    for (const sweep of unsaved) {
      joined.set(sweep, at)
      at += sweep.length
    }
    tables.addTail(summed(deflateRawSync(new Uint8Array(joined.buffer), { level: 1 })))
    unsaved = []
  }

  for (const { data } of tables.tails()) {
    try {
      const bytes = inflateRawSync(checkedBody(data))
      const sweeps = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
      for (let at = 0; at + headLength <= sweeps.length; ) {
        const end = at + headLength + 3 * (sweeps[at + 2] ?? 0)
        apply(sweeps.subarray(at, end))
        at = end
      }
    } catch {
      // A damaged tail costs the half minute that it is of.
    }
  }
  unsaved = []

  return {
    take(batch: SeriesBatch): SeriesNews {
      let sweeps: Float64Array[] = []
      let isKept = false
      try {
        tables.together(() => {
          names.learn(batch.names, batch.sweeps[0] ?? 0)
          sweeps = translated(batch.sweeps)
        })
        isKept = true
      } finally {
        names.settle(isKept)
      }
      for (const sweep of sweeps) apply(sweep)
      if (batch.save) save()
      return names.news()
    },
    query: (query: SeriesQuery): SeriesAnswer => answerQuery({ tables, names, blocks, open }, query),
    /** A slice of what keeps the tables in order; whether there is more to do. */
    tend: (nowMs: number, bounds: SeriesBounds): boolean => tending.slice(nowMs, bounds),
  }
}
export type SeriesTable = ReturnType<typeof openSeries>

/** All that is known at the end of a block, as a fresh sweep. */
function whole(block: OpenBlock, atMs: number): Float64Array {
  const changes = block.latest()
  const sweep = new Float64Array(headLength + changes.length)
  sweep.set([atMs, 1, changes.length / 3])
  sweep.set(changes, headLength)
  return sweep
}
