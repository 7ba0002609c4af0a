import type { Attribute, Block, Body, Expression } from './syntax/ast.ts'
import { readFile } from './syntax/body.ts'
import { Source } from './syntax/source.ts'

export type EditValue = string | number | boolean
/** `text` is the whole file after the change; `refused` says why there was none. */
export type EditResult = { text: string } | { refused: string }

/**
 * Changes one value in a file's text and nothing else, byte for byte. `path` goes from the top of the file: block types and
 * labels, then the attribute and, within its value, keys and indexes: `service web environment PORT`, `service web ports 0`.
 * What an expression gives is not overwritten, since the change would lose what the person wrote.
 */
export function setAttribute(text: string, path: readonly string[], value: EditValue): EditResult {
  const source = new Source('', text)
  const { body, gaps } = readFile(source)
  if (gaps.length > 0) return { refused: 'The file has syntax errors; they must be mended first.' }
  const target = findInBody(body, path)
  if (target === undefined) return { refused: `The file sets no ${path.join('.')}.` }
  if (!isLiteral(target)) {
    const written = source.text.slice(target.start, target.end).slice(0, 100)
    return { refused: `${path.join('.')} is not a plain value but ${written}; change it by hand.` }
  }
  const changed = source.text.slice(0, target.start) + print(value, target) + source.text.slice(target.end)
  return { text: source.mark + changed }
}

function findInBody(body: Body, path: readonly string[]): Expression | undefined {
  const [first, ...rest] = path
  if (first === undefined) return undefined
  for (const item of body.items) {
    const found = item.kind === 'attribute' ? findInAttribute(item, first, rest) : findInBlock(item, first, rest, path)
    if (found !== undefined) return found
  }
  return undefined
}

function findInAttribute(attribute: Attribute, name: string, rest: readonly string[]): Expression | undefined {
  return attribute.name === name ? findInValue(attribute.value, rest) : undefined
}

function findInBlock(
  block: Block,
  type: string,
  rest: readonly string[],
  path: readonly string[],
): Expression | undefined {
  // `services` only wraps: a path need not name it.
  if (block.type === 'services' && type !== 'services') return findInBody(block.body, path)
  if (block.type !== type) return undefined
  const labels = block.labels.map(({ text }) => text)
  if (labels.some((label, index) => rest[index] !== label)) return undefined
  return findInBody(block.body, rest.slice(labels.length))
}

function findInValue(value: Expression, path: readonly string[]): Expression | undefined {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (value.kind === 'list') {
    const item = /^\d+$/.test(step) ? value.items[Number(step)] : undefined
    return item === undefined ? undefined : findInValue(item, rest)
  }
  if (value.kind !== 'object') return undefined
  // The last of two equal keys is the one that counts.
  const entry = value.entries.findLast(({ key }) => keyName(key) === step)
  return entry === undefined ? undefined : findInValue(entry.value, rest)
}

function keyName(key: Expression): string | undefined {
  if (key.kind === 'variable') return key.name
  const [part] = key.kind === 'template' ? key.parts : []
  return part?.kind === 'text' ? part.text : undefined
}

function isLiteral(value: Expression): boolean {
  if (value.kind === 'literal') return true
  if (value.kind === 'unary') return value.operand.kind === 'literal'
  if (value.kind !== 'template' || value.heredoc) return false
  return value.parts.every((part) => part.kind === 'text' && !/^(?:env|credential|file):/.test(part.text))
}

/** In the notation that stands there: a number in quotes stays in quotes. */
function print(value: EditValue, before: Expression): string {
  return typeof value === 'string' || before.kind === 'template' ? quoteText(String(value)) : String(value)
}

/** A text as HCL writes it, with everything escaped that would mean something else. */
export function quoteText(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/([$%])\{/g, '$1$1{')
    .replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${escaped}"`
}
