const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const wordUnits: readonly (readonly [RegExp, string])[] = [
  [/^(?:s|sec|secs|seconds?)$/, 's'],
  [/^(?:m|min|mins|minutes?)$/, 'm'],
  [/^(?:h|hr|hrs|hours?)$/, 'h'],
  [/^(?:d|days?)$/, 'd'],
  [/^(?:w|weeks?)$/, 'w'],
]

/**
 * A time as a person writes it: `10m ago`, `2h30m`, `14:03`, `yesterday 14:03`, `2026-11-24 08:00`, or RFC 3339. Without
 * a zone it is local; a time of day that is still to come is yesterday's. Undefined for anything else.
 */
export function readTime(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (trimmed === 'now') return nowMs
  return readAgo(trimmed, nowMs) ?? readClock(trimmed, nowMs) ?? readDate(text.trim())
}

function readAgo(text: string, nowMs: number): number | undefined {
  const body = text.replace(/\s*ago$/, '').replace(/^-/, '')
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(body)) return undefined
  let agoMs = 0
  for (const [, amount, word = ''] of body.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unit = wordUnits.find(([pattern]) => pattern.test(word))?.[1]
    if (unit === undefined) return undefined
    agoMs += Number(amount) * (unitsMs[unit] ?? 0)
  }
  return nowMs - agoMs
}

function readClock(text: string, nowMs: number): number | undefined {
  const match = /^(?:(today|yesterday)\s+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/.exec(text)
  if (!match) return undefined
  const [, day, hours, minutes, seconds = '0', fraction = '0'] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const date = new Date(nowMs)
  date.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')))
  if (day === 'yesterday' || (day === undefined && date.getTime() > nowMs)) date.setDate(date.getDate() - 1)
  return date.getTime()
}

function readDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d|$)/i.test(text)) return undefined
  // A date alone would be read as UTC, and a space between date and time not everywhere.
  const full = text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')
  const atMs = Date.parse(full)
  return Number.isNaN(atMs) ? undefined : atMs
}
