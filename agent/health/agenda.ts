/** What is due when, by the clock that never jumps: sorted, the next one last. Each item is in it once at most. */
export class Agenda<Item extends object> {
  readonly #entries: { item: Item; dueMs: number }[] = []
  readonly #dueMs = new Map<Item, number>()

  /** When the next one is due. */
  get nextMs(): number | undefined {
    return this.#entries.at(-1)?.dueMs
  }

  dueOf(item: Item): number | undefined {
    return this.#dueMs.get(item)
  }

  put(item: Item, dueMs: number): void {
    this.remove(item)
    this.#dueMs.set(item, dueMs)
    this.#entries.splice(this.#placeOf(dueMs), 0, { item, dueMs })
  }

  remove(item: Item): void {
    const dueMs = this.#dueMs.get(item)
    if (dueMs === undefined) return
    this.#dueMs.delete(item)
    for (let at = this.#placeOf(dueMs); at < this.#entries.length; at++) {
      if (this.#entries[at]?.item !== item) continue
      this.#entries.splice(at, 1)
      return
    }
  }

  /** Takes out what is due by then, the earliest first. */
  take(untilMs: number): Item[] {
    const due: Item[] = []
    for (let last = this.#entries.at(-1); last && last.dueMs <= untilMs; last = this.#entries.at(-1)) {
      this.#entries.pop()
      this.#dueMs.delete(last.item)
      due.push(last.item)
    }
    return due
  }

  /** The first place whose entry is due no later. */
  #placeOf(dueMs: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.dueMs ?? 0) > dueMs) low = middle + 1
      else high = middle
    }
    return low
  }
}
