import type { BlockSchema, TextFormat } from '../schema/index.ts'
import { rootSchema } from '../schema/index.ts'
import type { Attribute, Block, Body, Expression } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { textTypeOf } from './types.ts'
import { children, visit } from './walk.ts'
import type { OpenFile, Workspace } from './workspace.ts'

export type NameKind =
  | 'service'
  | 'app'
  | 'group'
  | 'variable'
  | 'local'
  | 'template'
  | 'field'
  | 'credential'
  | 'alert'
  | 'notification'

/** A name where it is declared or used. */
export interface Occurrence {
  kind: NameKind
  name: string
  isDeclaration: boolean
  file: OpenFile
  /** The name itself, without quotes. */
  span: Span
  /** The block or the attribute that declares it. */
  item?: Block | Attribute
}

const declaring: readonly string[] = [
  'service',
  'app',
  'group',
  'variable',
  'template',
  'field',
  'credential',
  'alert',
  'notification',
] satisfies NameKind[]

const formatKinds: Partial<Record<TextFormat, NameKind>> = {
  service: 'service',
  group: 'group',
  template: 'template',
  notification: 'notification',
}

/** Every name that the files declare or use, in their order. */
export function namesOf({ files }: Pick<Workspace, 'files'>): Occurrence[] {
  return files.flatMap(namesIn)
}

const known = new WeakMap<OpenFile, Occurrence[]>()

function namesIn(file: OpenFile): Occurrence[] {
  const before = known.get(file)
  if (before !== undefined) return before
  const found: Occurrence[] = []
  readBody(file.body, rootSchema, file, found)
  known.set(file, found)
  return found
}

function readBody(body: Body, schema: BlockSchema | undefined, file: OpenFile, found: Occurrence[]): void {
  for (const item of body.items) {
    if (item.kind === 'attribute') {
      if (schema?.anyAttribute !== undefined && item.name !== '') {
        found.push({ kind: 'local', name: item.name, isDeclaration: true, file, span: item.nameSpan, item })
      }
      readAttribute(item, schema, file, found)
      continue
    }
    const inner = schema !== undefined && Object.hasOwn(schema.blocks, item.type) ? schema.blocks[item.type] : undefined
    const [label] = item.labels
    if (label !== undefined && inner?.label === 'one' && declaring.includes(item.type)) {
      const span = withoutQuotes(label, file)
      found.push({ kind: item.type as NameKind, name: label.text, isDeclaration: true, file, span, item })
    }
    readBody(item.body, inner, file, found)
  }
}

function withoutQuotes(span: Span, file: OpenFile): Span {
  const isQuoted = file.source.text[span.start] === '"'
  return isQuoted ? { start: span.start + 1, end: span.end - 1 } : { start: span.start, end: span.end }
}

function readAttribute(
  attribute: Attribute,
  schema: BlockSchema | undefined,
  file: OpenFile,
  found: Occurrence[],
): void {
  const type = schema === undefined ? undefined : schema.attributes[attribute.name]?.type
  const format = type === undefined ? undefined : textTypeOf(type)?.format
  const kind = format === undefined ? undefined : formatKinds[format]
  if (kind !== undefined) readLiterals(attribute.value, kind, file, found)
  visit(attribute.value, (expression, shadowed) => {
    const use = globalUse(expression, shadowed, file)
    if (use !== undefined) found.push(use)
  })
}

/** The plain texts that an expression may come to: those of its lists and of both sides of its conditions. */
function readLiterals(expression: Expression, kind: NameKind, file: OpenFile, found: Occurrence[]): void {
  const plain = plainText(expression)
  if (plain !== undefined) found.push({ kind, name: plain.text, isDeclaration: false, file, span: plain.span })
  else if (expression.kind === 'conditional') {
    readLiterals(expression.then, kind, file, found)
    readLiterals(expression.else, kind, file, found)
  } else if (expression.kind === 'list' || expression.kind === 'parentheses') {
    for (const inner of children(expression)) readLiterals(inner, kind, file, found)
  }
}

/** A text in quotes without anything to be worked out. */
export function plainText(expression: Expression): { text: string; span: Span } | undefined {
  if (expression.kind !== 'template' || expression.heredoc) return undefined
  const [part, second] = expression.parts
  if (second !== undefined || (part !== undefined && part.kind !== 'text')) return undefined
  return { text: part?.text ?? '', span: { start: expression.start + 1, end: expression.end - 1 } }
}

/** The use of a variable or a local that an expression is: `var.x`, `local["x"]`. */
export function globalUse(
  expression: Expression,
  shadowed: ReadonlySet<string>,
  file: OpenFile,
): Occurrence | undefined {
  if (expression.kind !== 'get-attribute' && expression.kind !== 'index') return undefined
  const { object } = expression
  if (object.kind !== 'variable' || shadowed.has(object.name)) return undefined
  if (object.name !== 'var' && object.name !== 'local') return undefined
  const kind = object.name === 'var' ? 'variable' : 'local'
  if (expression.kind === 'get-attribute') {
    return { kind, name: expression.name, isDeclaration: false, file, span: expression.nameSpan }
  }
  const index = plainText(expression.index)
  return index && { kind, name: index.text, isDeclaration: false, file, span: index.span }
}

/** What declares each name of a kind; of several, the first. */
export function declarationsOf(workspace: Pick<Workspace, 'files'>, kind: NameKind): Map<string, Occurrence> {
  const found = new Map<string, Occurrence>()
  for (const other of namesOf(workspace)) {
    if (other.kind === kind && other.isDeclaration && !found.has(other.name)) found.set(other.name, other)
  }
  return found
}

/** The name at an offset of a file. */
export function nameAt(file: OpenFile, offset: number): Occurrence | undefined {
  return namesIn(file).find(({ span }) => span.start <= offset && offset <= span.end)
}
