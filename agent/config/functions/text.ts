import { textNumber } from '../values/convert.ts'
import type { Value } from '../values/value.ts'
import { formatText } from './format.ts'
import type { Arguments, CallContext, FunctionSpec } from './spec.ts'

function onText(usage: string, doc: string, change: (text: string) => string): FunctionSpec {
  return { usage, doc, parameters: ['text'], run: (args, call) => call.text(change(args.text(0))) }
}

/** What a person sees as the characters of a text. */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
export function characters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function cut(text: string, set: string): string {
  const chars = new Set(set)
  const points = [...text]
  let start = 0
  let end = points.length
  while (start < end && chars.has(points[start] ?? '')) start += 1
  while (end > start && chars.has(points[end - 1] ?? '')) end -= 1
  return points.slice(start, end).join('')
}

function joinTexts(args: Arguments, call: CallContext): Value {
  const texts: string[] = []
  for (let at = 1; at < args.count; at += 1) {
    for (const item of args.list(at)) {
      const text = call.asText(item, at)
      if (text === undefined) return { kind: 'wrong', place: call.place }
      texts.push(text)
    }
  }
  return call.text(texts.join(args.text(0)))
}

function substring(args: Arguments, call: CallContext): Value {
  const points = characters(args.text(0))
  const offset = args.number(1)
  const length = args.number(2)
  if (!Number.isInteger(offset) || !Number.isInteger(length) || length < -1)
    return call.fail('substr takes whole numbers.', 'a start, and a length or -1 for the rest')
  const start = offset < 0 ? Math.max(0, points.length + offset) : offset
  return call.text(points.slice(start, length === -1 ? undefined : start + length).join(''))
}

function parseInteger(args: Arguments, call: CallContext): Value {
  const base = args.number(1)
  if (!Number.isInteger(base) || base < 2 || base > 36)
    return call.fail('The base of parseint is out of range.', 'a whole number from 2 to 36', 1)
  const digits = args.text(0).trim()
  const number = Number.parseInt(digits, base)
  const isWhole = Number.isFinite(number) && /^[-+]?[0-9a-z]+$/i.test(digits)
  const allowed = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base)
  const isRight = isWhole && [...digits.toLowerCase().replace(/^[-+]/, '')].every((digit) => allowed.includes(digit))
  if (isRight) return call.number(number)
  return call.fail(`"${digits.slice(0, 40)}" is not a whole number of base ${base}.`, 'digits of that base', 0)
}

/** Each line but the first moved in. */
function indent(args: Arguments, call: CallContext): Value {
  const width = args.number(0)
  if (!Number.isInteger(width) || width < 0 || width > 200)
    return call.fail('indent takes a number of spaces.', 'a whole number from 0 to 200', 0)
  return call.text(args.text(1).replaceAll('\n', `\n${' '.repeat(width)}`))
}

