/** Who has changed, by the number of the last change: what is newer than a number is found without a walk over all. */
export class ChangeLog {
  readonly #last = new Map<string, number>()
  /** In the order of their numbers; an entry that its name has outgrown is passed over. */
  #entries: { name: string; seq: number }[] = []

  /** `seq` is not below any that was given before. */
  mark(name: string, seq: number): void {
    if (this.#last.get(name) === seq) return
    this.#last.set(name, seq)
    this.#entries.push({ name, seq })
    if (this.#entries.length > 2 * this.#last.size + leastKept)
      this.#entries = this.#entries.filter((entry) => this.#last.get(entry.name) === entry.seq)
  }

  forget(name: string): void {
    this.#last.delete(name)
  }

  /** The names that have changed after `seq`, in the order of their last changes. */
  newerThan(seq: number): string[] {
    const names: string[] = []
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at]
      if (!entry || entry.seq <= seq) break
      if (this.#last.get(entry.name) === entry.seq) names.push(entry.name)
    }
    return names.reverse()
  }

  get size(): number {
    return this.#last.size
  }

  /** Forgets the one that has not changed for longest; answers with its number. */
  dropOldest(): number | undefined {
    const at = this.#entries.findIndex(({ name, seq }) => this.#last.get(name) === seq)
    const oldest = this.#entries.splice(0, at + 1).at(-1)
    if (oldest) this.#last.delete(oldest.name)
    return oldest?.seq
  }
}

const leastKept = 64
