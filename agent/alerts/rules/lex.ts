import { bytesByUnit } from '../../size.ts'
import { parseDuration } from '../../time.ts'
import { ConditionError, type Span } from './types.ts'

export type Token = Span &
  (
    | { kind: 'name'; text: string }
    | { kind: 'number'; value: number }
    | { kind: 'duration'; value: number }
    | { kind: 'text'; text: string }
    | { kind: 'pattern'; text: string }
    | { kind: 'sign'; text: string }
    | { kind: 'end' }
  )

const factors: Readonly<Record<string, number>> = { ...bytesByUnit, '%': 1 }

const name = /[A-Za-z_][A-Za-z0-9_:]*/y
const amount = /(\d+(?:\.\d+)?)([A-Za-z%][A-Za-z0-9.%]*)?/y
const text = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y
const sign = />=|<=|==|!=|&&|\|\||[-+*/()<>,{}=!]/y
const space = /\s+/y

/** The words of a condition. A `/` where a value is wanted begins a regular expression. */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = []
  const take = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(source)
  }
  for (let at = 0; at < source.length; ) {
    const blank = take(space, at)
    if (blank) {
      at += blank[0].length
      continue
    }
    const token = take(name, at)
      ? nameToken(take(name, at)?.[0] ?? '', at)
      : (amountToken(take(amount, at), at) ??
        textToken(take(text, at), at) ??
        (isPatternPlace(tokens) ? patternToken(source, at) : undefined) ??
        signToken(take(sign, at), at))
    if (!token) throw unreadable(source, at)
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', start: source.length, end: source.length })
  return tokens
}

const nameToken = (text: string, start: number): Token => ({ kind: 'name', text, start, end: start + text.length })

function amountToken(match: RegExpExecArray | null, start: number): Token | undefined {
  if (!match) return undefined
  const [written, digits = '', unit = ''] = match
  const span = { start, end: start + written.length }
  if (unit === '') return { kind: 'number', value: Number(digits), ...span }
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined
  if (factor !== undefined) return { kind: 'number', value: Number(digits) * factor, ...span }
  const spanMs = parseDuration(written)
  if (spanMs !== undefined) return { kind: 'duration', value: spanMs, ...span }
  throw new ConditionError(`"${written}" is no amount.`, span, {
    expected: 'a number, with a unit where it has one: 80, 260MB, 1Gi, 5m, 30s',
  })
}

function textToken(match: RegExpExecArray | null, start: number): Token | undefined {
  if (!match) return undefined
  const text = (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1')
  return { kind: 'text', text, start, end: start + match[0].length }
}

/** After `(` or `,` no division can stand. */
function isPatternPlace(tokens: readonly Token[]): boolean {
  const before = tokens.at(-1)
  return before?.kind === 'sign' && (before.text === '(' || before.text === ',')
}

function patternToken(source: string, start: number): Token | undefined {
  if (source[start] !== '/') return undefined
  let inClass = false
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at]
    if (char === '\\') at++
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) {
      const ignoresCase = source[at + 1] === 'i'
      const body = source.slice(start + 1, at).replaceAll('\\/', '/')
      return { kind: 'pattern', text: `${ignoresCase ? '(?i)' : ''}${body}`, start, end: at + (ignoresCase ? 2 : 1) }
    }
  }
  throw new ConditionError('This regular expression does not end.', { start, end: source.length }, { expected: '/' })
}

const words: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not' }

function signToken(match: RegExpExecArray | null, start: number): Token | undefined {
  if (!match) return undefined
  const span = { start, end: start + match[0].length }
  const word = Object.hasOwn(words, match[0]) ? words[match[0]] : undefined
  return word === undefined ? { kind: 'sign', text: match[0], ...span } : { kind: 'name', text: word, ...span }
}

function unreadable(source: string, at: number): ConditionError {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0)
  const span = { start: at, end: at + char.length }
  if (char === '"' || char === "'")
    return new ConditionError('This text does not end.', { start: at, end: source.length }, { expected: char })
  return new ConditionError(`"${char}" means nothing here.`, span)
}
