/** Bytes that grow as they are written. Numbers go seven bits a byte, the lowest first, as in protocol buffers. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = value
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    let rest = value
    while (rest >= 128) {
      this.byte((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  float(value: number): void {
    const bytes = new Uint8Array(Float64Array.of(value).buffer)
    for (const byte of bytes) this.byte(byte)
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A copy of what was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** What was written, good until more is. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + by))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** What was written is damaged. */
export class DamagedError extends Error {
  override name = 'DamagedError'
}

/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at: number
  readonly #end: number

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = from
    this.#end = end
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end
  }

  byte(): number {
    if (this.#at >= this.#end) throw new DamagedError('it ends too early')
    return this.#bytes[this.#at++] ?? 0
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new DamagedError('a number is too long')
  }

  float(): number {
    const bytes = Uint8Array.from({ length: 8 }, () => this.byte())
    return new Float64Array(bytes.buffer)[0] ?? 0
  }

  /** A reader of the next bytes, which this one goes past. */
  part(length: number): ByteReader {
    const from = this.#at
    if (from + length > this.#end) throw new DamagedError('a part is cut off')
    this.#at = from + length
    return new ByteReader(this.#bytes, from, from + length)
  }
}
