import type { TemplatePart } from './ast.ts'
import type { FlatPart } from './flat.ts'
import type { Reader } from './reader.ts'

/** Puts what stands between a directive and its end inside it. @throws {SyntaxMistake} where one has no end, or no beginning */
export function nest(reader: Reader, flat: readonly FlatPart[]): TemplatePart[] {
  return new Nester(reader, flat).until([])
}

type Open = Extract<FlatPart, { kind: 'open-if' | 'open-for' }>

class Nester {
  private readonly reader: Reader
  private readonly flat: readonly FlatPart[]
  private at = 0

  constructor(reader: Reader, flat: readonly FlatPart[]) {
    this.reader = reader
    this.flat = flat
  }

  until(ends: readonly FlatPart['kind'][]): TemplatePart[] {
    const parts: TemplatePart[] = []
    for (; this.at < this.flat.length; this.at += 1) {
      const part = this.flat[this.at]
      if (part === undefined || ends.includes(part.kind)) break
      parts.push(this.one(part))
    }
    return parts
  }

  private one(part: FlatPart): TemplatePart {
    const { start, end } = part
    switch (part.kind) {
      case 'text':
        return { kind: 'text', text: part.text, start, end }
      case 'interpolation':
        return { kind: 'interpolation', expression: part.expression, start, end }
      case 'open-if':
      case 'open-for':
        this.at += 1
        return this.reader.nested(this.reader.newlinesCount, () => this.directive(part))
      default:
        throw this.reader.mistake('This directive closes nothing that is open.', start)
    }
  }

  private directive(open: Open): TemplatePart {
    const { start } = open
    if (open.kind === 'open-for') {
      const body = this.until(['end-for'])
      const end = this.close(open, 'end-for', 'endfor')
      const key = open.key === undefined ? {} : { key: open.key }
      return { kind: 'for', ...key, value: open.value, collection: open.collection, body, start, end }
    }
    const then = this.until(['else', 'end-if'])
    const hasElse = this.flat[this.at]?.kind === 'else'
    if (hasElse) this.at += 1
    const otherwise = hasElse ? this.until(['end-if']) : []
    const end = this.close(open, 'end-if', 'endif')
    return { kind: 'if', condition: open.condition, then, else: otherwise, start, end }
  }

  private close(open: Open, kind: FlatPart['kind'], word: string): number {
    const end = this.flat[this.at]
    if (end?.kind !== kind) throw this.reader.mistake(`Expected ${word} before the end of this text.`, open.start)
    return end.end
  }
}
