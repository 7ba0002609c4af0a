import type { Problem } from '../problems.ts'
import type { AttributeType } from '../schema/index.ts'
import { shorten } from './names.ts'
import type { Value } from './value.ts'

/** What a type is called in a message. */
export function nameType(type: AttributeType): string {
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

export function quoteAll(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

export function nameNumber(type: { whole?: true; min?: number; max?: number }): string {
  const kind = type.whole === true ? 'a whole number' : 'a number'
  if (type.min !== undefined && type.max !== undefined) return `${kind} from ${type.min} to ${type.max}`
  if (type.min !== undefined) return `${kind} from ${type.min}`
  return kind
}

export function article(type: AttributeType): string {
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
export function suggestType(value: Value, type: AttributeType): Pick<Problem, 'suggestion'> {
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

export function suggestAmount(text: string, is: 'duration' | 'size' | 'cpu'): Pick<Problem, 'suggestion'> {
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
