import { Reader } from '../syntax/reader.ts'
import type { Source } from '../syntax/source.ts'
import { atTemplate, readTemplate } from '../syntax/template.ts'

/** A word of the file as it stands; templates are one word each, since what is in them is text. */
export interface Token {
  kind: 'word' | 'number' | 'template' | 'sign' | 'comment' | 'line-comment'
  text: string
}

const signs = ['...', '::', '==', '!=', '<=', '>=', '=>', '&&', '||']

/** The lines of a well-formed file, each as its words; a text or a comment of several lines belongs to the line it begins on. */
export function tokenLines(source: Source): Token[][] {
  const reader = new Reader(source.text)
  const lines: Token[][] = [[]]
  while (!reader.atEnd()) {
    const length = reader.newlineLength()
    if (length > 0) {
      reader.at += length
      lines.push([])
      continue
    }
    const unit = reader.text[reader.at]
    if (unit === ' ' || unit === '\t') reader.at += 1
    else lines.at(-1)?.push(nextToken(reader))
  }
  return lines
}

function nextToken(reader: Reader): Token {
  const start = reader.at
  const token = (kind: Token['kind']): Token => ({ kind, text: reader.text.slice(start, reader.at) })
  if (reader.peek('#') || reader.peek('//')) {
    const end = reader.text.indexOf('\n', start)
    reader.at = end === -1 ? reader.text.length : end
    const { text } = token('line-comment')
    return { kind: 'line-comment', text: text.trimEnd() }
  }
  if (reader.peek('/*')) {
    reader.at = reader.text.indexOf('*/', start + 2) + 2
    return token('comment')
  }
  if (atTemplate(reader)) {
    readTemplate(reader)
    return token('template')
  }
  if (reader.identifier() !== undefined) return token('word')
  if (reader.number() !== undefined) return token('number')
  const sign = signs.find((each) => reader.peek(each))
  reader.at += sign?.length ?? 1
  return token('sign')
}
