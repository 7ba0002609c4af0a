// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import type { Position } from './cursor.ts'
import { errorCode, type IndexFile, MisplacedError, openExisting, readFully } from './files.ts'
import { segmentFile } from './names.ts'
import { type ChunkRecord, flag } from './record.ts'
import { longestRecordBytes, recordsFor, type ScanRange, segmentsFor } from './scan.ts'
import { headOf, withoutReturn } from './window.ts'

/** So much of a line is read and sent, when somebody asks for all of it. */
export const longestWholeBytes = 16 << 20

export interface WholeText {
  text: string
  /** There is more, or the line goes on. */
  truncated: boolean
}

const newline = 10

/** All of the line at a place, its pieces joined; undefined where it is not kept any more. */
export function readWhole(folder: string, place: Position): WholeText | undefined {
  const pieces = new Pieces(place)
  const range: ScanRange = { backward: false, after: { order: place.order, seq: place.seq - 1 } }
  for (const { number, index } of segmentsFor(folder, range)) {
    try {
      pieces.read(folder, number, index, range)
    } catch (error) {
      // Retention, or a person, has removed it meanwhile: what was read so far is what there is.
      if (!(error instanceof MisplacedError) && !['ENOENT', 'EACCES'].includes(errorCode(error))) throw error
    } finally {
      index.close()
    }
    if (pieces.isDone) break
  }
  return pieces.whole()
}

/** Puts a line together from the records that have a part of it, of which others may stand between. */
class Pieces {
  isDone = false
  readonly #place: Position
  readonly #found: Buffer[] = []
  #bytes = 0
  #stream: number | undefined
  #isOpen = false

  constructor(place: Position) {
    this.#place = place
  }

  read(folder: string, number: number, index: IndexFile, range: ScanRange): void {
    const dataFd = openExisting(join(folder, segmentFile(number, 'log')), 'read')
    try {
      const { first, last } = recordsFor(index, range)
      for (let at = first; at <= last && !this.isDone; at++) {
        const record = index.at(at)
        if (record && (record.flags & flag.state) === 0) this.#take(dataFd, record)
      }
    } finally {
      fs.closeSync(dataFd)
    }
  }

  #take(dataFd: number, record: ChunkRecord): void {
    const { order, seq } = this.#place
    const stream = record.flags & flag.stderr
    const continues = (record.flags & flag.continues) !== 0
    if (this.#stream === undefined) {
      const has = !continues && record.firstSeq <= seq && seq < record.firstSeq + record.lineCount
      if (record.order !== order || !has) {
        this.isDone = record.order > order
        return
      }
      this.#stream = stream
    } else if (!continues || stream !== this.#stream || record.firstSeq !== seq) return
    const bytes = bytesOf(dataFd, record)
    this.#add(record.flags & flag.piece ? bytes : lineIn(bytes, seq - record.firstSeq))
    this.#isOpen = (record.flags & flag.open) !== 0
    this.isDone = !this.#isOpen || this.#bytes > longestWholeBytes
  }

  #add(bytes: Buffer): void {
    this.#found.push(bytes)
    this.#bytes += bytes.length
  }

  whole(): WholeText | undefined {
    if (this.#stream === undefined) return undefined
    const bytes = Buffer.concat(this.#found)
    const line = bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes
    const truncated = this.#isOpen || line.length > longestWholeBytes
    return { text: withoutReturn(headOf(line, longestWholeBytes)), truncated }
  }
}

function bytesOf(dataFd: number, { offset, length }: ChunkRecord): Buffer {
  // A damaged index may say anything.
  const bytes = Buffer.alloc(Math.min(length, longestRecordBytes))
  return bytes.subarray(0, offset >= 0 ? readFully(dataFd, bytes, bytes.length, offset) : 0)
}

function lineIn(bytes: Buffer, index: number): Buffer {
  let start = 0
  for (let passed = 0; passed < index; passed++) {
    const end = bytes.indexOf(newline, start)
    if (end === -1) return Buffer.alloc(0)
    start = end + 1
  }
  const end = bytes.indexOf(newline, start)
  return bytes.subarray(start, end === -1 ? bytes.length : end)
}
