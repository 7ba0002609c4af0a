import type { AttributeSchema, AttributeType, BlockSchema, TextType } from '../schema/index.ts'
import type { Nesting } from './cursor.ts'

/** The type of the texts that a value of this type is or holds. */
export function textTypeOf(type: AttributeType): TextType | undefined {
  if (type.is === 'text') return type
  return type.is === 'list' || type.is === 'map' ? textTypeOf(type.of) : undefined
}

/** The type that is wanted within the brackets of a value; undefined where anything may stand. */
export function typeWithin(type: AttributeType, nesting: readonly Nesting[]): AttributeType | undefined {
  let at: AttributeType = type
  for (const step of nesting) {
    if (step.kind === 'parentheses') continue
    if (step.kind === 'list' && at.is === 'list') at = at.of
    else if (step.kind === 'object' && at.is === 'map') at = at.of
    else return undefined
  }
  return at
}

/** A type in a few characters: `duration`, `"restart" | "alert"`, `list of texts`. */
export function shortType(type: AttributeType): string {
  switch (type.is) {
    case 'text':
      return type.oneOf === undefined ? (formatNames[type.format ?? ''] ?? 'text') : quoted(type.oneOf)
    case 'number':
      return `${type.whole === true ? 'whole number' : 'number'}${rangeOf(type)}`
    case 'list':
      return `list of ${inList(type.of)}${type.single === true ? ', or one' : ''}`
    case 'map':
      return `map of ${inList(type.of)}`
    case 'cpu':
      return 'amount of CPU'
    case 'bool':
      return 'true | false'
    default:
      return type.is === 'any' ? 'any value' : type.is
  }
}

const formatNames: Readonly<Record<string, string>> = {
  cron: 'schedule',
  timezone: 'time zone',
  signal: 'signal',
  umask: 'file mode mask',
  regex: 'regular expression',
  command: 'command line',
  service: 'service',
  group: 'group',
  template: 'template',
  notification: 'notification',
  user: 'user',
  'http-method': 'HTTP method',
}

function inList(type: AttributeType): string {
  const name = shortType(type)
  if (type.is === 'text' && type.oneOf !== undefined) return name
  return /\d$|\|| /.test(name) ? name : `${name}s`
}

function rangeOf({ min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`
  if (min !== undefined) return `, at least ${min}`
  return max === undefined ? '' : `, at most ${max}`
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' | ')
}

/** What an attribute means, with its default and whether it must be there. */
export function helpOf(attribute: AttributeSchema): string {
  const { doc, default: preset, required, later } = attribute
  const notes = [
    required === true ? 'It is required.' : '',
    preset === undefined || preset === '' ? '' : `Default: ${JSON.stringify(preset)}.`,
    later === true ? notActive : '',
  ]
  return [doc, ...notes].filter((note) => note !== '').join(' ')
}

export function helpOfBlock({ doc, later }: BlockSchema): string {
  return later === true ? `${doc} ${notActive}` : doc
}

const notActive = 'Not active yet: it is checked and has no effect.'
