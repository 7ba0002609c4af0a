// Worker-side: uses node:fs directly, see files.ts.

import fs from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import { errorCode, MisplacedError, openExisting } from './files.ts'
import type { History } from './history.ts'
import { type Block, splitLines } from './lines.ts'
import { runIdOf, type Stream, spoolFile } from './names.ts'
import type { StreamState } from './recovery.ts'
import { type SpaceOptions, SpoolSpace } from './space.ts'

/** A line is moved in pieces from this size on, so that memory is bounded whatever a service writes. */
const pieceBytes = 64 << 10
/** The size of a record of the index: what a reader takes at once. */
const partBytes = 64 << 10
/** What was moved is freed in steps of this size: a step costs the writer a millisecond. */
const punchBytes = 8 << 20
/** The step for a spool that is seldom written. */
const restPunchBytes = 256 << 10
/** Looks that find nothing ask for the file's size too: the first few, and then one in so many. */
const sureLooks = 4
const seldomLooks = 64

export interface TailHost extends SpaceOptions {
  /** Shared by all tails, since they read one after another. */
  block: Block
  /** The time of what is moved from now on, if it is not the present. */
  dateFrom(timeMs: number | undefined): void
  warn(code: 'truncated-by-writer' | 'spool-grows' | 'cannot-write', text: string): void
}

export interface Moved {
  bytes: number
  /** The spool has more than the budget allowed. */
  more: boolean
}

const nothing: Moved = { bytes: 0, more: false }

/** After a block: the spool has more, all of it that is whole was moved, or the disk refused. */
type Step = 'more' | 'settled' | 'refused'

/** One stream of one run: reads its spool from where it was left and moves what is whole into the history. */
export class Tail {
  readonly path: string
  readonly stream: Stream
  readonly #history: History
  readonly #host: TailHost
  readonly #runId: string
  readonly #space: SpoolSpace
  #fd: number | undefined
  #state: StreamState | undefined
  /** Bytes behind what was moved: a line without its end. */
  #restBytes = 0
  #looks = 0
  #looksInVain = 0
  #missing = false
  /** What went wrong at the last try, so that it is said once. */
  #failure: string | undefined

  constructor(spool: string, cookie: string, stream: Stream, history: History, host: TailHost) {
    this.path = join(spool, spoolFile(cookie, stream))
    this.stream = stream
    this.#history = history
    this.#host = host
    this.#runId = runIdOf(cookie)
    this.#space = new SpoolSpace(history, host)
  }

  /**
   * Moves whole lines, at most about `budgetBytes`. With `final` its writers are gone and the rest is a line as well;
   * with `noticed` something has happened to the file. Never throws for what is wrong with a disk or a file.
   */
  move(budgetBytes: number, { final = false, noticed = false } = {}): Moved {
    try {
      const moved = this.#move(budgetBytes, final, noticed)
      this.#failure = undefined
      return moved
    } catch (error) {
      const text = messageOf(error)
      const first = this.#failure !== text
      this.#failure = text
      if (first)
        this.#host.warn('cannot-write', `The output of ${this.#history.facts.instance} cannot be read: ${text}`)
      return nothing
    }
  }

