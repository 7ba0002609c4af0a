import type { Hover, TextPlace } from '../../../contract/index.ts'
import { describeFunctions } from '../functions/index.ts'
import { type AttributeSchema, type BlockSchema, rootSchema } from '../schema/index.ts'
import type { Attribute, Block, Body, Expression } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { evaluate } from '../values/evaluate.ts'
import { displayValue } from './display.ts'
import { globalUse, nameAt, type Occurrence, plainText } from './names.ts'
import { occurrencesOf } from './symbols.ts'
import { helpOf, helpOfBlock, shortType } from './types.ts'
import { visit } from './walk.ts'
import { type OpenFile, offsetOf, rangeOf, type Workspace } from './workspace.ts'

/** What stands at a place: what it means, and what it is worth. */
export function hoverAt(workspace: Workspace, at: TextPlace): Hover | null {
  const file = workspace.files.find(({ name }) => name === at.file)
  if (file === undefined) return null
  const offset = offsetOf(file.source, at)
  return hoverBody(file.body, rootSchema, { workspace, file, offset }) ?? null
}

interface Where {
  workspace: Workspace
  file: OpenFile
  offset: number
}

function isIn({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end
}

function hoverBody(body: Body, schema: BlockSchema | undefined, where: Where): Hover | undefined {
  const item = body.items.find((inner) => isIn(inner, where.offset))
  if (item === undefined) return undefined
  if (item.kind === 'attribute') {
    const known =
      schema !== undefined && Object.hasOwn(schema.attributes, item.name) ? schema.attributes[item.name] : undefined
    return hoverAttribute(item, known, where)
  }
  const inner = schema !== undefined && Object.hasOwn(schema.blocks, item.type) ? schema.blocks[item.type] : undefined
  if (isIn(item.typeSpan, where.offset)) return inner && hoverBlock(item, inner, where)
  const name = nameAt(where.file, where.offset)
  if (name?.item === item) return hoverName(name, where)
  return hoverBody(item.body, inner, where)
}

function hoverBlock(block: Block, schema: BlockSchema, { file }: Where): Hover {
  const label = { none: '', one: ' "name"', optional: ' ["name"]' }[schema.label]
  return {
    range: rangeOf(file, block.typeSpan),
    title: block.type,
    detail: `${block.type}${label} { … }`,
    help: helpOfBlock(schema),
  }
}

function hoverAttribute(attribute: Attribute, schema: AttributeSchema | undefined, where: Where): Hover | undefined {
  const { file, offset } = where
  if (!isIn(attribute.nameSpan, offset)) return hoverExpression(attribute, schema, where)
  const name = nameAt(file, offset)
  if (name !== undefined) return hoverName(name, where)
  if (schema === undefined) return undefined
  return {
    range: rangeOf(file, attribute.nameSpan),
    title: attribute.name,
    detail: shortType(schema.type),
    help: helpOf(schema),
    ...worthOfAttribute(attribute, file),
  }
}

/** What an attribute comes to, where that is more than what is written. */
function worthOfAttribute(attribute: Attribute, file: OpenFile): { value?: string } {
  if (isLiteral(attribute.value)) return {}
  const value = displayValue(evaluate(attribute.value, file.scope), attribute.name, file.scope)
  return value === undefined ? {} : { value }
}

function isLiteral(expression: Expression): boolean {
  let isPlain = true
  visit(expression, ({ kind }) => {
    if (!['literal', 'template', 'list', 'object', 'parentheses', 'unary'].includes(kind)) isPlain = false
  })
  return isPlain
}

function hoverExpression(attribute: Attribute, schema: AttributeSchema | undefined, where: Where): Hover | undefined {
  const { file, offset } = where
  const name = nameAt(file, offset)
  if (name !== undefined) return hoverName(name, where)
  let found: Hover | undefined
  visit(attribute.value, (expression, shadowed) => {
    if (!isIn(expression, offset)) return
    if (expression.kind === 'call' && isIn(expression.nameSpan, offset)) {
      found = hoverCall(expression.name, expression.nameSpan, expression, where) ?? found
    } else if (isLookup(expression) && globalUse(expression, shadowed, file) === undefined) {
      const value =
        shadowed.size > 0 ? undefined : displayValue(evaluate(expression, file.scope), attribute.name, file.scope)
      if (value !== undefined) {
        const title = file.source.text.slice(expression.start, expression.end)
        found ??= { range: rangeOf(file, expression), title, detail: 'value', help: '', value }
      }
    } else if (schema !== undefined && plainText(expression) !== undefined) {
      found ??= {
        range: rangeOf(file, expression),
        title: attribute.name,
        detail: shortType(schema.type),
        help: helpOf(schema),
      }
    }
  })
  return found
}

function isLookup({ kind }: Expression): boolean {
  return kind === 'get-attribute' || kind === 'index' || kind === 'splat'
}

function hoverCall(name: string, span: Span, call: Expression, { file }: Where): Hover | undefined {
  const known = describeFunctions().find((one) => one.name === name)
  if (known === undefined) return undefined
  const value = displayValue(evaluate(call, file.scope), '', file.scope)
  return {
    range: rangeOf(file, span),
    title: known.usage,
    detail: 'function',
    help: known.doc,
    ...(value === undefined ? {} : { value }),
  }
}

function hoverName(name: Occurrence, { workspace, file }: Where): Hover {
  const all = occurrencesOf(workspace, name)
  const declared = all.find(({ isDeclaration }) => isDeclaration)
  const uses = all.filter(({ isDeclaration }) => !isDeclaration).length
  const head = { range: rangeOf(file, name.span), title: titleOf(name) }
  const used = uses === 0 ? 'Not used.' : `Used in ${uses} ${uses === 1 ? 'place' : 'places'}.`
  const place = declared === undefined ? undefined : rangeOf(declared.file, declared.span)
  const detail = place === undefined ? 'not declared' : `declared in ${place.file}, line ${place.line}`
  const help = [descriptionOf(declared), used].filter((text) => text !== '').join(' ')
  return { ...head, detail, help, ...worthOf(name, workspace, declared) }
}

function titleOf({ kind, name }: Occurrence): string {
  if (kind === 'variable') return `var.${name}`
  return kind === 'local' ? `local.${name}` : `${kind} "${name}"`
}

/** What its block says about it. */
export function descriptionOf(declared: Occurrence | undefined): string {
  const block = declared?.item
  if (declared === undefined || block?.kind !== 'block') return ''
  const written = block.body.items.find((item) => item.kind === 'attribute' && item.name === 'description')
  const text = written?.kind === 'attribute' ? plainText(written.value)?.text : undefined
  return text === undefined || text === '' ? '' : /[.!?]$/.test(text) ? text : `${text}.`
}

/** What a variable or a local is worth, and what says so; of a service, what it runs. */
export function worthOf(
  { kind, name }: Pick<Occurrence, 'kind' | 'name'>,
  { globals, files }: Workspace,
  declared: Occurrence | undefined,
): { value?: string } {
  const [first] = files
  if (first === undefined || declared === undefined) return {}
  if (kind === 'service' || kind === 'template') return commandOf(declared)
  if (kind !== 'variable' && kind !== 'local') return {}
  const known = globals.describe(kind === 'variable' ? 'var' : 'local', name)
  const shown = known && displayValue(known.value, name, first.scope)
  if (known === undefined || shown === undefined) return {}
  if (known.by !== undefined) return { value: `${shown} (from ${known.by})` }
  const { line } = known.place.source.position(known.place.start)
  const from = files.find(({ source }) => source === known.place.source)?.name ?? known.place.source.file
  return { value: `${shown} (${kind === 'variable' ? 'default, ' : ''}${from}, line ${line})` }
}

function commandOf({ item, file }: Occurrence): { value?: string } {
  if (item?.kind !== 'block') return {}
  const written = item.body.items.find((inner) => inner.kind === 'attribute' && inner.name === 'command')
  if (written?.kind !== 'attribute') return {}
  const value = displayValue(evaluate(written.value, file.scope), 'command', file.scope)
  return value === undefined ? {} : { value: `command = ${value}` }
}
