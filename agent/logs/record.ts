import { crc32 } from 'node:zlib'
import type { LogSpec } from '../config/index.ts'

/**
 * The index beside a segment. A header, then one record of 64 bytes for every chunk of the segment:
 *
 *     0 crc32  4 flags  8 offset  16 firstSeq  24 timeMs  32 order  40 spoolOffset  48 runId  56 length  60 lineCount
 *
 * A record is written after the bytes that it tells of, so what no record tells of was not moved yet and is still in
 * the spool. Numbers are little-endian; 64 bytes never straddle a page, so a kill cannot leave half a record.
 */
export const recordBytes = 64

export const flag = {
  stderr: 1,
  /** No lines: where the run's spool has been read to. Written at the head of each segment and when the spool's places change. */
  state: 2,
  /** A part of one line, or a last line without a newline; otherwise a record holds whole lines. */
  piece: 4,
  /** Not the beginning of its line. */
  continues: 8,
  /** Its line goes on in a later record. */
  open: 16,
  /** With `state`: the run's spool is about to be shortened, which moves every place in it. */
  collapsing: 32,
} as const

export interface IndexRecord {
  flags: number
  /** Where the chunk begins in the segment. */
  offset: number
  length: number
  firstSeq: number
  /** Lines that begin here. */
  lineCount: number
  /** Wall clock when the chunk was moved. */
  timeMs: number
  /** Grows with every record of this data directory, also when the wall clock is set back. */
  order: number
  /** How far the run's spool has been moved with this chunk. */
  spoolOffset: number
  runId: string
}

export function encodeRecord(record: IndexRecord, into: Buffer, at: number): void {
  into.writeUInt32LE(record.flags, at + 4)
  into.writeDoubleLE(record.offset, at + 8)
  into.writeDoubleLE(record.firstSeq, at + 16)
  into.writeDoubleLE(record.timeMs, at + 24)
  into.writeDoubleLE(record.order, at + 32)
  into.writeDoubleLE(record.spoolOffset, at + 40)
  into.write(record.runId, at + 48, 8, 'hex')
  into.writeUInt32LE(record.length, at + 56)
  into.writeUInt32LE(record.lineCount, at + 60)
  into.writeUInt32LE(crc32(into.subarray(at + 4, at + recordBytes)), at)
}

/** What a reader needs of a record: where its lines are, not where they came from. */
export type ChunkRecord = Omit<IndexRecord, 'spoolOffset' | 'runId'>

/** Unchecked, since a search passes a million of them; a reader bears with any numbers in it. */
export function decodeChunk(view: DataView, at: number): ChunkRecord {
  return {
    flags: view.getUint32(at + 4, true),
    offset: view.getFloat64(at + 8, true),
    firstSeq: view.getFloat64(at + 16, true),
    timeMs: view.getFloat64(at + 24, true),
    order: view.getFloat64(at + 32, true),
    length: view.getUint32(at + 56, true),
    lineCount: view.getUint32(at + 60, true),
  }
}

/** Undefined when the record is damaged. */
export function decodeRecord(from: Buffer, at: number): IndexRecord | undefined {
  if (from.readUInt32LE(at) !== crc32(from.subarray(at + 4, at + recordBytes))) return undefined
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength)
  const spoolOffset = view.getFloat64(at + 40, true)
  return { ...decodeChunk(view, at), spoolOffset, runId: from.toString('hex', at + 48, at + 56) }
}

/** What a segment's index says of its instance, so that its folder can be read and kept without the configuration. */
export interface IndexHeader {
  instance: string
  service: string
  spec: LogSpec
  /** The number of the first line that begins in this segment. */
  firstSeq: number
  order: number
  /** The state records that follow at once: fewer, and the segment was never begun. */
  stateCount: number
}

const magic = Buffer.from('HXELOG1\n')
const prefixBytes = 16
const longestHeaderBytes = 1 << 20

export function encodeHeader(header: IndexHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const total = Math.ceil((prefixBytes + json.length) / recordBytes) * recordBytes
  const buffer = Buffer.alloc(total, 0x20)
  magic.copy(buffer)
  buffer.writeUInt32LE(total, 8)
  json.copy(buffer, prefixBytes)
  buffer.writeUInt32LE(crc32(buffer.subarray(prefixBytes)), 12)
  return buffer
}

/** How many bytes the header takes, from the index's first 16; undefined when that is not the beginning of an index. */
export function headerLength(prefix: Buffer): number | undefined {
  if (prefix.length < prefixBytes || !prefix.subarray(0, magic.length).equals(magic)) return undefined
  const total = prefix.readUInt32LE(8)
  return total >= prefixBytes && total <= longestHeaderBytes && total % recordBytes === 0 ? total : undefined
}

export function decodeHeader(bytes: Buffer): IndexHeader | undefined {
  if (headerLength(bytes) !== bytes.length) return undefined
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(prefixBytes))) return undefined
  return JSON.parse(bytes.toString('utf8', prefixBytes)) as IndexHeader
}
