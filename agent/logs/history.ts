// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import type { LogSpec } from '../config/index.ts'
import { causeOf, ensureFolder, listSegments, MisplacedError } from './files.ts'
import type { Part } from './lines.ts'
import { segmentFile } from './names.ts'
import { type Recovered, recover, type StreamState, streamKey } from './recovery.ts'
import { Segment, type Stamp } from './segment.ts'

/** Records that go to the index in one write. */
const partsPerWrite = 64
/** After a write that failed the next try comes so much later; the spool keeps the lines meanwhile. */
const retryMs = 500

export interface HistoryHost {
  stamp(): Stamp
  /** Orders given from now on are above this one. */
  raiseOrder(order: number): void
  nowMs(): number
  /** Whether a run's spool is still there, so that its place must be kept. */
  isLive(runId: string): boolean
  warn(code: 'cannot-write' | 'recovered', text: string): void
}

export interface HistoryFacts {
  folder: string
  instance: string
  service: string
}

/**
 * The lines of one instance in its segments: writes the newest, begins the next, removes the oldest. It never throws
 * for what a disk or a person does; what cannot be written stays in the spool, and is said once.
 */
export class History {
  readonly facts: HistoryFacts
  spec: LogSpec
  readonly #host: HistoryHost
  #segment: Segment | undefined
  #recovered: Recovered | undefined
  #failedAtMs: number | undefined

  constructor(facts: HistoryFacts, spec: LogSpec, host: HistoryHost) {
    this.facts = facts
    this.spec = spec
    this.#host = host
  }

  get failing(): boolean {
    return this.#failedAtMs !== undefined
  }

  /** Whether a write may be tried now. */
  get ready(): boolean {
    if (this.#failedAtMs === undefined) return true
    return Math.abs(this.#host.nowMs() - this.#failedAtMs) >= retryMs
  }

  /** The number that the next line gets. */
  get nextSeq(): number {
    return this.#recovered?.nextSeq ?? 1
  }

  /** The streams whose place is kept, those of runs that have ended included until they are forgotten. */
  get streams(): ReadonlyMap<string, StreamState> {
    return this.#recovered?.streams ?? new Map()
  }

  /** Finds where a run's stream goes on: where its lines were moved to last, else at its beginning. Undefined while the disk refuses. */
  stream(runId: string, stderr: boolean): StreamState | undefined {
    return this.#attempt(() => {
      const { streams } = this.#recover()
      const key = streamKey(runId, stderr)
      const state = streams.get(key) ?? { runId, stderr, spoolOffset: 0, openSeq: undefined }
      streams.set(key, state)
      return state
    })
  }

