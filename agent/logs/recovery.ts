// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import { IndexFile, listSegments, openExisting, readFully } from './files.ts'
import { segmentFile } from './names.ts'
import { flag, type IndexRecord, recordBytes } from './record.ts'

/** How far one stream of a run has been moved. */
export interface StreamState {
  runId: string
  stderr: boolean
  spoolOffset: number
  /** The number of the line whose beginning was moved and whose end was not. */
  openSeq: number | undefined
  /** Its spool is being shortened, or was: nobody has looked yet. */
  collapsing?: boolean
}

export const streamKey = (runId: string, stderr: boolean): string => `${runId}${stderr ? 'e' : 'o'}`

export interface ResumePoint {
  number: number
  sizeBytes: number
  indexBytes: number
  /** The key of the stream whose line the segment ends in. */
  midLineOf: string | undefined
}

/** What an instance's folder says of where to go on. */
export interface Recovered {
  /** The highest number in use; a new segment takes the next. */
  lastNumber: number
  nextSeq: number
  order: number
  streams: Map<string, StreamState>
  /** The segment that can be written on. */
  current?: ResumePoint
}

/**
 * The newest segment tells everything: each begins with the state of all runs. What its index does not tell of is left
 * for the writer to cut off, as it is in the spool still.
 */
export function recover(folder: string): Recovered {
  const numbers = listSegments(folder)
  const found: Recovered = { lastNumber: numbers.at(-1) ?? 0, nextSeq: 1, order: 0, streams: new Map() }
  for (const number of numbers.reverse()) {
    const index = IndexFile.open(folder, number)
    if (!index) continue
    try {
      const dataBytes = fs.lstatSync(join(folder, segmentFile(number, 'log')), { throwIfNoEntry: false })?.size
      const count = validRecords(index, dataBytes ?? 0)
      if (count < index.header.stateCount) continue
      const last = count > 0 ? index.checkedAt(count - 1) : undefined
      found.nextSeq = nextSeqOf(index, count)
      found.order = last?.order ?? index.header.order
      for (const at of lastOfEachStream(folder, number, index, count)) remember(found.streams, index.checkedAt(at))
      const sizeBytes = last ? last.offset + last.length : 0
      // A segment above a damaged one, or one whose file is gone, is not written on.
      if (number === found.lastNumber && dataBytes !== undefined) {
        found.current = { number, sizeBytes, indexBytes: index.endOf(count), midLineOf: openStreamOf(index, count) }
      }
      return found
    } finally {
      index.close()
    }
  }
  return found
}

/** Drops what a kill or a power cut left at the end of an index: damaged records, and records of bytes that are not there. */
function validRecords(index: IndexFile, dataBytes: number): number {
  for (let count = index.count; count > 0; count--) {
    const record = index.checkedAt(count - 1)
    if (record && record.offset + record.length <= dataBytes) return count
  }
  return 0
}

function nextSeqOf(index: IndexFile, count: number): number {
  for (let at = count - 1; at >= 0; at--) {
    const record = index.at(at)
    if (record && !(record.flags & (flag.state | flag.continues))) return record.firstSeq + record.lineCount
  }
  return index.header.firstSeq
}

function openStreamOf(index: IndexFile, count: number): string | undefined {
  for (let at = count - 1; at >= 0; at--) {
    const record = index.checkedAt(at)
    if (!record || record.flags & flag.state) continue
    return record.flags & flag.open ? streamKey(record.runId, (record.flags & flag.stderr) !== 0) : undefined
  }
  return undefined
}

/** Compares words instead of making an object of each record: an index may have a hundred thousand. */
function lastOfEachStream(folder: string, number: number, index: IndexFile, count: number): number[] {
  const start = index.endOf(0)
  const bytes = Buffer.allocUnsafe(count * recordBytes)
  const fd = openExisting(join(folder, segmentFile(number, 'idx')), 'read')
  const records = Math.floor(readFully(fd, bytes, bytes.length, start) / recordBytes)
  fs.closeSync(fd)
  const lastByStream = new Map<string, number>()
  let high = -1
  let low = -1
  let stderr = -1
  for (let at = records - 1; at >= 0; at--) {
    const base = at * recordBytes
    const streamBit = bytes.readUInt32LE(base + 4) & flag.stderr
    const runHigh = bytes.readUInt32LE(base + 48)
    const runLow = bytes.readUInt32LE(base + 52)
    if (runHigh === high && runLow === low && streamBit === stderr) continue
    high = runHigh
    low = runLow
    stderr = streamBit
    const key = `${runHigh}.${runLow}.${streamBit}`
    if (!lastByStream.has(key)) lastByStream.set(key, at)
  }
  return [...lastByStream.values()]
}

function remember(streams: Map<string, StreamState>, record: IndexRecord | undefined): void {
  if (!record) return
  const stderr = (record.flags & flag.stderr) !== 0
  streams.set(streamKey(record.runId, stderr), {
    runId: record.runId,
    stderr,
    spoolOffset: record.spoolOffset,
    openSeq: record.flags & flag.open ? record.firstSeq : undefined,
    collapsing: (record.flags & flag.collapsing) !== 0,
  })
}
