import type { LateReference, LateText } from '../model.ts'
import type { Place, Problem, Problems } from '../problems.ts'
import type { AttributeType, TextType } from '../schema/index.ts'
import { numberText } from './convert.ts'
import { checkText, signalName } from './formats.ts'
import { shorten } from './names.ts'
import { looksSecret } from './secrets.ts'
import { parseCpu, parseSize, parseSpan } from './units.ts'
import { isSensitive, nameKind, type TextValue, tinted, type Value } from './value.ts'
import { article, nameNumber, nameType, suggestAmount, suggestType } from './words.ts'

/** A value of the type that the schema asks for, and where it stands. */
export interface Item {
  value: Decoded
  place: Place
  /** What the person wrote, where `value` is it converted: "30s" for 30000. */
  written?: string | number | boolean
  /** The text behind it, for positions inside it. */
  text?: TextValue
  /** Came from a sensitive variable. */
  secret?: true
}
export type Decoded = string | number | boolean | LateText | Item[] | Map<string, Item & { key: Place }>

export interface DecodeContext {
  problems: Problems
  env: Readonly<Record<string, string | undefined>>
  /** The names on the way here, for telling secrets and for messages: `environment`, `API_TOKEN`. */
  names: readonly string[]
  /** One of the items of a list. */
  isItem?: true
}

/** A value as the schema wants it, or `undefined` when it is wrong and that has been said. */
export function decode(value: Value, type: AttributeType, context: DecodeContext): Item | undefined {
  const item = decodeValue(value, type, context)
  return item === undefined || !isSensitive(value) ? item : { ...item, secret: true }
}

function decodeValue(value: Value, type: AttributeType, context: DecodeContext): Item | undefined {
  if (value.kind === 'wrong') return undefined
  const { place } = value
  switch (type.is) {
    case 'bool':
      return value.kind === 'bool' ? { value: value.bool, place } : wrongType(value, type, context)
    case 'number':
      return value.kind === 'number'
        ? decodeNumber(value.number, type, place, context)
        : wrongType(value, type, context)
    case 'duration':
    case 'size':
    case 'cpu':
      return decodeAmount(value, type, context)
    case 'text':
      return decodeText(value, type, context)
    case 'list':
      return decodeList(value, type, context)
    case 'map':
      return decodeMap(value, type, context)
    case 'any':
      return decodeAny(value, context)
  }
}

function refuse(place: Place, context: DecodeContext, problem: Problem): undefined {
  context.problems.error(place, problem)
  return undefined
}

function subject(context: DecodeContext): string {
  const name = context.names.at(-1) ?? 'this'
  return context.isItem === true ? `An item of ${name}` : name
}

function wrongType(value: Value, type: AttributeType, context: DecodeContext): undefined {
  const message = `${subject(context)} must be ${article(type)}, not ${nameKind(value)}.`
  return refuse(value.place, context, {
    code: 'wrong-type',
    message,
    expected: nameType(type),
    ...suggestType(value, type),
  })
}

function decodeNumber(
  number: number,
  type: { whole?: true; min?: number; max?: number },
  place: Place,
  context: DecodeContext,
): Item | undefined {
  const isWhole = type.whole === true ? Number.isSafeInteger(number) : Number.isFinite(number)
  const inRange = number >= (type.min ?? -Infinity) && number <= (type.max ?? Infinity)
  if (isWhole && inRange) return { value: number, place }
  const what = isWhole ? 'out of range' : 'not a whole number'
  const message = `${subject(context)} is ${what}: ${number}.`
  return refuse(place, context, { code: 'out-of-range', message, expected: nameNumber(type) })
}

function decodeAmount(
  value: Value,
  type: Extract<AttributeType, { is: 'duration' | 'size' | 'cpu' }>,
  context: DecodeContext,
): Item | undefined {
  if (value.kind !== 'text') return wrongType(value, type, context)
  const text = early(value, context)
  const parse = { duration: parseSpan, size: parseSize, cpu: parseCpu }[type.is]
  const amount = parse(text)
  const expected = nameType(type)
  if (amount === undefined) {
    const message = `${subject(context)} is not ${article(type).replace(' in double quotes', '')}: "${shorten(text)}".`
    return refuse(value.place, context, { code: 'wrong-format', message, expected, ...suggestAmount(text, type.is) })
  }
  if (amount < 0) {
    return refuse(value.place, context, {
      code: 'out-of-range',
      message: `${subject(context)} must not be negative.`,
      expected,
    })
  }
  if (amount === 0 && !(type.is === 'duration' && type.zero === true)) {
    return refuse(value.place, context, {
      code: 'out-of-range',
      message: `${subject(context)} must be above 0.`,
      expected,
    })
  }
  return { value: amount, place: value.place, written: text }
}

function decodeText(value: Value, type: TextType, context: DecodeContext): Item | undefined {
  if (value.kind !== 'text') return wrongType(value, type, context)
  if (type.late === true) return { value: decodeLate(value, context), place: value.place, text: value }
  const written = type.env === true ? withNotation(value) : value
  const text = early(written, context)
  const problem = checkText(text, type)
  if (problem !== undefined) {
    return refuse(value.place, context, { ...problem, message: problem.message.replace('§', subject(context)) })
  }
  const normal = type.format === 'signal' ? signalName(text) : text
  return { value: normal ?? text, place: value.place, written: text, text: written }
}

