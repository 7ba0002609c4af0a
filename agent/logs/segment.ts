// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import type { LogSpec } from '../config/index.ts'
import { createFile, ensureFolder, errorCode, openExisting, regainAccess } from './files.ts'
import type { Part } from './lines.ts'
import { segmentFile } from './names.ts'
import { encodeHeader, encodeRecord, flag, type IndexHeader, type IndexRecord, recordBytes } from './record.ts'
import type { ResumePoint, StreamState } from './recovery.ts'

const newline = Buffer.from('\n')
/** An index that grows by lines of a few bytes ends its segment too. */
const longestIndexBytes = 16 << 20
/** How often a segment's place is looked at; that its file was deleted is seen before each write. */
const placeCheckMs = 250
/** Names that something else may have taken before a new segment gives up. */
const nameTries = 100

export interface Stamp {
  timeMs: number
  order: number
}

interface SegmentFacts {
  folder: string
  number: number
  dataFd: number
  indexFd: number
  sizeBytes: number
  indexBytes: number
  midLineOf: StreamState | undefined
}

/** One segment that is being written: its bytes, and the index that follows them. */
export class Segment {
  readonly number: number
  readonly #folder: string
  readonly #dataFd: number
  readonly #indexFd: number
  readonly #inode: number
  #sizeBytes: number
  #indexBytes: number
  #midLineOf: StreamState | 'unknown' | undefined
  #placeCheckedAtMs = 0
  #dirty = false