  /** Whether lines of a run were moved into this folder, as far as its newest segment tells. */
  knows(runId: string): boolean {
    return (
      this.#attempt(() => {
        const { streams } = this.#recover()
        return streams.has(streamKey(runId, false)) || streams.has(streamKey(runId, true))
      }) === true
    )
  }

  /** Its spool is gone: new segments need not carry its place any more. */
  forget(runId: string): void {
    for (const stderr of [false, true]) this.#recovered?.streams.delete(streamKey(runId, stderr))
  }

  /** Moves parts of a block behind what is there. Answers how many; fewer than given when the disk refuses. */
  append(stream: StreamState, bytes: Buffer, parts: readonly Part[]): number {
    let done = 0
    while (done < parts.length) {
      const count = this.#attempt(() => {
        const recovered = this.#recover()
        const segment = this.#writable((parts[done] as Part).to - (parts[done] as Part).from)
        const group = this.#fitting(segment, parts.slice(done, done + partsPerWrite))
        recovered.nextSeq = segment.append(stream, bytes, group, recovered.nextSeq, this.#host.stamp)
        this.#succeeded()
        return group.length
      })
      if (count === undefined) break
      done += count
    }
    return done
  }

  /** The spool begins anew: its writer has truncated it. */
  rewind(stream: StreamState): void {
    stream.spoolOffset = 0
    stream.openSeq = undefined
    this.note(stream)
  }

  /** Writes down where a spool is read from next; with `durable` also for after a power cut. Whether it could be done. */
  note(stream: StreamState, { durable = false } = {}): boolean {
    const done = this.#attempt(() => {
      const segment = this.#writable(0)
      segment.appendState(stream, this.#host.stamp())
      if (durable) segment.flush()
      return true
    })
    return done === true
  }

  /** Removes what is beyond the number and the age that were asked for. */
  retain(): void {
    this.#attempt(() => {
      this.#resume()
      this.#removeSurplus(this.spec.maxFiles)
    })
  }

  flush(): void {
    this.#attempt(() => this.#segment?.flush())
  }

  close(): void {
    this.#segment?.close()
    this.#segment = undefined
    this.#recovered = undefined
  }

  #removeSurplus(keptFiles: number): void {
    const { folder } = this.facts
    const numbers = listSegments(folder)
    const surplus = new Set(numbers.slice(0, Math.max(0, numbers.length - Math.max(1, keptFiles))))
    for (const number of numbers) if (this.#isTooOld(number)) surplus.add(number)
    // One segment stays, since it says how far the lines are counted and where the spools are read from.
    const current = this.#segment
    if (current && surplus.has(current.number)) this.#begin()
    for (const number of surplus) removeSegment(folder, number)
  }

  #isTooOld(number: number): boolean {
    if (this.spec.maxAgeMs === undefined) return false
    const stats = fs.lstatSync(join(this.facts.folder, segmentFile(number, 'log')), { throwIfNoEntry: false })
    if (!stats || (stats.size === 0 && this.#segment?.number === number)) return false
    return this.#host.nowMs() - stats.mtimeMs > this.spec.maxAgeMs
  }

  #fitting(segment: Segment, parts: readonly Part[]): readonly Part[] {
    const from = (parts[0] as Part).from
    let count = 1
    const roomBytes = this.spec.maxSizeBytes - segment.sizeBytes
    while (count < parts.length && (parts[count] as Part).to - from <= roomBytes) count++
    return parts.slice(0, count)
  }

  #recover(): Recovered {
    if (this.#recovered) return this.#recovered
    const recovered = recover(this.facts.folder)
    this.#host.raiseOrder(recovered.order)
    for (const [key, { runId }] of recovered.streams) if (!this.#host.isLive(runId)) recovered.streams.delete(key)
    this.#recovered = recovered
    return recovered
  }

  /** The segment of an earlier time, opened when there is something to write. */
  #resume(): void {
    const recovered = this.#recover()
    const { current } = recovered
    delete recovered.current
    if (current) this.#segment = Segment.resume(this.facts.folder, current, recovered.streams)
  }

  /** A segment in its place with room for `bytes`. */
  #writable(bytes: number): Segment {
    const recovered = this.#recover()
    this.#resume()
    const segment = this.#segment
    if (segment?.isInPlace(this.#host.nowMs())) {
      if (segment.hasRoom(bytes, this.spec)) return segment
      // The oldest goes first, since on a full disk its place is what the next one needs.
      this.#removeSurplus(Math.max(1, this.spec.maxFiles - 1))
      const next = this.#begin()
      this.#removeSurplus(this.spec.maxFiles)
      return next
    }
    const known = listSegments(this.facts.folder).at(-1) ?? 0
    recovered.lastNumber = Math.max(recovered.lastNumber, known)
    return this.#begin()
  }

  #begin(): Segment {
    const recovered = this.#recover()
    const { folder, instance, service } = this.facts
    ensureFolder(dirname(folder))
    const { order } = this.#host.stamp()
    const header = { instance, service, spec: this.spec, firstSeq: recovered.nextSeq, order }
    const states = [...recovered.streams.values()]
    const next = Segment.create(folder, recovered.lastNumber, header, states, this.#host.stamp)
    this.#segment?.close()
    this.#segment = next
    recovered.lastNumber = next.number
    return next
  }

  #succeeded(): void {
    if (this.#failedAtMs === undefined) return
    this.#failedAtMs = undefined
    this.#host.warn('recovered', `The log of ${this.facts.instance} is written again; no line was lost.`)
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      const first = this.#failedAtMs === undefined
      this.#failedAtMs = this.#host.nowMs()
      if (first) this.#host.warn('cannot-write', this.#describe(error))
      return undefined
    }
  }

  #describe(error: unknown): string {
    const cause =
      error instanceof MisplacedError ? `${error.message}; move it away` : `${causeOf(error)} (${this.facts.folder})`
    return `The log of ${this.facts.instance} cannot be written: ${cause}. The service goes on; its lines wait in the spool and are moved as soon as that is over.`
  }
}

/** The index first: a reader never meets an index without its lines. */
function removeSegment(folder: string, number: number): void {
  for (const ending of ['idx', 'log'] as const) {
    const path = join(folder, segmentFile(number, ending))
    // A folder that somebody put in a segment's place is theirs.
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false) fs.unlinkSync(path)
  }
}