  #move(budgetBytes: number, final: boolean, noticed: boolean): Moved {
    if (!this.#history.ready || !this.#open()) return nothing
    const fd = this.#fd as number
    const state = this.#state as StreamState
    // What was written while no agent looked has the time of its file, not of its discovery.
    if (this.#looks++ === 0) this.#host.dateFrom(fs.fstatSync(fd).mtimeMs)
    let bytes = 0
    let step: Step = 'more'
    while (step === 'more' && bytes < budgetBytes) {
      const result = this.#moveBlock(fd, state, final)
      bytes += result.bytes
      step = result.step
    }
    this.#host.dateFrom(undefined)
    this.#looksInVain = bytes > 0 ? 0 : this.#looksInVain + 1
    this.#space.free(fd, state, punchBytes)
    // Asking for a size costs more than finding nothing to read, and a truncation is noticed by the watch.
    const due = this.#looksInVain < sureLooks || this.#looksInVain % seldomLooks === 0
    const sure = bytes === 0 && (noticed || due)
    return { bytes, more: step === 'more' || (sure && this.#rewindIfTruncated(fd, state)) }
  }

  #rewindIfTruncated(fd: number, state: StreamState): boolean {
    const { size } = fs.fstatSync(fd)
    if (size >= state.spoolOffset) return false
    this.#rewind(state, size)
    return true
  }

  /** Whether everything that a dead writer left is in the history. */
  get drained(): boolean {
    if (this.#missing) return true
    if (this.#fd === undefined || this.#state === undefined) return false
    return fs.fstatSync(this.#fd).size <= this.#state.spoolOffset && this.#state.openSeq === undefined
  }

  /** Frees what was moved, for a spool that has become quiet. */
  rest(): void {
    if (this.#fd !== undefined && this.#state) this.#space.free(this.#fd, this.#state, restPunchBytes)
  }

  /** The beginning of a line that is not moved yet since its end is not written; undefined when there is none. */
  unfinished(): { text: Buffer; stderr: boolean } | undefined {
    if (this.#fd === undefined || !this.#state || this.#state.openSeq !== undefined) return undefined
    const text = Buffer.alloc(pieceBytes)
    const length = fs.readSync(this.#fd, text, 0, text.length, this.#state.spoolOffset)
    if (length === 0 || text.subarray(0, length).includes(10)) return undefined
    return { text: text.subarray(0, length), stderr: this.#state.stderr }
  }

  close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd)
    this.#fd = undefined
  }

  /** Removes the spool; to be called when it is drained and its lines are safe. */
  remove(): void {
    this.close()
    fs.rmSync(this.path, { force: true })
  }

  #open(): boolean {
    if (this.#missing) return false
    if (this.#fd === undefined) {
      try {
        this.#fd = openExisting(this.path, 'write')
      } catch (error) {
        this.#missing = errorCode(error) === 'ENOENT' || error instanceof MisplacedError
        if (errorCode(error) === 'ENOENT') throw new Error(`its spool ${this.path} is gone`, { cause: error })
        throw error
      }
    }
    if (this.#state === undefined) {
      this.#state = this.#history.stream(this.#runId, this.stream === 'stderr')
      if (this.#state) this.#space.resume(this.#fd, this.#state)
      if (this.#state?.spoolOffset === 0) this.#skipHole(this.#fd, this.#state)
    }
    return this.#state !== undefined
  }

  #moveBlock(fd: number, state: StreamState, final: boolean): { bytes: number; step: Step } {
    const { block } = this.#host
    const length = fs.readSync(fd, block.bytes, 0, block.bytes.length, state.spoolOffset)
    if (length === this.#restBytes && !final) return { bytes: 0, step: 'settled' }
    const atEnd = length < block.bytes.length
    const split = splitLines(block, length, {
      open: state.openSeq !== undefined,
      final: final && atEnd,
      partBytes: Math.min(partBytes, Math.max(4096, Math.floor(this.#history.spec.maxSizeBytes / 8))),
      pieceBytes,
    })
    const written = this.#history.append(state, block.bytes, split.parts)
    const bytes = written === 0 ? 0 : (split.parts[written - 1]?.to ?? 0)
    if (written < split.parts.length) return { bytes, step: 'refused' }
    this.#restBytes = length - bytes
    return { bytes, step: atEnd ? 'settled' : 'more' }
  }

  /**
   * When its log folder was deleted while no agent ran, nobody knows how far a spool was moved. What was freed of it
   * reads as zeros, which were never written.
   */
  #skipHole(fd: number, state: StreamState): void {
    const { size, blocks } = fs.fstatSync(fd)
    if (blocks * 512 >= size) return
    const { bytes } = this.#host.block
    const zeros = Buffer.alloc(4096)
    while (state.spoolOffset < size) {
      const length = fs.readSync(fd, bytes, 0, zeros.length, state.spoolOffset)
      if (length === 0 || !bytes.subarray(0, length).equals(zeros.subarray(0, length))) break
      state.spoolOffset += length
    }
  }

  #rewind(state: StreamState, size: number): void {
    const { instance } = this.#history.facts
    this.#host.warn(
      'truncated-by-writer',
      `${instance} has truncated its own ${this.stream} (it was ${state.spoolOffset} bytes long and is ${size}), so lines may be lost. ` +
        'Programs that reopen /dev/stdout or /dev/stderr do this. Set logs { capture = "pipe" } for it.',
    )
    this.#history.rewind(state)
    this.#space.reset()
    this.#restBytes = 0
  }
}
