import { Reader, type Value, Writer } from './wire.ts'

export const kinds = { call: 1, answer: 2, error: 3, signal: 4 } as const

export interface Message {
  kind: number
  serial: number
  path?: string
  interface?: string
  member?: string
  errorName?: string
  replySerial?: number
  destination?: string
  sender?: string
  signature?: string
  body: Value[]
}

/** Longer ones end the connection: nobody sends a panel that much. */
const mostBytes = 4 * 1024 * 1024
const fixedBytes = 16
const little = 0x6c

const fields = [
  [1, 'path', 'o'],
  [2, 'interface', 's'],
  [3, 'member', 's'],
  [4, 'errorName', 's'],
  [5, 'replySerial', 'u'],
  [6, 'destination', 's'],
  [7, 'sender', 's'],
  [8, 'signature', 'g'],
] as const

export function encode(message: Message): Buffer {
  const body = new Writer()
  const types = message.signature ?? ''
  body.write(`(${types})`, message.body)
  const head = new Writer()
  for (const byte of [little, message.kind, 0, 1]) head.write('y', byte)
  head.write('u', types === '' ? 0 : body.bytes.length)
  head.write('u', message.serial)
  const present = new Writer()
  // The array of fields is written as raw bytes: its length counts from the first field.
  for (const [code, name, type] of fields) {
    const value = message[name]
    if (value === undefined) continue
    present.align(8)
    present.write('y', code)
    present.write('g', type)
    present.write(type, value)
  }
  head.write('u', present.bytes.length)
  head.raw(present.bytes)
  head.align(8)
  if (types !== '') head.raw(body.bytes)
  return head.bytes
}

/** The first message in the bytes and how many it took; undefined while it is not whole. */
export function decode(bytes: Buffer): { message: Message; length: number } | undefined {
  if (bytes.length < fixedBytes) return undefined
  const isLittle = bytes[0] === little
  const uint = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const bodyAt = Math.ceil((fixedBytes + uint(12)) / 8) * 8
  const length = bodyAt + uint(4)
  if (length > mostBytes) throw new Error(`A D-Bus message of ${length} bytes is longer than any that HXE takes`)
  if (bytes.length < length) return undefined
  const message: Message = { kind: bytes[1] ?? 0, serial: uint(8), body: [] }
  const [found] = new Reader(bytes.subarray(0, length), isLittle, 12).readAll('a(yv)') as [[number, { value: Value }][]]
  for (const [code, { value }] of found) {
    const name = fields.find(([known]) => known === code)?.[1]
    if (name) Object.assign(message, { [name]: value })
  }
  message.body = new Reader(bytes.subarray(bodyAt, length), isLittle).readAll(message.signature ?? '')
  return { message, length }
}
