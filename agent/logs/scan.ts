// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import type { Position } from './cursor.ts'
import { errorCode, IndexFile, listSegments, MisplacedError, openExisting, readFully } from './files.ts'
import { segmentFile } from './names.ts'
import { type ChunkRecord, flag } from './record.ts'
import { type Matcher, type ScannedLine, Window } from './window.ts'

/** What lines of one instance are wanted; both places are exclusive. */
export interface ScanRange {
  backward: boolean
  after?: Position
  before?: Position
  sinceMs?: number
  untilMs?: number
}

export interface Batch {
  lines: ScannedLine[]
  /** How far the scan has come, whether or not anything was found. */
  frontier: Position
}

/** Neighbouring records are read together up to this size. */
export const windowBytes = 64 << 10
/** More than a record can have; a damaged index may say anything. */
export const longestRecordBytes = 4 << 20

/** Reads the lines of one instance in one direction, a window at a time; empty batches show that it goes on. */
export function* scan(folder: string, range: ScanRange, matcher: Matcher | undefined): Generator<Batch> {
  for (const { number, index } of segmentsFor(folder, range)) {
    let dataFd: number | undefined
    try {
      dataFd = openExisting(join(folder, segmentFile(number, 'log')), 'read')
      yield* scanSegment(index, dataFd, range, matcher)
    } catch (error) {
      // Retention, or a person, has removed it meanwhile.
      if (!(error instanceof MisplacedError) && !['ENOENT', 'EACCES'].includes(errorCode(error))) throw error
    } finally {
      index.close()
      if (dataFd !== undefined) fs.closeSync(dataFd)
    }
  }
}

interface OpenIndex {
  number: number
  index: IndexFile
}

/** The segments that can have wanted lines, in the order of reading. Whoever takes one closes its index. */
export function* segmentsFor(folder: string, range: ScanRange): Generator<OpenIndex> {
  const later: number[] = []
  for (const number of listSegments(folder).reverse()) {
    const index = IndexFile.open(folder, number)
    if (!index) continue
    const { order } = index.header
    const mayHave =
      !(range.before && order > range.before.order) &&
      (range.sinceMs === undefined || newestMs(folder, number) >= range.sinceMs)
    if (mayHave && range.backward) yield { number, index }
    else index.close()
    if (mayHave && !range.backward) later.push(number)
    // Whatever is older than the one that holds the place lies before it.
    if (range.after && order <= range.after.order) break
  }
  for (const number of later.reverse()) {
    const index = IndexFile.open(folder, number)
    if (index) yield { number, index }
  }
}

/** A file's time comes from a clock of the kernel that goes in ticks, so that it may lie before that of its last line. */
const tickMs = 50

function newestMs(folder: string, number: number): number {
  const path = join(folder, segmentFile(number, 'log'))
  return (fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) + tickMs
}

function* scanSegment(
  index: IndexFile,
  dataFd: number,
  range: ScanRange,
  matcher: Matcher | undefined,
): Generator<Batch> {
  const dataBytes = fs.fstatSync(dataFd).size
  const { first, last } = recordsFor(index, range)
  const step = range.backward ? -1 : 1
  let at = range.backward ? last : first
  while (at >= first && at <= last) {
    const records: ChunkRecord[] = []
    let bytes = 0
    for (; at >= first && at <= last; at += step) {
      const record = index.at(at)
      if (!record || !isReadable(record, range, dataBytes)) continue
      const previous = records.at(-1)
      if (previous && (bytes + record.length > windowBytes || !areNeighbours(previous, record, range.backward))) break
      records.push(record)
      bytes += record.length
      if (record.flags & flag.piece) {
        at += step
        break
      }
      // Without a search the first few records have what is wanted, as a rule.
      if (!matcher && records.length >= 64) {
        at += step
        break
      }
    }
    if (records.length === 0) continue
    const frontierRecord = records.at(-1) as ChunkRecord
    if (range.backward) records.reverse()
    yield* scanWindow(dataFd, records, range, matcher)
    yield { lines: [], frontier: placeBeyond(frontierRecord, range.backward) }
  }
}

