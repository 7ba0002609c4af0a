/** Reading plain data that came from a file: what is not of the wanted kind is not there. */

export type Data = Readonly<Record<string, unknown>>

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const dataOf = (value: unknown): Data => (isData(value) ? value : {})
export const entriesOf = (value: unknown): [string, unknown][] => Object.entries(dataOf(value))

/** A text, number or boolean as text. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export const boolOf = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined

/** A list of texts; one text stands for a list of one. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  return list.map(textOf).filter((text) => text !== undefined)
}

/** Variables, written as a map or as a list of `NAME=value`; a name alone has no value. */
export function variablesOf(value: unknown): [name: string, value: string | undefined][] {
  if (!Array.isArray(value)) return entriesOf(value).map(([name, item]) => [name, textOf(item)])
  return textsOf(value).map((line) => {
    const at = line.indexOf('=')
    return at === -1 ? [line, undefined] : [line.slice(0, at), line.slice(at + 1)]
  })
}

/** `1m30s`, `500ms`, `10` (seconds), as Go, compose and systemd write durations, in milliseconds. */
export function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000
  if (typeof value !== 'string') return undefined
  const text = value.trim().toLowerCase()
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d+(?:\.\d+)?\s*[a-zµ]+\s*)+$/.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/g)) {
    const length = Object.hasOwn(lengths, unit) ? lengths[unit] : undefined
    if (length === undefined) return undefined
    sum += Number(amount) * length
  }
  return sum
}

const lengths: Readonly<Record<string, number>> = {
  ...{ us: 0.001, µs: 0.001, ms: 1, msec: 1, s: 1000, sec: 1000, second: 1000, seconds: 1000 },
  ...{
    m: 60_000,
    min: 60_000,
    minute: 60_000,
    minutes: 60_000,
    h: 3_600_000,
    hr: 3_600_000,
    hour: 3_600_000,
    hours: 3_600_000,
  },
  ...{ d: 86_400_000, day: 86_400_000, days: 86_400_000, w: 604_800_000, week: 604_800_000, weeks: 604_800_000 },
}