/** The text of something that must be known now; a variable that is not set counts as empty and is told as a warning. */
function early(value: TextValue, context: DecodeContext): string {
  const parts = value.parts.map((part) => {
    if (typeof part === 'string') return part
    if (part.from !== 'env') return ''
    warnWhenMissing(part, value.place, context)
    return context.env[part.name] ?? part.fallback ?? ''
  })
  return parts.join('')
}

function decodeLate(value: TextValue, context: DecodeContext): LateText {
  const range = value.place.source.range(value.place)
  const { parts } = withNotation(value)
  for (const part of parts) if (typeof part !== 'string') warnWhenMissing(part, value.place, context)
  const secret =
    value.sensitive === true ||
    context.names.some(looksSecret) ||
    parts.some(
      (part) =>
        typeof part !== 'string' && (part.from === 'credential' || (part.from === 'env' && looksSecret(part.name))),
    )
  return { parts, range, secret }
}

function withNotation(value: TextValue): TextValue {
  const [only] = value.parts
  if (value.parts.length !== 1 || typeof only !== 'string') return value
  return { ...value, parts: [parseNotation(only, value.place.source.range(value.place))] }
}

/** The user's own notation: a whole text that begins with `env:`, `credential:` or `file:`. */
function parseNotation(text: string, range: LateReference['range']): string | LateReference {
  const match = /^(env|credential|file):(.+)$/su.exec(text)
  if (match === null) return text
  const [, from, rest = ''] = match
  if (from === 'file') return rest.startsWith('//') ? text : { from, path: rest, range }
  const isName = from === 'env' ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) : /^[\p{L}\p{M}\p{Nd}_.-]{1,64}$/u.test(rest)
  return isName ? { from: from as 'env' | 'credential', name: rest, range } : text
}

function warnWhenMissing(part: LateReference, place: Place, context: DecodeContext): void {
  if (part.from !== 'env' || part.fallback !== undefined || context.env[part.name] !== undefined) return
  context.problems.warning(place, {
    code: 'env-missing',
    message: `The environment variable ${shorten(part.name)} is not set.`,
    expected: 'a variable that is set where the agent starts; what needs it does not start without',
    suggestion: `Set ${shorten(part.name)}, or write env("${shorten(part.name)}", "fallback").`,
  })
}

function decodeList(
  value: Value,
  type: Extract<AttributeType, { is: 'list' }>,
  context: DecodeContext,
): Item | undefined {
  if (value.kind !== 'list') {
    if (type.single !== true || value.kind === 'map') return wrongType(value, type, context)
    const only = decode(value, type.of, context)
    return only === undefined ? undefined : { value: [only], place: value.place }
  }
  const items: Item[] = []
  let isWhole = true
  for (const item of value.items) {
    const decoded = decode(value.sensitive === true ? tinted(item, [value]) : item, type.of, {
      ...context,
      isItem: true,
    })
    if (decoded === undefined) isWhole = false
    else items.push(decoded)
  }
  return isWhole ? { value: items, place: value.place } : undefined
}

function decodeMap(
  value: Value,
  type: Extract<AttributeType, { is: 'map' }>,
  context: DecodeContext,
): Item | undefined {
  if (value.kind !== 'map') return wrongType(value, type, context)
  const entries = new Map<string, Item & { key: Place }>()
  let isWhole = true
  for (const [name, entry] of value.entries) {
    const inner = { ...context, names: [...context.names, name] }
    const tint = value.sensitive === true ? tinted(entry.value, [value]) : entry.value
    const converted = type.convert === true ? asText(tint) : tint
    const decoded = decode(converted, type.of, inner)
    if (decoded === undefined) isWhole = false
    else entries.set(name, { ...decoded, key: entry.key })
  }
  return isWhole ? { value: entries, place: value.place } : undefined
}

/** A number or a bool as the text that HCL makes of it. */
function asText(value: Value): Value {
  if (value.kind !== 'number' && value.kind !== 'bool') return value
  const text = value.kind === 'number' ? numberText(value.number) : String(value.bool)
  return tinted({ kind: 'text', parts: [text], place: value.place }, [value])
}

function decodeAny(value: Value, context: DecodeContext): Item | undefined {
  switch (value.kind) {
    case 'text':
      return { value: early(value, context), place: value.place }
    case 'number':
      return { value: value.number, place: value.place }
    case 'bool':
      return { value: value.bool, place: value.place }
    case 'list':
      return decodeList(value, { is: 'list', of: { is: 'any' } }, context)
    case 'map':
      return decodeMap(value, { is: 'map', of: { is: 'any' } }, context)
    default:
      return refuse(value.place, context, {
        code: 'wrong-type',
        message: `${subject(context)} cannot be null.`,
        expected: 'a value, or nothing',
      })
  }
}
