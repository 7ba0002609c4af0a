// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import { errorCode, IndexFile, listSegments, MisplacedError, openExisting } from './files.ts'
import { isAtLeast, levelHint, levelOf } from './level.ts'
import { fieldsOf } from './line.ts'
import { segmentFile } from './names.ts'
import { type ChunkRecord, flag } from './record.ts'
import { areNeighbours, isReadable, readWindow, windowBytes } from './scan.ts'
import type { Matcher } from './window.ts'

export interface HistogramRequest {
  services?: readonly string[]
  /** Absent: from the oldest line on. */
  sinceMs?: number
  untilMs: number
  buckets: number
  budgetMs: number
}

export interface Counts {
  lines: number
  warn: number
  error: number
}

export interface HistogramResult {
  fromMs: number
  bucketMs: number
  buckets: Counts[]
  kept: number
  oldestMs: number | undefined
  complete: boolean
}

/** What was counted of a segment. Records are only added to one, so counting goes on behind those that are counted. */
interface SegmentCounts {
  fromMs: number
  bucketMs: number
  records: number
  /** By the number of the bucket since 1970. */
  buckets: Map<number, Counts>
}

interface SegmentPlace {
  folder: string
  number: number
}

/** Buckets begin at multiples of these, so that what was counted stays true while time goes on. */
const stepsMs = [
  1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000,
]
/** Segments whose counts are kept beyond the answer that they were made for. */
const mostKept = 4000

const hint = levelHint('warn') as RegExp
const block = new RegExp(hint, 'gim')

/** Lines that say that something is wrong. The number of all lines stands in the index; only for these text is read. */
const notable: Matcher = {
  find(lines, from) {
    block.lastIndex = from
    return block.exec(lines)?.index ?? -1
  },
  matches: (line) => isAtLeast(levelOf(line, fieldsOf(line)), 'warn'),
}

/** Counts lines over time, segment by segment, and remembers what it has counted. */
export class Histograms {
  readonly #known = new Map<string, SegmentCounts>()

  count(folders: readonly { folder: string }[], request: HistogramRequest): HistogramResult {
    const deadline = performance.now() + request.budgetMs
    const segments = folders.flatMap(({ folder }) => listSegments(folder).map((number) => ({ folder, number })))
    const { kept, oldestMs } = keptLines(segments, request.untilMs)
    // Lines of a short time take a short part of the width.
    const shortestMs = request.buckets * (stepsMs[0] as number)
    const sinceMs = request.sinceMs ?? Math.min(oldestMs ?? request.untilMs, request.untilMs - shortestMs)
    const bucketMs = stepFor((request.untilMs - sinceMs) / request.buckets)
    const first = Math.floor(sinceMs / bucketMs)
    const last = Math.max(first, Math.floor(request.untilMs / bucketMs))
    const buckets = Array.from({ length: last - first + 1 }, () => ({ lines: 0, warn: 0, error: 0 }))
    if (this.#known.size > mostKept) this.#known.clear()
    let complete = true
    // The newest are what one looks at first.
    for (const segment of segments.reverse()) {
      const counts = this.#countsOf(segment, first * bucketMs, bucketMs)
      if (!advance(segment, counts, deadline)) complete = false
      for (const [number, { lines, warn, error }] of counts.buckets) {
        const bucket = buckets[number - first]
        if (!bucket) continue
        bucket.lines += lines
        bucket.warn += warn
        bucket.error += error
      }
    }
    return { fromMs: first * bucketMs, bucketMs, buckets, kept, oldestMs, complete }
  }

  #countsOf({ folder, number }: SegmentPlace, fromMs: number, bucketMs: number): SegmentCounts {
    const key = `${folder}/${number}`
    const known = this.#known.get(key)
    if (known && known.bucketMs === bucketMs && known.fromMs <= fromMs) return known
    const counts = { fromMs, bucketMs, records: 0, buckets: new Map<number, Counts>() }
    this.#known.set(key, counts)
    return counts
  }
}

