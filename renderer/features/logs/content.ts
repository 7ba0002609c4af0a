import type { LogLine } from '../../../contract/index.ts'

const messageKeys = ['msg', 'message', 'event'] as const
/** Told elsewhere in the row. */
const saidElsewhere: ReadonlySet<string> = new Set([
  'level',
  'severity',
  'lvl',
  'time',
  'timestamp',
  'ts',
  '@timestamp',
])
const mostShown = 12

export interface Content {
  /** What a person reads first; of a plain line all of it. */
  message: string
  /** The other members of a JSON line, as short as they can be written. */
  fields: readonly [string, string][]
}

/** A JSON line as its message and its members; any other line as it is. */
export function contentOf({ text, fields }: LogLine): Content {
  if (!fields) return { message: text, fields: [] }
  const messageKey = messageKeys.find((key) => typeof fields[key] === 'string')
  const others = Object.entries(fields).filter(([key]) => key !== messageKey && !saidElsewhere.has(key))
  return {
    message: messageKey === undefined ? '' : String(fields[messageKey]),
    fields: others.slice(0, mostShown).map(([key, value]) => [key, valueText(value)]),
  }
}

export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
