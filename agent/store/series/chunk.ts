import { crc32 } from 'node:zlib'
import type { MetricStat } from '../../../contract/index.ts'
import { ByteReader, ByteWriter, DamagedError } from './bytes.ts'
import { readColumn, writeColumn } from './column.ts'
import { stats } from './stats.ts'

/** What of a subject is kept in one row: all its series over one block of time, by the number of their key. */
const sumBytes = 4

export type Columns = Readonly<Record<MetricStat, ArrayLike<number>>>

function withSum(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(sumBytes + body.length)
  new DataView(bytes.buffer).setUint32(0, crc32(body))
  bytes.set(body, sumBytes)
  return bytes
}

/** The body, when the bytes are what was written. SQLite itself does not notice a bit that has turned over. */
export function checkedBody(bytes: Uint8Array): Uint8Array {
  if (bytes.length < sumBytes) throw new DamagedError('it is too short')
  const body = bytes.subarray(sumBytes)
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (crc32(body) !== sum) throw new DamagedError('its sum is wrong')
  return body
}

export const summed = withSum

function writeParts<Value>(series: ReadonlyMap<number, Value>, write: (out: ByteWriter, value: Value) => void) {
  row.clear()
  for (const [key, value] of series) {
    part.clear()
    write(part, value)
    const bytes = part.view()
    row.varint(key)
    row.varint(bytes.length)
    row.append(bytes)
  }
  return withSum(row.view())
}

/** Used again for each row: a block has thousands of series, and new memory for each would be most of the work. */
const row = new ByteWriter()
const part = new ByteWriter()

export const writeRaw = (series: ReadonlyMap<number, ArrayLike<number>>): Uint8Array => writeParts(series, writeColumn)

const sameColumn = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a === b) return true
  for (let at = 0; at < a.length; at++) {
    const one = a[at] ?? 0
    const other = b[at] ?? 0
    if (one !== other && !(Number.isNaN(one) && Number.isNaN(other))) return false
  }
  return true
}

/** A column that equals the first one, as all do while nothing changes, is only said to. */
function writeStats(out: ByteWriter, columns: Columns): void {
  const [first] = stats
  for (const stat of stats) {
    const repeats = first !== undefined && stat !== first && sameColumn(columns[stat], columns[first])
    out.byte(repeats ? 0 : 1)
    if (!repeats) writeColumn(out, columns[stat])
  }
}

export const writeRolled = (series: ReadonlyMap<number, Columns>): Uint8Array => writeParts(series, writeStats)

function readStats(input: ByteReader): Record<MetricStat, Float64Array> {
  let first: Float64Array | undefined
  const result: Partial<Record<MetricStat, Float64Array>> = {}
  for (const stat of stats) {
    const column = input.byte() === 0 ? first : readColumn(input)
    if (!column) throw new DamagedError('a column is missing')
    first ??= column
    result[stat] = column
  }
  return result as Record<MetricStat, Float64Array>
}

/** @throws {DamagedError} */
function readParts<Value>(
  bytes: Uint8Array,
  wanted: ReadonlySet<number> | undefined,
  read: (input: ByteReader) => Value,
): Map<number, Value> {
  const input = new ByteReader(checkedBody(bytes))
  const series = new Map<number, Value>()
  while (!input.isAtEnd) {
    const key = input.varint()
    const part = input.part(input.varint())
    if (wanted === undefined || wanted.has(key)) series.set(key, read(part))
  }
  return series
}

/** The series of a row that are wanted, or all. @throws {DamagedError} */
export const readRaw = (bytes: Uint8Array, wanted?: ReadonlySet<number>): Map<number, Float64Array> =>
  readParts(bytes, wanted, readColumn)

export const readRolled = (
  bytes: Uint8Array,
  wanted?: ReadonlySet<number>,
): Map<number, Record<MetricStat, Float64Array>> => readParts(bytes, wanted, readStats)
