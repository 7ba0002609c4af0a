import type { Label, Template } from './ast.ts'
import { readExpression } from './expression.ts'
import type { FlatPart } from './flat.ts'
import { nest } from './nest.ts'
import type { Reader } from './reader.ts'
import { dedent, join, space, strip } from './whitespace.ts'

const heredocStart = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)(\r?\n)/uy

/** Space on the line of a heredoc's closing word. */
const blank = `[${space.replace('\\n', '')}]`

export function atTemplate(reader: Reader): boolean {
  if (reader.peek('"')) return true
  heredocStart.lastIndex = reader.at
  return heredocStart.test(reader.text)
}

/** @throws {SyntaxMistake} */
export function readTemplate(reader: Reader): Template {
  const start = reader.at
  const heredoc = !reader.peek('"')
  const flat = heredoc ? readHeredoc(reader) : strip(readQuoted(reader))
  const parts = nest(reader, join(flat))
  return { kind: 'template', heredoc, parts, start, end: reader.at }
}

export function readLabel(reader: Reader): Label {
  const start = reader.at
  const parts = readQuoted(reader)
  const [first] = parts
  if (parts.length > 1 || (first !== undefined && first.kind !== 'text')) {
    throw reader.mistake('A name cannot be put together from a template.', start)
  }
  return { text: first?.kind === 'text' ? first.text : '', start, end: reader.at }
}

const quotedRun = /[^"\\\n\r$%]+/uy
const heredocRun = /[^\n$%]+/uy

function readQuoted(reader: Reader): FlatPart[] {
  const open = reader.at
  reader.at += 1
  return readParts(reader, {
    closed: () => passIfNext(reader, '"'),
    literal: () => {
      if (reader.peek('\\')) return readEscape(reader)
      const atLineEnd = reader.atEnd() || reader.peek('\n') || reader.peek('\r')
      if (atLineEnd) throw reader.mistake('This string is not closed.', open)
      return readRun(reader, quotedRun)
    },
  })
}

/** Unlike `take`, without passing space: within a template, space is text. */
function passIfNext(reader: Reader, text: string): boolean {
  if (!reader.peek(text)) return false
  reader.at += text.length
  return true
}

function readHeredoc(reader: Reader): FlatPart[] {
  const open = reader.at
  heredocStart.lastIndex = open
  const [head = '', dash = '', name = ''] = heredocStart.exec(reader.text) ?? []
  reader.at += head.length
  const closing = new RegExp(`${blank}*${name}${blank}*(?=\\n)`, 'uy')
  const parts = readParts(reader, {
    closed: () => {
      if (reader.text[reader.at - 1] !== '\n') return false
      closing.lastIndex = reader.at
      const end = closing.exec(reader.text)?.[0]
      if (end === undefined) return false
      // The marker's line ends the template but its own end is still to be read: it ends the attribute.
      reader.at += end.endsWith('\r') ? end.length - 1 : end.length
      return true
    },
    literal: () => {
      if (reader.atEnd()) {
        const line = `Put ${name} on a line of its own, below the text that begins with <<${dash}${name}.`
        throw reader.mistake(`This text is not closed: expected ${name} on a line of its own.`, open, line)
      }
      return readRun(reader, heredocRun)
    },
  })
  return dash === '-' ? dedent(strip(parts)) : strip(parts)
}

/** What matches from here on, else one character. */
function readRun(reader: Reader, run: RegExp): string {
  run.lastIndex = reader.at
  const text = run.exec(reader.text)?.[0] ?? reader.text.charAt(reader.at)
  reader.at += text.length
  return text
}

interface Kind {
  /** Whether the template ends here; passes its end. */
  closed: () => boolean
  /** The text that stands here, at most to the end of the line. */
  literal: () => string
}

/** The parts of a template; each line's text is a part of its own. */
function readParts(reader: Reader, kind: Kind): FlatPart[] {
  const parts: FlatPart[] = []
  let text = ''
  let start = reader.at
  const flush = (end: number): void => {
    if (text !== '') parts.push({ kind: 'text', text, start, end })
    text = ''
    start = end
  }
  for (let count = 0; ; count += 1) {
    reader.part(count)
    const before = reader.at
    if (kind.closed()) {
      flush(before)
      return parts
    }
    if (reader.peek('$${') || reader.peek('%%{')) {
      text += reader.text.slice(reader.at + 1, reader.at + 3)
      reader.at += 3
    } else if (reader.peek('${') || reader.peek('%{')) {
      flush(before)
      parts.push(readSequence(reader))
      start = reader.at
    } else {
      text += kind.literal()
      if (reader.text[reader.at - 1] !== '\n') continue
      // HashiCorp's scanner takes `$` and `%` with what follows them, so that `%\r` is a text of its own before the line's end.
      if (/(?<![$%])(?:[$%][$%])*[$%]\r\n$/.test(text)) {
        text = text.slice(0, -1)
        flush(reader.at - 1)
        text = '\n'
      }
      flush(reader.at)
    }
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

function readEscape(reader: Reader): string {
  const start = reader.at
  const selector = reader.text[start + 1] ?? ''
  const simple = Object.hasOwn(escapes, selector) ? escapes[selector] : undefined
  if (simple !== undefined) {
    reader.at += 2
    return simple
  }
  const length = selector === 'u' ? 4 : selector === 'U' ? 8 : 0
  const digits = reader.text.slice(start + 2, start + 2 + length)
  const code = Number.parseInt(digits, 16)
  if (length === 0 || !/^[0-9a-fA-F]+$/.test(digits) || digits.length < length || code > 0x10ffff) {
    throw reader.mistake('This is not an escape sequence.', start)
  }
  reader.at += 2 + length
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code)
}

function readSequence(reader: Reader): FlatPart {
  const start = reader.at
  const isDirective = reader.peek('%')
  reader.at += 2
  const stripLeft = reader.peek('~')
  if (stripLeft) reader.at += 1
  return reader.nested(false, () => {
    const part = isDirective
      ? readDirective(reader)
      : { kind: 'interpolation' as const, expression: readExpression(reader) }
    const stripRight = reader.take('~}')
    if (!stripRight) reader.expect('}', 'Expected "}" to close this sequence.')
    return { ...part, stripLeft, stripRight, start, end: reader.at }
  })
}

type Directive =
  | { kind: 'else' | 'end-if' | 'end-for' }
  | Pick<Extract<FlatPart, { kind: 'open-if' }>, 'kind' | 'condition'>
  | Pick<Extract<FlatPart, { kind: 'open-for' }>, 'kind' | 'key' | 'value' | 'collection'>

function readDirective(reader: Reader): Directive {
  const word = reader.identifier()
  switch (word?.name) {
    case 'if':
      return { kind: 'open-if', condition: readExpression(reader) }
    case 'else':
      return { kind: 'else' }
    case 'endif':
      return { kind: 'end-if' }
    case 'endfor':
      return { kind: 'end-for' }
    case 'for':
      return readForDirective(reader)
    default:
      throw reader.mistake('Expected if, else, endif, for or endfor here.', word?.start)
  }
}

function readForDirective(reader: Reader): Directive {
  const first = reader.identifier()
  const second = reader.take(',') ? reader.identifier() : undefined
  reader.skip()
  if (first === undefined || !reader.peekWord('in'))
    throw reader.mistake('Expected a name, "in" and what to go through.')
  reader.identifier()
  const collection = readExpression(reader)
  const loop: Directive = { kind: 'open-for', value: second?.name ?? first.name, collection }
  return second === undefined ? loop : { ...loop, key: first.name }
}