export const textFunctions: Readonly<Record<string, FunctionSpec>> = {
  upper: onText('upper(text)', 'The text in capital letters.', (text) => text.toUpperCase()),
  lower: onText('lower(text)', 'The text in small letters.', (text) => text.toLowerCase()),
  title: onText('title(text)', 'Each word with a capital letter.', (text) =>
    text.replace(
      /(^|[^\p{L}\p{M}\p{Nd}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  trimspace: onText('trimspace(text)', 'Without space at both ends.', (text) => text.trim()),
  chomp: onText('chomp(text)', 'Without line ends at the end.', (text) => text.replace(/[\r\n]+$/, '')),
  strrev: onText('strrev(text)', 'The characters in reverse.', (text) => characters(text).reverse().join('')),
  trim: {
    usage: 'trim(text, characters)',
    doc: 'Without any of the characters at both ends.',
    parameters: ['text', 'text'],
    run: (args, call) => call.text(cut(args.text(0), args.text(1))),
  },
  trimprefix: {
    usage: 'trimprefix(text, prefix)',
    doc: 'Without the prefix, where it begins with it.',
    parameters: ['text', 'text'],
    run: (args, call) => {
      const [text, prefix] = [args.text(0), args.text(1)]
      return call.text(text.startsWith(prefix) ? text.slice(prefix.length) : text)
    },
  },
  trimsuffix: {
    usage: 'trimsuffix(text, suffix)',
    doc: 'Without the suffix, where it ends with it.',
    parameters: ['text', 'text'],
    run: (args, call) => {
      const [text, suffix] = [args.text(0), args.text(1)]
      return call.text(suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)
    },
  },
  startswith: {
    usage: 'startswith(text, prefix)',
    doc: 'Whether the text begins with the prefix.',
    parameters: ['text', 'text'],
    run: (args, call) => call.bool(args.text(0).startsWith(args.text(1))),
  },
  endswith: {
    usage: 'endswith(text, suffix)',
    doc: 'Whether the text ends with the suffix.',
    parameters: ['text', 'text'],
    run: (args, call) => call.bool(args.text(0).endsWith(args.text(1))),
  },
  strcontains: {
    usage: 'strcontains(text, part)',
    doc: 'Whether the part stands in the text.',
    parameters: ['text', 'text'],
    run: (args, call) => call.bool(args.text(0).includes(args.text(1))),
  },
  replace: {
    usage: 'replace(text, old, new)',
    doc: 'The text with each `old` replaced by `new`.',
    parameters: ['text', 'text', 'text'],
    run: (args, call) => call.text(args.text(0).split(args.text(1)).join(args.text(2))),
  },
  substr: {
    usage: 'substr(text, offset, length)',
    doc: 'A part of the text; a negative offset counts from the end, length -1 takes the rest.',
    parameters: ['text', 'number', 'number'],
    run: substring,
  },
  split: {
    usage: 'split(separator, text)',
    doc: 'A list of the parts between separators.',
    parameters: ['text', 'text'],
    run: (args, call) =>
      call.list(
        args
          .text(1)
          .split(args.text(0))
          .map((part) => call.text(part)),
      ),
  },
  join: {
    usage: 'join(separator, list...)',
    doc: 'The items of one or more lists as one text.',
    parameters: ['text', 'list'],
    rest: 'list',
    run: joinTexts,
  },
  indent: {
    usage: 'indent(spaces, text)',
    doc: 'Each line but the first moved in.',
    parameters: ['number', 'text'],
    run: indent,
  },
  format: {
    usage: 'format(format, values...)',
    doc: 'A text with %s, %d, %f, %q, %x, %t, %v in place of values.',
    parameters: ['text'],
    rest: 'any',
    run: (args, call) => formatText(args, call),
  },
  parseint: {
    usage: 'parseint(text, base)',
    doc: 'The whole number that the text is in that base.',
    parameters: ['text', 'number'],
    run: parseInteger,
  },
  tonumber: {
    usage: 'tonumber(value)',
    doc: 'The number that a text is.',
    parameters: ['any'],
    run: (args, call) => {
      const value = args.any(0)
      if (value.kind === 'number' || value.kind === 'null') return value
      const number = value.kind === 'text' ? textNumber(args.text(0)) : undefined
      return number === undefined ? call.fail('This is not a number.', 'a text such as "12.5"', 0) : call.number(number)
    },
  },
  tostring: {
    usage: 'tostring(value)',
    doc: 'A number, true or false as text.',
    parameters: ['any'],
    run: (args, call) => {
      if (args.any(0).kind === 'null') return args.any(0)
      const text = call.asText(args.any(0), 0)
      return text === undefined ? { kind: 'wrong', place: call.place } : call.text(text)
    },
  },
  tobool: {
    usage: 'tobool(value)',
    doc: 'The bool that a text is.',
    parameters: ['any'],
    run: (args, call) => {
      const value = args.any(0)
      if (value.kind === 'bool' || value.kind === 'null') return value
      const word = args.text(0)
      return word === 'true' || word === 'false'
        ? call.bool(word === 'true')
        : call.fail('This is neither true nor false.', '"true" or "false"', 0)
    },
  },
}
