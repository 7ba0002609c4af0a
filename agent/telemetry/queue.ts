/** What waits to be sent, oldest first, and no more than `most`: when more comes, the oldest goes and is counted. */
export class BoundedQueue<Item> {
  readonly #most: number
  #items: Item[] = []
  dropped = 0

  constructor(most: number) {
    this.#most = most
  }

  get length(): number {
    return this.#items.length
  }

  get room(): number {
    return this.#most - this.#items.length
  }

  add(items: readonly Item[]): void {
    this.#items.push(...items)
    const excess = this.#items.length - this.#most
    if (excess <= 0) return
    this.#items = this.#items.slice(excess)
    this.dropped += excess
  }

  /** The oldest so many, which are then no longer here. */
  take(count: number): Item[] {
    return this.#items.splice(0, count)
  }
}