function stepFor(leastMs: number): number {
  const dayMs = 86_400_000
  return stepsMs.find((stepMs) => stepMs >= leastMs) ?? Math.ceil(leastMs / dayMs) * dayMs
}

/** From the headers and the ends of the indexes alone. */
function keptLines(segments: readonly SegmentPlace[], untilMs: number): { kept: number; oldestMs: number | undefined } {
  let kept = 0
  let oldestMs: number | undefined
  for (const { folder, number } of segments) {
    const index = IndexFile.open(folder, number)
    if (!index) continue
    const last = lastLines(index)
    if (last) kept += last.firstSeq + last.lineCount - index.header.firstSeq
    const firstMs = last && (index.at(index.header.stateCount) ?? last).timeMs
    // A damaged index may say anything.
    if (firstMs !== undefined && firstMs > 0 && firstMs <= untilMs) oldestMs = Math.min(oldestMs ?? firstMs, firstMs)
    index.close()
  }
  return { kept: Math.max(0, kept), oldestMs }
}

/** The last record with lines; those without stand in the way only where a run begins. */
function lastLines(index: IndexFile): ChunkRecord | undefined {
  for (let at = index.count - 1; at >= 0; at--) {
    const record = index.at(at)
    if (record && !(record.flags & (flag.state | flag.continues))) return record
  }
  return undefined
}

/** Counts what is not counted yet. Whether it came to the end in its time. */
function advance({ folder, number }: SegmentPlace, counts: SegmentCounts, deadline: number): boolean {
  const index = IndexFile.open(folder, number)
  if (!index) return true
  let dataFd: number | undefined
  try {
    if (counts.records >= index.count) return true
    dataFd = openExisting(join(folder, segmentFile(number, 'log')), 'read')
    const dataBytes = fs.fstatSync(dataFd).size
    while (counts.records < index.count) {
      if (performance.now() > deadline) return false
      const { records, end } = nextWindow(index, counts, dataBytes)
      if (records.length > 0) addWindow(dataFd, records, counts)
      counts.records = end
    }
    return true
  } catch (error) {
    // Retention has removed it meanwhile; the next answer is without it.
    if (!(error instanceof MisplacedError) && !['ENOENT', 'EACCES'].includes(errorCode(error))) throw error
    return true
  } finally {
    index.close()
    if (dataFd !== undefined) fs.closeSync(dataFd)
  }
}

/** Neighbouring records that are read at once, and the record behind them. */
function nextWindow(
  index: IndexFile,
  counts: SegmentCounts,
  dataBytes: number,
): { records: ChunkRecord[]; end: number } {
  const records: ChunkRecord[] = []
  let bytes = 0
  let end = counts.records
  for (; end < index.count; end++) {
    const record = index.at(end)
    if (!record || !isReadable(record, { sinceMs: counts.fromMs }, dataBytes)) continue
    const previous = records.at(-1)
    if (previous && (bytes + record.length > windowBytes || !areNeighbours(previous, record, false))) break
    records.push(record)
    bytes += record.length
  }
  return { records, end }
}

function addWindow(dataFd: number, records: readonly ChunkRecord[], { buckets, bucketMs }: SegmentCounts): void {
  const bucketOf = (timeMs: number): Counts => {
    const number = Math.floor(timeMs / bucketMs)
    const known = buckets.get(number)
    if (known) return known
    const counts = { lines: 0, warn: 0, error: 0 }
    buckets.set(number, counts)
    return counts
  }
  for (const { timeMs, lineCount } of records) bucketOf(timeMs).lines += lineCount
  for (const lines of readWindow(dataFd, records)?.lines(notable, false) ?? []) {
    for (const { timeMs, text } of lines) {
      const isError = isAtLeast(levelOf(text, fieldsOf(text)), 'error')
      bucketOf(timeMs)[isError ? 'error' : 'warn']++
    }
  }
}
