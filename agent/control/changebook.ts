import { ChangeLog } from './changelog.ts'

/** Removals that are remembered, so that a reader who was away learns of them. Further back it gets a snapshot. */
const mostRemovals = 10_000

/** What has changed since a number. */
export interface Changes<Part extends string> {
  /** The number that this brings a reader to. */
  seq: number
  changed: ReadonlySet<string>
  /** Those of which figures alone have. */
  used: readonly string[]
  removed: readonly string[]
  isNew(part: Part): boolean
}

/**
 * Which number changed what, and nothing of what it was: readers ask with the number that they were brought to last, and
 * are told the present. So a slow reader costs no memory, and misses nothing but steps in between.
 */
export class ChangeBook<Part extends string> {
  readonly #changed = new ChangeLog()
  readonly #used = new ChangeLog()
  readonly #removed = new ChangeLog()
  readonly #parts = new Map<Part, number>()
  /** Numbers of two agents on one data directory never meet, since each begins at its own start. */
  readonly #firstSeq: number
  #seq: number
  #forgottenSeq: number

  constructor(nowMs: number) {
    this.#firstSeq = nowMs * 1000
    this.#seq = this.#firstSeq
    this.#forgottenSeq = this.#firstSeq
  }

  get seq(): number {
    return this.#seq
  }

  changed(name: string): void {
    this.#removed.forget(name)
    this.#changed.mark(name, ++this.#seq)
  }

  used(names: Iterable<string>): void {
    const seq = ++this.#seq
    for (const name of names) this.#used.mark(name, seq)
  }

  removed(name: string): void {
    this.#changed.forget(name)
    this.#used.forget(name)
    this.#removed.mark(name, ++this.#seq)
    if (this.#removed.size > mostRemovals) this.#forgottenSeq = this.#removed.dropOldest() ?? this.#forgottenSeq
  }

  partChanged(part: Part): void {
    this.#parts.set(part, ++this.#seq)
  }

  /** Whether all that has changed since that number is known; else a reader needs a snapshot. */
  canResume(since: number): boolean {
    return since >= this.#forgottenSeq && since <= this.#seq && since >= this.#firstSeq
  }

  since(seq: number): Changes<Part> {
    const changed = new Set(this.#changed.newerThan(seq))
    return {
      seq: this.#seq,
      changed,
      used: this.#used.newerThan(seq).filter((name) => !changed.has(name)),
      removed: this.#removed.newerThan(seq),
      isNew: (part) => (this.#parts.get(part) ?? 0) > seq,
    }
  }
}
