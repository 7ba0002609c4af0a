import type { LateReference } from '../model.ts'
import type { Place } from '../problems.ts'
import type { TemplateText } from '../syntax/ast.ts'

/** What an expression came to. The types of the schema are asked of it afterwards. */
export type Value = TextValue | NumberValue | BoolValue | NullValue | ListValue | MapValue | WrongValue

interface Common {
  place: Place
  /** Came from a sensitive variable: masked wherever it is shown. */
  sensitive?: true
}

export interface TextValue extends Common {
  kind: 'text'
  parts: (string | LateReference)[]
  /** Where the text was written, when it is one plain text: for positions inside it. */
  written?: TemplateText
}
export interface NumberValue extends Common {
  kind: 'number'
  number: number
}
export interface BoolValue extends Common {
  kind: 'bool'
  bool: boolean
}
interface NullValue extends Common {
  kind: 'null'
}
export interface ListValue extends Common {
  kind: 'list'
  items: Value[]
}
export interface MapValue extends Common {
  kind: 'map'
  entries: Map<string, { key: Place; value: Value }>
}
/** Something is wrong with it and has been said. */
interface WrongValue extends Common {
  kind: 'wrong'
}

/** Whether a value, or anything in it, came from something sensitive. */
export function isSensitive(value: Value): boolean {
  if (value.sensitive === true) return true
  if (value.kind === 'list') return value.items.some(isSensitive)
  return value.kind === 'map' && [...value.entries.values()].some((entry) => isSensitive(entry.value))
}

/** The same value, sensitive where something that it was made of is. */
export function tinted(value: Value, from: readonly Value[]): Value {
  return value.sensitive === true || !from.some(isSensitive) ? value : { ...value, sensitive: true }
}

/** `a list`, `text`, …, for messages. */
export function nameKind(value: Value): string {
  const names = {
    text: 'text',
    number: 'a number',
    bool: 'true or false',
    null: 'null',
    list: 'a list',
    map: 'a map',
    wrong: 'something else',
  }
  return names[value.kind]
}

/** The place of the character at `index` of a plain text, back in the file; the whole text where that cannot be told. */
export function placeInText(value: TextValue, index: number): Place {
  const { written, place } = value
  if (written === undefined) return place
  const raw = place.source.text.slice(written.start, written.end)
  if (raw === written.text)
    return { source: place.source, start: written.start + index, end: written.start + index + 1 }
  let at = 0
  for (let decoded = 0; at < raw.length; ) {
    const [length, units] = writtenLength(raw, at)
    if (decoded >= index) return { source: place.source, start: written.start + at, end: written.start + at + length }
    decoded += units
    at += length
  }
  return place
}

/** How many characters the one at `at` of a quoted string takes as written, and how many it stands for. */
function writtenLength(raw: string, at: number): [length: number, units: number] {
  if (raw.startsWith('$${', at) || raw.startsWith('%%{', at)) return [3, 2]
  if (raw[at] !== '\\') return [1, 1]
  if (raw[at + 1] === 'u') return [6, 1]
  if (raw[at + 1] !== 'U') return [2, 1]
  return [10, Number.parseInt(raw.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1]
}