/** A place that a scan in the same direction begins at when all of a record was read. */
function placeBeyond(record: ChunkRecord, backward: boolean): Position {
  return { order: record.order, seq: backward ? 0 : Number.MAX_SAFE_INTEGER }
}

/** The first and last record whose order can be wanted. */
export function recordsFor(index: IndexFile, range: ScanRange): { first: number; last: number } {
  const first = range.after ? firstWithOrder(index, range.after.order) : 0
  if (!range.before) return { first, last: index.count - 1 }
  const at = firstWithOrder(index, range.before.order)
  return { first, last: index.at(at)?.order === range.before.order ? at : at - 1 }
}

function firstWithOrder(index: IndexFile, order: number): number {
  let low = 0
  let high = index.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((index.at(middle)?.order ?? Number.POSITIVE_INFINITY) < order) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether a record has lines that can be read, of a time that is wanted. */
export function isReadable(
  record: ChunkRecord,
  range: Pick<ScanRange, 'sinceMs' | 'untilMs'>,
  dataBytes: number,
): boolean {
  if (record.flags & (flag.state | flag.continues) || record.length > longestRecordBytes) return false
  if (!(record.offset >= 0 && record.offset + record.length <= dataBytes)) return false
  if (range.sinceMs !== undefined && record.timeMs < range.sinceMs) return false
  return range.untilMs === undefined || record.timeMs <= range.untilMs
}

export function areNeighbours(a: ChunkRecord, b: ChunkRecord, backward: boolean): boolean {
  if ((a.flags | b.flags) & flag.piece) return false
  return backward ? b.offset + b.length === a.offset : a.offset + a.length === b.offset
}

/** Memory that is used again and again stays in the processor's caches; a window is decoded before the next is read. */
let scratch = Buffer.allocUnsafeSlow(windowBytes)

function scratchOf(sizeBytes: number): Buffer {
  if (scratch.length < sizeBytes) scratch = Buffer.allocUnsafeSlow(sizeBytes)
  return scratch.subarray(0, sizeBytes)
}

function* scanWindow(
  dataFd: number,
  records: readonly ChunkRecord[],
  range: ScanRange,
  matcher: Matcher | undefined,
): Generator<Batch> {
  const window = readWindow(dataFd, records)
  if (!window) return
  for (const found of window.lines(matcher, range.backward)) {
    const lines = found.filter((line) => isWithin(line, range))
    const end = found.at(-1)
    if (lines.length > 0 && end) yield { lines, frontier: { order: end.order, seq: end.seq } }
  }
}

/** The lines of neighbouring records; undefined when their segment has become shorter meanwhile. */
export function readWindow(dataFd: number, records: readonly ChunkRecord[]): Window | undefined {
  const first = records[0] as ChunkRecord
  const last = records.at(-1) as ChunkRecord
  const bytes = scratchOf(last.offset + last.length - first.offset)
  if (readFully(dataFd, bytes, bytes.length, first.offset) < bytes.length) return undefined
  return new Window(bytes, records)
}

const isBefore = (a: Position, b: Position): boolean => a.order < b.order || (a.order === b.order && a.seq < b.seq)

function isWithin(place: Position, range: Pick<ScanRange, 'after' | 'before'>): boolean {
  return !(range.after && !isBefore(range.after, place)) && !(range.before && !isBefore(place, range.before))
}

/** The lines between two places, from the index alone. */
export function countLines(folder: string, range: Pick<ScanRange, 'after' | 'before'>): number {
  let total = 0
  for (const { index } of segmentsFor(folder, { ...range, backward: true })) {
    const { first, last } = recordsFor(index, { ...range, backward: true })
    for (let at = first; at <= last; at++) {
      const record = index.at(at)
      if (record) total += linesWithin(record, range)
    }
    index.close()
  }
  return total
}

function linesWithin(record: ChunkRecord, { after, before }: Pick<ScanRange, 'after' | 'before'>): number {
  if (record.flags & flag.state) return 0
  const end = record.firstSeq + record.lineCount
  const from = after?.order === record.order ? Math.max(record.firstSeq, after.seq + 1) : record.firstSeq
  const to = before?.order === record.order ? Math.min(end, before.seq) : end
  return Math.max(0, to - from)
}
