import { type ByteReader, type ByteWriter, DamagedError } from './bytes.ts'

/**
 * Values at equal places of a grid, NaN where there is none. Most measurements are whole numbers of some unit (pages,
 * tenths of a percent) and change little or not at all from one to the next, so what is written is how often a value is
 * repeated, and small differences: a value that rests for ten minutes takes three bytes, one that moves two for each.
 */
const scales = [1, 10, 100, 1000, 1 / 4096] as const
const asFloats = scales.length
const largest = 2 ** 49
/** A damaged count must not ask for all memory there is. */
const mostSlots = 1_000_000

const difference = 0
const repeat = 1
const nothing = 2

const isWhole = (value: number, scale: number): boolean => {
  if (Number.isNaN(value)) return true
  const scaled = value * scale
  return Math.abs(scaled) < largest && Math.round(scaled) / scale === value
}

function scaleOf(values: ArrayLike<number>): number {
  // Pages first: as whole bytes they would take two bytes more.
  for (const index of [4, 0, 1, 2, 3]) {
    const scale = scales[index] ?? 1
    let fits = true
    for (let at = 0; fits && at < values.length; at++) fits = isWhole(values[at] ?? 0, scale)
    if (fits) return index
  }
  return asFloats
}

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))

export function writeColumn(out: ByteWriter, values: ArrayLike<number>): void {
  const index = scaleOf(values)
  const scale = scales[index]
  out.byte(index)
  out.varint(values.length)
  let last = 0
  for (let at = 0; at < values.length; ) {
    const value = values[at] ?? 0
    if (Number.isNaN(value)) out.varint(nothing)
    else if (scale === undefined) {
      out.varint(difference)
      out.float(value)
    } else {
      const whole = Math.round(value * scale)
      const step = whole - last
      last = whole
      out.varint((step < 0 ? -2 * step - 1 : 2 * step) * 4 + difference)
    }
    let run = 0
    for (at++; at < values.length && same(values[at] ?? 0, value); at++) run++
    if (run > 0) out.varint(run * 4 + repeat)
  }
}

/** @throws {DamagedError} */
export function readColumn(input: ByteReader): Float64Array {
  const scale = scales[input.byte()]
  const length = input.varint()
  if (length > mostSlots) throw new DamagedError(`${length} values are too many`)
  const values = new Float64Array(length)
  let last = 0
  let value = Number.NaN
  for (let at = 0; at < length; ) {
    const token = input.varint()
    const kind = token % 4
    const amount = Math.floor(token / 4)
    if (kind === repeat) {
      if (at + amount > length) throw new DamagedError('a value is repeated too often')
      values.fill(value, at, at + amount)
      at += amount
      continue
    }
    if (kind === nothing) value = Number.NaN
    else if (scale === undefined) value = input.float()
    else {
      last += amount % 2 === 1 ? -(amount + 1) / 2 : amount / 2
      value = last / scale
    }
    values[at++] = value
  }
  return values
}
