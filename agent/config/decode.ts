import { constants } from 'node:os'
import { Cron } from 'croner'
import type { LateReference, LateText } from './model.ts'
import { shorten } from './names.ts'
import { didYouMean, type Place, type Problem, type Problems } from './problems.ts'
import type { AttributeType, TextFormat, TextType } from './schema.ts'
import { looksSecret } from './secrets.ts'
import { parseCpu, parseDuration, parseSize, parseUmask } from './units.ts'
import { nameKind, type TextValue, type Value } from './value.ts'

/** A value of the type that the schema asks for, and where it stands. */
export interface Item {
  value: Decoded
  place: Place
  /** What the person wrote, where `value` is it converted: "30s" for 30000. */
  written?: string | number | boolean
  /** The text behind it, for positions inside it. */
  text?: TextValue
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

/** What a type is called in a message. */
function nameType(type: AttributeType): string {
  switch (type.is) {
    case 'bool':
      return 'true or false'
    case 'number':
      return nameNumber(type)
    case 'duration':
      return 'a duration such as "500ms", "30s", "5m", "24h" or "7d"'
    case 'size':
      return 'a size such as "512Mi", "1Gi" or "100MB"'
    case 'cpu':
      return 'an amount of CPU such as "1000m" or "1.5"'
    case 'text':
      return type.oneOf === undefined ? 'a text in double quotes' : quoteAll(type.oneOf)
    case 'list':
      return `a list of ${plural(type.of)}${type.single === true ? ', or one' : ''}`
    case 'map':
      return `a map of ${plural(type.of)}: { name = … }`
    case 'any':
      return 'a value'
  }
}

function plural(type: AttributeType): string {
  const names: Partial<Record<AttributeType['is'], string>> = {
    text: 'texts',
    number: 'numbers',
    bool: 'true or false',
  }
  return names[type.is] ?? 'values'
}

function quoteAll(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function nameNumber(type: { whole?: true; min?: number; max?: number }): string {
  const kind = type.whole === true ? 'a whole number' : 'a number'
  if (type.min !== undefined && type.max !== undefined) return `${kind} from ${type.min} to ${type.max}`
  if (type.min !== undefined) return `${kind} from ${type.min}`
  return kind
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

function article(type: AttributeType): string {
  const names: Record<AttributeType['is'], string> = {
    bool: 'true or false',
    number: 'a number',
    duration: 'a duration in double quotes',
    size: 'a size in double quotes',
    cpu: 'an amount of CPU in double quotes',
    text: 'a text',
    list: 'a list',
    map: 'a map',
    any: 'a value',
  }
  return type.is === 'number' && type.whole === true ? 'a whole number' : names[type.is]
}

/** What the person probably meant, where the value is right but its notation is not. */
function suggestType(value: Value, type: AttributeType): Pick<Problem, 'suggestion'> {
  const plain = plainOf(value)
  if (plain === undefined) return {}
  if (type.is === 'number' && value.kind === 'text' && plain.trim() !== '' && Number.isFinite(Number(plain))) {
    return { suggestion: `Write ${Number(plain)} without quotes.` }
  }
  if (type.is === 'bool' && /^(true|false|yes|no|on|off)$/i.test(plain)) {
    return { suggestion: `Write ${/^(true|yes|on)$/i.test(plain)} without quotes.` }
  }
  if (type.is === 'text' && value.kind !== 'text') return { suggestion: `Write "${plain}".` }
  if (type.is === 'duration' && value.kind === 'number') return { suggestion: `Write "${plain}s" for seconds.` }
  if (type.is === 'size' && value.kind === 'number') return { suggestion: `Write "${plain}Mi" for mebibytes.` }
  if (type.is === 'cpu' && value.kind === 'number') return { suggestion: `Write "${plain}".` }
  if (type.is === 'list')
    return { suggestion: value.kind === 'text' ? `Write ["${shorten(plain)}"].` : `Write [${plain}].` }
  return {}
}

function plainOf(value: Value): string | undefined {
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'bool') return String(value.bool)
  if (value.kind !== 'text' || !value.parts.every((part) => typeof part === 'string')) return undefined
  return value.parts.join('')
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
  if (text === undefined) return undefined
  const parse = { duration: parseDuration, size: parseSize, cpu: parseCpu }[type.is]
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

function suggestAmount(text: string, is: 'duration' | 'size' | 'cpu'): Pick<Problem, 'suggestion'> {
  const match = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const [, number, word = ''] = match ?? []
  if (number === undefined) return {}
  if (is === 'duration') {
    const unit =
      { '': 's', sec: 's', secs: 's', second: 's', seconds: 's', min: 'm', mins: 'm', minute: 'm', minutes: 'm' }[
        word.toLowerCase()
      ] ??
      { hour: 'h', hours: 'h', hr: 'h', day: 'd', days: 'd', msec: 'ms', millis: 'ms', milliseconds: 'ms' }[
        word.toLowerCase()
      ]
    return unit === undefined ? {} : { suggestion: `Write "${number}${unit}".` }
  }
  if (is !== 'size') return {}
  const unit = /^([kmgt])(i?)b?$/i.exec(word)
  if (unit === null) return {}
  const letter = (unit[1] ?? '').toUpperCase()
  return { suggestion: `Write "${number}${unit[2] === '' ? `${letter}B` : `${letter}i`}".` }
}

function decodeText(value: Value, type: TextType, context: DecodeContext): Item | undefined {
  if (value.kind !== 'text') return wrongType(value, type, context)
  if (type.late === true) return { value: decodeLate(value, context), place: value.place, text: value }
  const text = early(value, context)
  if (text === undefined) return undefined
  const problem = checkText(text, type)
  if (problem !== undefined) {
    return refuse(value.place, context, { ...problem, message: problem.message.replace('§', subject(context)) })
  }
  const normal = type.format === 'signal' ? signalName(text) : text
  return { value: normal ?? text, place: value.place, written: text, text: value }
}

/** The text of something that must be known now; a variable that is not set counts as empty and is told as a warning. */
function early(value: TextValue, context: DecodeContext): string | undefined {
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
  const parts =
    value.parts.length === 1 && typeof value.parts[0] === 'string'
      ? [parseNotation(value.parts[0], range)]
      : value.parts
  for (const part of parts) if (typeof part !== 'string') warnWhenMissing(part, value.place, context)
  const secret =
    context.names.some(looksSecret) ||
    parts.some(
      (part) =>
        typeof part !== 'string' && (part.from === 'credential' || (part.from === 'env' && looksSecret(part.name))),
    )
  return { parts, range, secret }
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

function checkText(text: string, type: TextType): Problem | undefined {
  if (text.includes('\0')) return { code: 'wrong-format', message: '§ contains a NUL character.', expected: 'text' }
  if (type.oneOf !== undefined && !type.oneOf.includes(text)) {
    return {
      code: 'unknown-value',
      message: `§ cannot be "${shorten(text)}".`,
      expected: quoteAll(type.oneOf),
      ...didYouMean(text, type.oneOf),
    }
  }
  return type.format === undefined ? undefined : formats[type.format]?.(text)
}

const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const signals = Object.keys(constants.signals)

const formats: Partial<Record<TextFormat, (text: string) => Problem | undefined>> = {
  cron: checkCron,
  timezone: checkTimezone,
  regex: checkRegex,
  umask: (text) =>
    parseUmask(text) === undefined
      ? {
          code: 'wrong-format',
          message: `§ is not a file mode mask: "${shorten(text)}".`,
          expected: 'octal digits such as "022" or "077"',
        }
      : undefined,
  signal: (text) =>
    signalName(text) === undefined
      ? {
          code: 'unknown-value',
          message: `There is no signal "${shorten(text)}".`,
          expected: 'a signal such as "SIGTERM", "SIGINT", "SIGHUP" or "SIGKILL"',
          ...didYouMean(text.toUpperCase().startsWith('SIG') ? text : `SIG${text}`, signals),
        }
      : undefined,
  'http-method': (text) =>
    httpMethods.includes(text)
      ? undefined
      : {
          code: 'unknown-value',
          message: `There is no method "${shorten(text)}".`,
          expected: quoteAll(httpMethods),
          ...didYouMean(text, httpMethods),
        },
}

/** `SIGTERM` for `TERM`, `sigterm` and `SIGTERM`. */
function signalName(text: string): string | undefined {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return signals.includes(name) ? name : undefined
}

function checkCron(text: string): Problem | undefined {
  try {
    // Without a function it arms no timer.
    if (new Cron(text).nextRun() !== null) return undefined
    return {
      code: 'wrong-format',
      message: `§ "${shorten(text)}" names no time that comes.`,
      expected: 'a schedule that comes round',
    }
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^CronPattern: /, '').replace(/\.$/, '') : String(error)
    const fields = text.trim().split(/\s+/).length
    const why = said.includes('space separated parts') ? `it has ${fields} fields` : said
    return {
      code: 'wrong-format',
      message: `§ is not a cron expression: ${why}.`,
      expected: 'minute, hour, day, month and day of the week, such as "*/5 * * * *"',
    }
  }
}

function checkTimezone(text: string): Problem | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return undefined
  } catch {
    // Intl's own words are "Invalid time zone specified"; ours say the same and help.
    return {
      code: 'unknown-value',
      message: `There is no time zone "${shorten(text)}".`,
      expected: 'a name such as "UTC" or "Europe/Berlin"',
      ...didYouMean(text, Intl.supportedValuesOf('timeZone')),
    }
  }
}

function checkRegex(text: string): Problem | undefined {
  try {
    new RegExp(text, 'u')
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error)
    return {
      code: 'wrong-format',
      message: `§ is not a regular expression: ${shorten(why, 120)}.`,
      expected: 'a regular expression',
    }
  }
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
    const decoded = decode(item, type.of, { ...context, isItem: true })
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
    const converted = type.convert === true ? asText(entry.value) : entry.value
    const decoded = decode(converted, type.of, inner)
    if (decoded === undefined) isWhole = false
    else entries.set(name, { ...decoded, key: entry.key })
  }
  return isWhole ? { value: entries, place: value.place } : undefined
}

/** A number or a bool as the text that HCL makes of it. */
function asText(value: Value): Value {
  if (value.kind === 'number') return { kind: 'text', parts: [String(value.number)], place: value.place }
  return value.kind === 'bool' ? { kind: 'text', parts: [String(value.bool)], place: value.place } : value
}

function decodeAny(value: Value, context: DecodeContext): Item | undefined {
  switch (value.kind) {
    case 'text': {
      const text = early(value, context)
      return text === undefined ? undefined : { value: text, place: value.place }
    }
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
