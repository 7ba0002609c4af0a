import { nearest } from '../problems.ts'
import type { Span } from '../syntax/source.ts'
import { shorten } from './names.ts'
import { type Scope, wrong } from './scope.ts'
import { looksSecret } from './secrets.ts'
import { type BoolValue, type NumberValue, nameKind, type TextValue, type Value } from './value.ts'

/** A number as HCL writes it into a text: never with an exponent. */
export function numberText(number: number): string {
  const text = String(number)
  if (!text.includes('e')) return text
  return Math.abs(number) > 1
    ? number.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 })
    : number.toFixed(100).replace(/0+$/, '')
}

/** The number that a text is in HCL's notation, or `undefined`. */
export function textNumber(text: string): number | undefined {
  return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}

/**
 * A text that is known now: an environment variable is looked up, and told as a warning where it is not set.
 * References to credentials and files are known only when a service starts.
 */
export function knownText(value: TextValue, scope: Scope): TextValue | undefined {
  if (value.parts.every((part) => typeof part === 'string')) return value
  const parts: string[] = []
  let secret = value.sensitive === true
  for (const part of value.parts) {
    if (typeof part === 'string') {
      parts.push(part)
      continue
    }
    if (part.from !== 'env') {
      scope.problems.error(value.place, {
        code: 'known-late',
        message: `This is known only when a service starts, and cannot be worked with here.`,
        expected: 'a text that is known when the files are read',
      })
      return undefined
    }
    const found = scope.env[part.name] ?? part.fallback
    if (found === undefined) {
      scope.problems.warning(value.place, {
        code: 'env-missing',
        message: `The environment variable ${shorten(part.name)} is not set; it counts as empty here.`,
        expected: 'a variable that is set where the agent starts',
        suggestion: `Set ${shorten(part.name)}, or write env("${shorten(part.name)}", "fallback").`,
      })
    }
    parts.push(found ?? '')
    secret ||= looksSecret(part.name)
  }
  return { kind: 'text', parts: [parts.join('')], place: value.place, ...(secret ? { sensitive: true as const } : {}) }
}

export function plain(value: TextValue): string {
  return value.parts.join('')
}

/** A value as a text, as templates and keys need it; `undefined` when it cannot be one and that has been said. */
export function asText(value: Value, scope: Scope, span: Span, what: string): TextValue | undefined {
  const common = { place: value.place, ...(value.sensitive === true ? { sensitive: value.sensitive } : {}) }
  switch (value.kind) {
    case 'text':
      return knownText(value, scope)
    case 'number':
      return { kind: 'text', parts: [numberText(value.number)], ...common }
    case 'bool':
      return { kind: 'text', parts: [String(value.bool)], ...common }
    case 'wrong':
      return undefined
    default:
      wrong(span, scope, {
        code: 'wrong-type',
        message: `${what} must be a text, not ${nameKind(value)}.`,
        expected: 'a text, a number, true or false',
      })
      return undefined
  }
}

export function asNumber(value: Value, scope: Scope, span: Span, what: string): NumberValue | undefined {
  if (value.kind === 'wrong') return undefined
  if (value.kind === 'number') return value
  if (value.kind === 'text') {
    const text = knownText(value, scope)
    if (text === undefined) return undefined
    const number = textNumber(plain(text))
    if (number !== undefined)
      return { kind: 'number', number, place: value.place, ...(text.sensitive ? { sensitive: text.sensitive } : {}) }
  }
  wrong(span, scope, {
    code: 'wrong-type',
    message: `${what} must be a number, not ${nameKind(value)}.`,
    expected: 'a number',
  })
  return undefined
}

export function asBool(value: Value, scope: Scope, span: Span, what: string): BoolValue | undefined {
  if (value.kind === 'wrong') return undefined
  if (value.kind === 'bool') return value
  if (value.kind === 'text') {
    const text = knownText(value, scope)
    if (text === undefined) return undefined
    const word = plain(text)
    if (word === 'true' || word === 'false')
      return {
        kind: 'bool',
        bool: word === 'true',
        place: value.place,
        ...(text.sensitive ? { sensitive: text.sensitive } : {}),
      }
  }
  wrong(span, scope, {
    code: 'wrong-type',
    message: `${what} must be true or false, not ${nameKind(value)}.`,
    expected: 'true or false',
  })
  return undefined
}

/** `There is no "x" here.`, with what is there. */
export function missingKey(
  name: string,
  known: readonly string[],
): {
  code: string
  message: string
  expected: string
  suggestion?: string
} {
  const near = nearest(name, known)
  const shown = known.slice(0, 8).map((key) => shorten(key, 30))
  return {
    code: 'no-such-key',
    message: `There is no "${shorten(name)}" in this map.`,
    expected: known.length === 0 ? 'a map with that key; this one is empty' : `one of ${shown.join(', ')}`,
    ...(near === undefined ? {} : { suggestion: `Did you mean "${near}"?` }),
  }
}
