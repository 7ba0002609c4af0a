// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import type { SpaceFreer } from '../os/linux/space.ts'
import { collapsibleBytes, markBytes, markOf, offsetAfter } from './collapse.ts'
import { causeOf, readFully } from './files.ts'
import type { History } from './history.ts'
import type { StreamState } from './recovery.ts'

/** A spool that cannot be freed and has grown so large is told of; then each time it has doubled. */
const growthBytes = 256 << 20
/** A spool that could not be shortened is tried again when it has grown by this part of the limit. */
const retryPart = 16

export interface SpaceOptions {
  /** Undefined where the system has nothing of the kind. */
  freer: SpaceFreer | undefined
  /** Spools that were moved so far are shortened. */
  collapseAboveBytes: number
}

interface SpaceHost extends SpaceOptions {
  warn(code: 'spool-grows', text: string): void
}

/** The part of a spool that was moved: keeps it from taking room, and the spool from becoming too long a file. */
export class SpoolSpace {
  readonly #host: SpaceHost
  readonly #history: History
  #punchedBytes = 0
  #canPunch: boolean
  #toldBytes = growthBytes
  #collapseAboveBytes: number
  #collapseRefused = false

  constructor(history: History, host: SpaceHost) {
    this.#history = history
    this.#host = host
    this.#canPunch = host.freer !== undefined
    this.#collapseAboveBytes = host.collapseAboveBytes
  }

  /** Goes on where an agent before has left it, perhaps in the middle of shortening it. */
  resume(fd: number, state: StreamState): void {
    if (!state.collapsing) return
    const head = Buffer.alloc(markBytes)
    readFully(fd, head, head.length, 0)
    this.#settle(state, offsetAfter(state, head))
  }

  /** The spool begins anew. */
  reset(): void {
    this.#punchedBytes = 0
  }

  /** Frees what was moved, if that is at least so much. */
  free(fd: number, state: StreamState, stepBytes: number): void {
    const { freer } = this.#host
    if (state.spoolOffset - this.#punchedBytes < stepBytes) return
    if (freer && this.#canPunch) {
      this.#canPunch = freer.punch(fd, state.spoolOffset)
      if (!this.#canPunch) return
      this.#punchedBytes = state.spoolOffset
      const bytes = collapsibleBytes(state.spoolOffset, this.#collapseAboveBytes)
      if (bytes > 0) this.#collapse(freer, fd, state, bytes)
      return
    }
    if (state.spoolOffset < this.#toldBytes) return
    const megabytes = Math.round(state.spoolOffset / (1 << 20))
    this.#toldBytes = state.spoolOffset * 2
    this.#host.warn(
      'spool-grows',
      `The output file of ${this.#history.facts.instance} takes ${megabytes} MiB on a file system that cannot free the part which was read. It is renewed when the service restarts.`,
    )
  }

  /**
   * Takes the punched part out of the file. Every place in it is another one then, so the index tells of the intent before:
   * an agent that is killed in between leaves it to the next one, who sees by the mark whether it was done.
   */
  #collapse(freer: SpaceFreer, fd: number, state: StreamState, bytes: number): void {
    let refused: string | undefined
    try {
      const mark = markOf(state)
      fs.writeSync(fd, mark, 0, mark.length, bytes)
      // What is wrong with the history it says itself, and nothing has been begun.
      if (!this.#history.note({ ...state, collapsing: true }, { durable: true })) return
      const code = freer.collapse(fd, bytes)
      refused = code && `its file system cannot do that (${code})`
    } catch (error) {
      refused = causeOf(error)
    }
    if (refused === undefined) this.#afterCollapse(freer, fd, state, bytes)
    else this.#sayRefused(state, refused)
  }

  #afterCollapse(freer: SpaceFreer, fd: number, state: StreamState, bytes: number): void {
    const isNoted = this.#settle(state, state.spoolOffset - bytes, () => fs.fsyncSync(fd))
    // The mark has done its work; where its end could not be noted, the next agent needs it.
    if (isNoted) freer.punch(fd, state.spoolOffset)
  }

  /**
   * From here on the spool is read at this place. It counts as freed up to there: what is punched with the next lines is
   * punched after a record of them has taken the place of the intent.
   */
  #settle(state: StreamState, offset: number, flush: () => void = () => {}): boolean {
    state.spoolOffset = offset
    state.collapsing = false
    this.#punchedBytes = offset
    flush()
    return this.#history.note(state)
  }

  #sayRefused(state: StreamState, cause: string): void {
    this.#collapseAboveBytes = state.spoolOffset + this.#host.collapseAboveBytes / retryPart
    if (this.#collapseRefused) return
    this.#collapseRefused = true
    const gigabytes = Math.round(state.spoolOffset / 2 ** 30)
    this.#host.warn(
      'spool-grows',
      `${this.#history.facts.instance} has written ${gigabytes} GiB into its output file, which cannot be shortened: ${cause}. What was read of it takes no room and nothing is lost, but the service cannot write when the file is as long as its file system allows (16 TiB on ext4). Restart it before that: it then gets a new file.`,
    )
  }
}
