/** Figures as every client writes them: window, tray and command line. Pure, and without a dependency. */

/** What stands where there is no figure. */
export const noFigure = '–'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/**
 * A span as a column of figures has it, in at most two units, as short as it stays exact enough: `0ms`, `250ms`, `4.2s`,
 * `42s`, `5m 3s`, `2h 5m`, `6d 4h`. Rounded down, so that a clock that counts up never shows a unit that is not over yet.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return noFigure
  const span = Math.max(0, ms)
  if (span < secondMs) return `${Math.floor(span)}ms`
  if (span < 10 * secondMs) return `${Math.floor(span / 100) / 10}s`
  if (span < minuteMs) return `${Math.floor(span / secondMs)}s`
  if (span < hourMs) return twoUnits(span, minuteMs, 'm', secondMs, 's')
  if (span < dayMs) return twoUnits(span, hourMs, 'h', minuteMs, 'm')
  return twoUnits(span, dayMs, 'd', hourMs, 'h')
}

/** The same of one that is still growing, in whole seconds: `0s`, `4s`, `42s`, `5m 3s`, `6d 4h`. */
export function formatUptime(ms: number): string {
  if (!Number.isFinite(ms)) return noFigure
  const span = Math.max(0, ms)
  return span < minuteMs ? `${Math.floor(span / secondMs)}s` : formatDuration(span)
}

function twoUnits(span: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((span % bigMs) / smallMs)
  return `${Math.floor(span / bigMs)}${big}${rest === 0 ? '' : ` ${rest}${small}`}`
}

const wordUnits = [
  ['d', dayMs],
  ['h', hourMs],
  ['min', minuteMs],
  ['s', secondMs],
] as const

/**
 * A span as a sentence has it: one second is `1 s`, short ones keep the digit that tells them apart, long ones name two
 * units: `3 min 20 s`.
 */
export function durationInWords(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time'
  const seconds = Math.max(ms, 1) / secondMs
  if (seconds < 0.1) return `${Number(seconds.toPrecision(1))} s`
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  if (seconds < 119.5) return `${Math.round(seconds)} s`
  return inUnits(Math.round(seconds) * secondMs, 2)
}

/** A span in a sentence that is still growing, in whole seconds: `0 s`, `4 s`, `2 min 14 s`; never more than has passed. */
export const elapsedInWords = (ms: number): string => inWholeSeconds(Math.floor(ms / secondMs))

/** The same of one that runs out: never less than is left. */
export const remainingInWords = (ms: number): string => inWholeSeconds(Math.ceil(ms / secondMs))

/** Of none the words for a short one would say a thousandth. */
const inWholeSeconds = (seconds: number): string => (seconds <= 0 ? '0 s' : durationInWords(seconds * secondMs))

function inUnits(ms: number, most: number): string {
  const first = wordUnits.findIndex(([, size]) => ms >= size)
  const words: string[] = []
  let leftMs = ms
  for (const [unit, size] of wordUnits.slice(first, first + most)) {
    const count = Math.floor(leftMs / size)
    if (count > 0) words.push(`${count} ${unit}`)
    leftMs -= count * size
  }
  return words.join(' ')
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units with three digits at most: `0 B`, `824 kB`, `412 MB`, `1.90 GB`, `32.1 GB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return noFigure
  let value = Math.max(0, bytes)
  let unit = 0
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(decimalsOf(value, unit))} ${byteUnits[unit]}`
}

/** Hundredths of a megabyte say nothing; of a gigabyte they do. The limits are where rounding brings one digit more. */
function decimalsOf(value: number, unit: number): number {
  if (unit === 0) return 0
  if (unit < 3) return value < 9.95 ? 1 : 0
  if (value < 9.995) return 2
  return value < 99.95 ? 1 : 0
}

/** `0 %`, `3.1 %`, `99.9 %`, `140 %`: 100 is one core, or the whole of what is measured. */
export function formatPercent(percent: number): string {
  if (!Number.isFinite(percent)) return noFigure
  const value = Math.max(0, percent)
  if (value < 0.05) return '0 %'
  return `${value.toFixed(value < 99.95 ? 1 : 0)} %`
}

/** How long ago, or in how long: `now`, `12 s ago`, `5 min ago`, `2 h ago`, `6 d ago`, `in 14 s`. One unit: it is read at a glance. */
export function relativeTime(iso: string, nowMs: number): string {
  const atMs = Date.parse(iso)
  if (Number.isNaN(atMs)) return noFigure
  const span = Math.abs(nowMs - atMs)
  if (span < secondMs) return 'now'
  const words = inUnits(span, 1)
  return atMs > nowMs ? `in ${words}` : `${words} ago`
}

/** Names as a sentence has them: `a`, `a and b`, `a, b and c`. */
export function listInWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
