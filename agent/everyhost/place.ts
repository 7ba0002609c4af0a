import type { LogLine } from '../../contract/index.ts'

/**
 * Where a line stands among those of all hosts: by its time, then by its host, then by its place there. The text begins
 * with the milliseconds and is in the order of its characters behind them.
 */
export interface Key {
  atMs: number
  rest: string
}

const orderDigits = 16
const seqDigits = 12

const pad = (digits: string, width: number): string => digits.padStart(width, '0')

/** `12.5/7` so that texts are in the order of the numbers; a blank stands before any other character that comes here. */
function padded(place: string | undefined, seq: number): string {
  const [order = '0', number = String(seq)] = (place ?? '').split('/')
  const [whole = '0', part] = order.split('.')
  return `${pad(whole, orderDigits)}${part === undefined ? '' : `.${part}`} ${pad(number, seqDigits)}`
}

export const placeAt = (line: Pick<LogLine, 'time' | 'place' | 'seq'>, host: string): string =>
  `${Date.parse(line.time)}/${host} ${padded(line.place, line.seq)}`

/** Of a word of this agent about a host, among its lines. */
export const placeOfWord = (atMs: number, host: string): string => `${atMs}/${host} !`

/** Undefined for a text that is no such place. */
export function readPlace(text: string): Key | undefined {
  const [, atMs, rest] = /^(\d{1,16})\/(.{1,300})$/s.exec(text) ?? []
  return atMs === undefined || rest === undefined ? undefined : { atMs: Number(atMs), rest }
}

/** The place at the host itself. */
export function localPlace({ rest }: Key): string | undefined {
  const [, order, seq] = / (\d+(?:\.\d+)?) (\d+)$/.exec(rest) ?? []
  if (order === undefined || seq === undefined) return undefined
  const [whole = '', part] = order.split('.')
  return `${Number(whole)}${part === undefined ? '' : `.${part}`}/${Number(seq)}`
}

/** Below zero when `a` is older. */
export function compareKeys(a: Key, b: Key): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  return a.rest < b.rest ? -1 : a.rest > b.rest ? 1 : 0
}
