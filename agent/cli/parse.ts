import { InvalidArgumentError } from 'commander'
import { parseDuration, parseTime } from '../time.ts'

/** Readers of option values; commander words the refusal around their message. */

export function readCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 0, such as 100.')
  return Number(text)
}

export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 1 to 65535, or 0 for any free one.')
  return port
}

/** `500ms`, `30s`, `1h30m`, as in configuration files. */
export function readDuration(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs === undefined) throw new InvalidArgumentError('It is a duration, such as 30s or 5m.')
  return durationMs
}

/** A point in time, in the form that the agent takes: RFC 3339, a date, or how long ago. */
export function readTime(text: string): string {
  if (parseTime(text, 0) !== undefined) return text
  throw new InvalidArgumentError('It is how long ago (10m, 2h) or a time (2026-03-01T12:00:00Z).')
}

export function readChoice<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found === undefined) throw new InvalidArgumentError(`It is one of ${choices.join(', ')}.`)
    return found
  }
}

/** For an option that may stand many times. */
export function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}

export function collectVariable(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It is NAME=VALUE.')
  // `__proto__` is a name like any other.
  const next: Record<string, string> = Object.assign(Object.create(null), before)
  next[text.slice(0, at)] = text.slice(at + 1)
  return next
}

/** `env=prod,role=web`; again, it adds to what was there. */
export function readSelector(text: string, before: Record<string, string> | undefined): Record<string, string> {
  return text.split(',').reduce<Record<string, string>>((selector, pair) => collectVariable(pair.trim(), selector), {
    ...before,
  })
}
