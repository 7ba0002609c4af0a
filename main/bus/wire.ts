/** D-Bus values: numbers for the numeric types, bigint for 64 bits, arrays for arrays and structs, [key, value] for entries. */
export type Value = string | number | bigint | boolean | Variant | Value[]

export class Variant {
  readonly signature: string
  readonly value: Value
  constructor(signature: string, value: Value) {
    this.signature = signature
    this.value = value
  }
}

/** Deep enough for every interface on a session bus, and no deeper. */
const mostDepth = 32

const alignments: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1, n: 2, q: 2, b: 4, i: 4, u: 4, s: 4, o: 4, a: 4, h: 4 },
  ...{ x: 8, t: 8, d: 8, '(': 8, '{': 8 },
}

function alignmentOf(type: string): number {
  const alignment = alignments[type.charAt(0)]
  if (alignment === undefined) throw new Error(`D-Bus has no type "${type}"`)
  return alignment
}

/** The complete types of a signature: `a{sv}u` is `a{sv}` and `u`. */
function splitSignature(signature: string): string[] {
  const types: string[] = []
  for (let at = 0; at < signature.length; ) {
    const end = endOfType(signature, at)
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}

function endOfType(signature: string, start: number): number {
  let at = start
  while (signature[at] === 'a') at++
  const close = { '(': ')', '{': '}' }[signature[at] ?? '']
  if (close === undefined) return at + 1
  at++
  while (signature[at] !== close) {
    if (at >= signature.length) throw new Error(`The D-Bus signature "${signature}" does not end`)
    at = endOfType(signature, at)
  }
  return at + 1
}

export class Writer {
  #buffer = Buffer.alloc(256)
  #length = 0

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #reserve(bytes: number): number {
    const at = this.#length
    this.#length += bytes
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(this.#length * 2)
      this.#buffer.copy(larger)
      this.#buffer = larger
    }
    return at
  }

  align(to: number): void {
    this.#reserve((to - (this.#length % to)) % to)
  }

  raw(bytes: Buffer): void {
    const at = this.#reserve(bytes.length)
    bytes.copy(this.#buffer, at)
  }

  write(type: string, value: Value): void {
    this.align(alignmentOf(type))
    switch (type.charAt(0)) {
      case 'y':
        this.raw(Buffer.from([Number(value)]))
        break
      case 'n':
      case 'q':
        this.#number(2, (at) => this.#buffer.writeUInt16LE(Number(value) & 0xffff, at))
        break
      case 'i':
        this.#number(4, (at) => this.#buffer.writeInt32LE(Number(value), at))
        break
      case 'b':
      case 'u':
      case 'h':
        this.#uint(Number(value))
        break
      case 'x':
        this.#number(8, (at) => this.#buffer.writeBigInt64LE(BigInt(value as bigint), at))
        break
      case 't':
        this.#number(8, (at) => this.#buffer.writeBigUInt64LE(BigInt(value as bigint), at))
        break
      case 'd':
        this.#number(8, (at) => this.#buffer.writeDoubleLE(Number(value), at))
        break
      case 's':
      case 'o':
        this.#uint(Buffer.byteLength(String(value)))
        this.raw(Buffer.from(`${String(value)}\0`))
        break
      case 'g':
        this.#signature(String(value))
        break
      case 'v': {
        const { signature, value: inner } = value as Variant
        this.#signature(signature)
        this.write(signature, inner)
        break
      }
      case 'a':
        this.#array(type.slice(1), value as Value[])
        break
      default: {
        const inner = splitSignature(type.slice(1, -1))
        for (const [index, part] of inner.entries()) this.write(part, (value as Value[])[index] as Value)
      }
    }
  }

  #uint(value: number): void {
    this.#number(4, (at) => this.#buffer.writeUInt32LE(value, at))
  }

  /** The buffer may be another one when there is room. */
  #number(bytes: number, write: (at: number) => void): void {
    write(this.#reserve(bytes))
  }

  #signature(text: string): void {
    this.raw(Buffer.from([text.length, ...Buffer.from(text, 'latin1'), 0]))
  }

  #array(type: string, items: readonly Value[]): void {
    const lengthAt = this.#reserve(4)
    this.align(alignmentOf(type))
    const start = this.#length
    for (const item of items) this.write(type, item)
    this.#buffer.writeUInt32LE(this.#length - start, lengthAt)
  }
}

export class Reader {
  readonly #bytes: Buffer
  readonly #little: boolean
  #at: number

  constructor(bytes: Buffer, little: boolean, at = 0) {
    this.#bytes = bytes
    this.#little = little
    this.#at = at
  }

  align(to: number): void {
    this.#at += (to - (this.#at % to)) % to
  }

  readAll(signature: string): Value[] {
    return splitSignature(signature).map((type) => this.read(type, 0))
  }

  read(type: string, depth: number): Value {
    if (depth > mostDepth) throw new Error('A D-Bus message is nested too deeply')
    this.align(alignmentOf(type))
    switch (type.charAt(0)) {
      case 'y':
        return this.#bytes.readUInt8(this.#take(1))
      case 'b':
        return this.#uint() !== 0
      case 'n':
        return this.#little ? this.#bytes.readInt16LE(this.#take(2)) : this.#bytes.readInt16BE(this.#take(2))
      case 'q':
        return this.#little ? this.#bytes.readUInt16LE(this.#take(2)) : this.#bytes.readUInt16BE(this.#take(2))
      case 'i':
        return this.#little ? this.#bytes.readInt32LE(this.#take(4)) : this.#bytes.readInt32BE(this.#take(4))
      case 'u':
      case 'h':
        return this.#uint()
      case 'x':
        return this.#little ? this.#bytes.readBigInt64LE(this.#take(8)) : this.#bytes.readBigInt64BE(this.#take(8))
      case 't':
        return this.#little ? this.#bytes.readBigUInt64LE(this.#take(8)) : this.#bytes.readBigUInt64BE(this.#take(8))
      case 'd':
        return this.#little ? this.#bytes.readDoubleLE(this.#take(8)) : this.#bytes.readDoubleBE(this.#take(8))
      case 's':
      case 'o':
        return this.#text(this.#uint())
      case 'g':
        return this.#text(this.#bytes.readUInt8(this.#take(1)))
      case 'v': {
        const signature = this.#text(this.#bytes.readUInt8(this.#take(1)))
        return new Variant(signature, this.read(signature, depth + 1))
      }
      case 'a': {
        const length = this.#uint()
        this.align(alignmentOf(type.slice(1)))
        const end = this.#at + length
        const items: Value[] = []
        while (this.#at < end) items.push(this.read(type.slice(1), depth + 1))
        return items
      }
      default:
        return splitSignature(type.slice(1, -1)).map((part) => this.read(part, depth + 1))
    }
  }

  #take(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return at
  }

  #uint(): number {
    return this.#little ? this.#bytes.readUInt32LE(this.#take(4)) : this.#bytes.readUInt32BE(this.#take(4))
  }

  #text(length: number): string {
    const at = this.#take(length + 1)
    if (at + length + 1 > this.#bytes.length) throw new Error('A D-Bus message ends too early')
    return this.#bytes.toString('utf8', at, at + length)
  }
}
