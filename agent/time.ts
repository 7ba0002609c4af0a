/** Times and spans of time as people write them, in files, options and requests alike. */

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
/** What a `Date` reaches in either direction. */
const farthestMs = 8.64e15

/** `500ms`, `30s`, `1h30m`, `7d`, in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    sum += Number(amount) * (unitsMs[unit ?? ''] ?? 0)
  }
  return sum
}

/** A time as RFC 3339, or how long ago: `10m`, `1h30m`; undefined for anything else. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const agoMs = parseDuration(text)
  // `Date.parse` alone would take "12" for a month.
  const isDate = /^\d{4}-\d\d-\d\d/.test(text)
  const atMs = agoMs !== undefined ? nowMs - agoMs : isDate ? Date.parse(text) : Number.NaN
  return Math.abs(atMs) <= farthestMs ? atMs : undefined
}
