/** What waits to be sent, oldest first, and no more than a weight: when more comes, the oldest goes and is counted. */
export class BoundedQueue<Item> {
  readonly #mostWeight: number
  readonly #weightOf: (item: Item) => number
  #items: Item[] = []
  #weight = 0
  dropped = 0

  constructor(mostWeight: number, weightOf: (item: Item) => number) {
    this.#mostWeight = mostWeight
    this.#weightOf = weightOf
  }

  get length(): number {
    return this.#items.length
  }

  get weight(): number {
    return this.#weight
  }

  /** Half of it is free. */
  get hasRoom(): boolean {
    return this.#weight <= this.#mostWeight / 2
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      this.#items.push(item)
      this.#weight += this.#weightOf(item)
    }
    if (this.#weight > this.#mostWeight) this.dropped += this.take(this.#weight - this.#mostWeight, 'more').length
  }

  /** The oldest of about this weight, at least one: no more than it, or with `more` no less. */
  take(weight: number, bound: 'less' | 'more' = 'less'): Item[] {
    let count = 0
    let taken = 0
    for (const item of this.#items) {
      const next = taken + this.#weightOf(item)
      if (count > 0 && (bound === 'less' ? next > weight : taken >= weight)) break
      taken = next
      count++
    }
    this.#weight -= taken
    return this.#items.splice(0, count)
  }
}
