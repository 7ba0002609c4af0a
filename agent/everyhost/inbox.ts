/** What has come and is not read yet. When it is full the oldest goes, and is counted. */
export class Inbox<Item> {
  readonly #most: number
  #items: Item[] = []
  #dropped = 0
  #wake: () => void = () => undefined

  constructor(most: number) {
    this.#most = most
  }

  put(...items: readonly Item[]): void {
    this.#items.push(...items)
    const surplus = this.#items.length - this.#most
    if (surplus > 0) {
      this.#items.splice(0, surplus)
      this.#dropped += surplus
    }
    this.#wake()
  }

  /** Resolves when there is something, or when the signal ends the waiting. */
  news(signal: AbortSignal): Promise<void> {
    if (this.#items.length > 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake = wake
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  takeAll(): Item[] {
    return this.#items.splice(0)
  }

  /** How many went unread since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}