  private constructor(facts: SegmentFacts) {
    this.number = facts.number
    this.#folder = facts.folder
    this.#dataFd = facts.dataFd
    this.#indexFd = facts.indexFd
    this.#sizeBytes = facts.sizeBytes
    this.#indexBytes = facts.indexBytes
    this.#inode = fs.fstatSync(facts.dataFd).ino
    this.#midLineOf = endsInsideLine(facts.dataFd, facts.sizeBytes) ? (facts.midLineOf ?? 'unknown') : undefined
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get dirty(): boolean {
    return this.#dirty
  }

  /** Makes the next free segment of a folder. Its index begins with the state of every run, in one write. */
  static create(
    folder: string,
    afterNumber: number,
    header: Omit<IndexHeader, 'stateCount'>,
    states: readonly StreamState[],
    stamp: () => Stamp,
  ): Segment {
    ensureFolder(folder)
    for (let number = afterNumber + 1; ; number++) {
      const dataPath = join(folder, segmentFile(number, 'log'))
      const indexPath = join(folder, segmentFile(number, 'idx'))
      const made: { path: string; fd: number }[] = []
      const make = (path: string): number => {
        const fd = createFile(path)
        made.push({ path, fd })
        return fd
      }
      try {
        const dataFd = make(dataPath)
        const indexFd = make(indexPath)
        const head = Buffer.concat([
          encodeHeader({ ...header, stateCount: states.length }),
          ...states.map((state) => stateRecord(state, 0, stamp())),
        ])
        writeFully(indexFd, head, 0, head.length, 0)
        const sizes = { sizeBytes: 0, indexBytes: head.length }
        return new Segment({ folder, number, dataFd, indexFd, ...sizes, midLineOf: undefined })
      } catch (error) {
        for (const { path, fd } of made) {
          fs.closeSync(fd)
          fs.rmSync(path, { force: true })
        }
        if (errorCode(error) !== 'EEXIST' || number > afterNumber + nameTries) throw error
      }
    }
  }

  /** Goes on with a segment of an earlier time, without what its index does not tell of. */
  static resume(folder: string, current: ResumePoint, streams: ReadonlyMap<string, StreamState>): Segment {
    const dataFd = openExisting(join(folder, segmentFile(current.number, 'log')), 'write')
    try {
      const indexFd = openExisting(join(folder, segmentFile(current.number, 'idx')), 'write')
      fs.ftruncateSync(dataFd, current.sizeBytes)
      fs.ftruncateSync(indexFd, current.indexBytes)
      const midLineOf = current.midLineOf === undefined ? undefined : streams.get(current.midLineOf)
      return new Segment({ ...current, folder, dataFd, indexFd, midLineOf })
    } catch (error) {
      fs.closeSync(dataFd)
      throw error
    }
  }

  /** Whether `bytes` more keep it within the size that was asked for. */
  hasRoom(bytes: number, spec: LogSpec): boolean {
    if (this.#indexBytes >= longestIndexBytes) return false
    return this.#sizeBytes === 0 || this.#sizeBytes + bytes <= spec.maxSizeBytes
  }

  /** Whether its files are still where they were, untouched by others. */
  isInPlace(nowMs: number): boolean {
    const stats = fs.fstatSync(this.#dataFd)
    if (stats.nlink === 0 || stats.size !== this.#sizeBytes) return false
    if (Math.abs(nowMs - this.#placeCheckedAtMs) < placeCheckMs) return true
    this.#placeCheckedAtMs = nowMs
    try {
      return (
        fs.lstatSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() === true &&
        fs.lstatSync(join(this.#folder, segmentFile(this.number, 'log')), { throwIfNoEntry: false })?.ino ===
          this.#inode &&
        fs.fstatSync(this.#indexFd).nlink > 0
      )
    } catch (error) {
      if (errorCode(error) !== 'EACCES') throw error
      return regainAccess(this.#folder, 'folder')
    }
  }

  /**
   * Writes neighbouring parts of a block, then their records. Nothing has changed when it throws.
   * @throws the system's error, ENOSPC for one
   */
  append(stream: StreamState, bytes: Buffer, parts: readonly Part[], nextSeq: number, stamp: () => Stamp): number {
    const first = parts[0] as Part
    const last = parts.at(-1) as Part
    const before = { sizeBytes: this.#sizeBytes, indexBytes: this.#indexBytes }
    const separated = this.#midLineOf !== undefined && !(first.continues && this.#midLineOf === stream)
    try {
      let at = this.#sizeBytes
      if (separated) at += writeFully(this.#dataFd, newline, 0, 1, at)
      const offsetOf = at - first.from
      writeFully(this.#dataFd, bytes, first.from, last.to, at)
      let seq = nextSeq
      let spoolOffset = stream.spoolOffset
      const records = Buffer.allocUnsafe(parts.length * recordBytes)
      for (const [index, part] of parts.entries()) {
        const firstSeq = part.continues ? (stream.openSeq ?? seq) : seq
        spoolOffset += part.to - part.from
        const place = { offset: offsetOf + part.from, length: part.to - part.from, spoolOffset }
        encodeRecord(recordOf(stream, part, firstSeq, place, stamp()), records, index * recordBytes)
        seq += part.lineCount
      }
      this.#indexBytes += writeFully(this.#indexFd, records, 0, records.length, this.#indexBytes)
      this.#sizeBytes = offsetOf + last.to
      stream.spoolOffset = spoolOffset
      stream.openSeq = last.open ? (last.continues ? stream.openSeq : seq - 1) : undefined
      this.#midLineOf = last.to > first.from && bytes[last.to - 1] !== 10 ? stream : undefined
      this.#dirty = true
      return seq
    } catch (error) {
      this.#sizeBytes = before.sizeBytes
      this.#indexBytes = before.indexBytes
      fs.ftruncateSync(this.#indexFd, before.indexBytes)
      fs.ftruncateSync(this.#dataFd, before.sizeBytes)
      throw error
    }
  }

  /** Records where a run's spool is read from next, without lines: when its places have changed, or are about to. */
  appendState(stream: StreamState, stamp: Stamp): void {
    const record = stateRecord(stream, this.#sizeBytes, stamp)
    try {
      this.#indexBytes += writeFully(this.#indexFd, record, 0, record.length, this.#indexBytes)
      this.#dirty = true
    } catch (error) {
      fs.ftruncateSync(this.#indexFd, this.#indexBytes)
      throw error
    }
  }

  /** Makes what was written outlive a power cut. */
  flush(): void {
    if (!this.#dirty) return
    fs.fdatasyncSync(this.#dataFd)
    fs.fdatasyncSync(this.#indexFd)
    this.#dirty = false
  }

  close(): void {
    fs.closeSync(this.#dataFd)
    fs.closeSync(this.#indexFd)
  }
}

function recordOf(
  stream: StreamState,
  part: Part,
  firstSeq: number,
  place: Pick<IndexRecord, 'offset' | 'length' | 'spoolOffset'>,
  stamp: Stamp,
): IndexRecord {
  const flags =
    (stream.stderr ? flag.stderr : 0) |
    (part.piece ? flag.piece : 0) |
    (part.continues ? flag.continues : 0) |
    (part.open ? flag.open : 0)
  return { flags, firstSeq, lineCount: part.lineCount, runId: stream.runId, ...place, ...stamp }
}

function stateRecord(state: StreamState, offset: number, stamp: Stamp): Buffer {
  const record: IndexRecord = {
    flags:
      flag.state |
      (state.stderr ? flag.stderr : 0) |
      (state.openSeq === undefined ? 0 : flag.open) |
      (state.collapsing ? flag.collapsing : 0),
    firstSeq: state.openSeq ?? 0,
    lineCount: 0,
    offset,
    length: 0,
    spoolOffset: state.spoolOffset,
    runId: state.runId,
    ...stamp,
  }
  const bytes = Buffer.alloc(recordBytes)
  encodeRecord(record, bytes, 0)
  return bytes
}

function writeFully(fd: number, bytes: Buffer, from: number, to: number, position: number): number {
  let done = from
  while (done < to) done += fs.writeSync(fd, bytes, done, to - done, position + done - from)
  return to - from
}

function endsInsideLine(fd: number, sizeBytes: number): boolean {
  if (sizeBytes === 0) return false
  const last = Buffer.alloc(1)
  fs.readSync(fd, last, 0, 1, sizeBytes - 1)
  return last[0] !== 10
}
