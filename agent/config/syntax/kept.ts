/** What was worked out last, up to a size that all of it has together; what has not been asked for longest goes first. */
export class Kept<Value> {
  private readonly entries = new Map<string, { value: Value; size: number }>()
  private readonly maxSize: number
  private size = 0

  constructor(maxSize: number) {
    this.maxSize = maxSize
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: Value, size: number): void {
    this.size += size - (this.entries.get(key)?.size ?? 0)
    this.entries.delete(key)
    this.entries.set(key, { value, size })
    for (const [oldest, entry] of this.entries) {
      if (this.size <= this.maxSize) break
      this.entries.delete(oldest)
      this.size -= entry.size
    }
  }
}
