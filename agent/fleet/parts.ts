import { type Frame, mostAnswerBytes } from './message.ts'

/** A zero, which no JSON begins with, the number of the part and how many there are, four bytes each. */
export const partHeadBytes = 9
const mostParts = 4096

export const isPart = (data: Uint8Array): boolean => data[0] === 0

/** A frame that is too long for one message, as the messages that it is sent in. */
export function* partsOf(bytes: Uint8Array, mostBytes: number): Generator<Uint8Array> {
  const count = Math.ceil(bytes.byteLength / mostBytes)
  for (let index = 0; index < count; index++) {
    const body = bytes.subarray(index * mostBytes, (index + 1) * mostBytes)
    const part = Buffer.alloc(partHeadBytes + body.byteLength)
    part.writeUInt32BE(index, 1)
    part.writeUInt32BE(count, 5)
    part.set(body, partHeadBytes)
    yield part
  }
}

/** Puts parts together again. They come in order, and from the first one anew where they are sent again. */
export class Parts {
  #bodies: Uint8Array[] = []
  #bytes = 0

  /** The frame, when this was its last part. */
  add(data: Uint8Array): Frame | undefined {
    const part = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    if (part.byteLength <= partHeadBytes) return undefined
    const index = part.readUInt32BE(1)
    const count = part.readUInt32BE(5)
    if (index === 0) this.#begin()
    this.#bytes += part.byteLength
    if (count > mostParts || index !== this.#bodies.length || this.#bytes > mostAnswerBytes * 2) {
      this.#begin()
      return undefined
    }
    this.#bodies.push(part.subarray(partHeadBytes))
    if (this.#bodies.length < count) return undefined
    const text = Buffer.concat(this.#bodies).toString('utf8')
    this.#begin()
    try {
      return JSON.parse(text) as Frame
    } catch {
      return undefined
    }
  }

  #begin(): void {
    this.#bodies = []
    this.#bytes = 0
  }
}
