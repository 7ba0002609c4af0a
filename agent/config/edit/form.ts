import type { FormEdit, FormEdited, FormField, FormQuery, ServiceForm } from '../../../contract/index.ts'
import type { LoadOptions } from '../load.ts'
import { Problems } from '../problems.ts'
import { type AttributeSchema, type AttributeType, type BlockSchema, serviceSchema } from '../schema/index.ts'
import type { Expression } from '../syntax/ast.ts'
import type { Span } from '../syntax/source.ts'
import { evaluate } from '../values/evaluate.ts'
import { shorten } from '../values/names.ts'
import { looksSecret, mask, maskAddress } from '../values/secrets.ts'
import type { Value } from '../values/value.ts'
import { sets } from './attribute.ts'
import { blocksOf, descend, type Home, homesOf, type Step, templatesOf } from './find.ts'
import { lineStart } from './layout.ts'
import { isPlain, isReference, keyOf } from './plain.ts'
import { itemType, type Json } from './print.ts'
import { hidesSecret } from './reasons.ts'
import { editIn, openSession } from './request.ts'
import type { Session } from './session.ts'

/** Every field of a service with its value, where it stands and whether it is a plain one; undefined where no file has the service. */
export async function readForm({ name, unsaved }: FormQuery, options: LoadOptions): Promise<ServiceForm | undefined> {
  return formOf(await openSession(unsaved, options), name)
}

/** What a form's changes make of texts; nothing is written. Undefined where no file has the service. */
export async function editForm(
  { name, unsaved, changes, override = false }: FormEdit,
  options: LoadOptions,
): Promise<FormEdited | undefined> {
  const session = await openSession(unsaved, options)
  const { files, refusals, isMissing } = editIn(session, {
    kind: 'change',
    service: name,
    changes: changes as { path: string[]; value: Json }[],
    override,
  })
  if (isMissing) return undefined
  const texts = Object.fromEntries(files.map(({ name: file, after }) => [file, after]))
  const form = formOf(session, name)
  return { texts, refusals, ...(form === undefined || refusals.length > 0 ? {} : { form }) }
}

function formOf(session: Session, service: string): ServiceForm | undefined {
  const homes = homesOf(session, service)
  if (homes.length === 0) return undefined
  const form: ServiceForm = {
    service,
    files: [...new Set(homes.map(({ file }) => file.name))].toReversed(),
    fields: [],
    blocks: [],
    own: [],
    kinds: [],
    sources: homes.flatMap(sourceOf).toReversed(),
  }
  collect({ homes, templates: templatesOf(session, service), form }, [], serviceSchema, [])
  return form
}

function sourceOf({ file, block }: Home): ServiceForm['sources'] {
  if (block === undefined) return []
  const { line, endLine } = file.source.range(block)
  const { text } = file.source
  return [{ file: file.name, line, endLine, text: text.slice(lineStart(text, block.start), block.end) }]
}

interface Sight {
  homes: readonly Home[]
  templates: readonly Home[]
  form: ServiceForm
}

function collect(sight: Sight, steps: readonly Step[], schema: BlockSchema, path: readonly string[]): void {
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    collectAttribute(sight, steps, [...path, name], name, attribute)
  }
  for (const [type, block] of Object.entries(schema.blocks)) {
    noteKind(sight.form, schema, type, [...path, type])
    const keys = block.many === true ? keysOf(sight, steps, type) : [undefined]
    for (const key of keys) {
      const inner = [...path, type, ...(key === undefined ? [] : [key])]
      if (key !== undefined) sight.form.blocks.push(inner)
      const own = [...steps, { type, schema: block, ...(key === undefined ? {} : { key }) }]
      if (sight.homes.some((home) => descend(home, own) !== undefined)) sight.form.own.push(inner)
      collect(sight, own, block, inner)
    }
  }
}

/** What is only there for others, as `hooks`, comes with them; what is a list of names as well is written as that. */
function noteKind({ kinds }: ServiceForm, parent: BlockSchema, type: string, path: string[]): void {
  const block = parent.blocks[type]
  if (block === undefined || Object.hasOwn(parent.attributes, type)) return
  if (Object.keys(block.attributes).length === 0) return
  kinds.push({ path, help: block.doc, many: block.many === true, label: block.label })
}

/** The blocks of a kind that may stand often: labels, and numbers for those without. */
function keysOf({ homes, templates }: Sight, steps: readonly Step[], type: string): string[] {
  const keys = new Set<string>()
  for (const home of [...homes, ...templates]) {
    const parent = descend(home, steps)
    const blocks = parent === undefined ? [] : blocksOf(parent.body, type)
    let number = 0
    for (const { labels } of blocks) keys.add(labels[0]?.text ?? String(number++))
  }
  return [...keys]
}

function collectAttribute(
  { homes, templates, form }: Sight,
  steps: readonly Step[],
  path: string[],
  name: string,
  schema: AttributeSchema,
): void {
  const own = sets(homes, steps, name)
  const setter = own ?? sets(templates, steps, name)
  const blank: FormField = { path, ...shapeOf(schema.type), help: schema.doc, masked: false, source: 'unset' }
  if (schema.default !== undefined) blank.default = schema.default
  if (setter === undefined) {
    form.fields.push(blank)
    return
  }
  const { value } = setter.attribute
  const isInherited = own === undefined
  form.fields.push(fieldOf(blank, setter.home, value, schema.type, isInherited, setter.attribute))
  if (schema.type.is !== 'map' || value.kind !== 'object') return
  for (const entry of value.entries) {
    const key = keyOf(entry.key)
    if (key === undefined) continue
    const shape: FormField = { ...blank, path: [...path, key], ...shapeOf(schema.type.of), of: undefined }
    const span = { start: entry.key.start, end: entry.value.end }
    form.fields.push(fieldOf(shape, setter.home, entry.value, schema.type.of, isInherited, span))
  }
}

function fieldOf(
  blank: FormField,
  { file }: Home,
  expression: Expression,
  type: AttributeType,
  isInherited: boolean,
  span: Span,
): FormField {
  const isPlainValue = isPlain(expression, type)
  const isReferred = isReference(expression, type)
  const isSecret = !isReferred && hidesSecret(expression, blank.path, file)
  const own = isPlainValue ? 'literal' : isReferred ? 'reference' : 'expression'
  const shown = evaluate(expression, { ...file.scope, problems: new Problems() })
  const { file: _, ...place } = file.source.range(span)
  const field: FormField = {
    ...blank,
    masked: isSecret,
    source: isInherited ? 'template' : own,
    file: file.name,
    ...place,
  }
  const value = isSecret ? mask : writtenValue(shown, blank.path.at(-1) ?? '')
  if (value !== undefined) field.value = value
  const text = file.source.text.slice(expression.start, expression.end)
  if (!isPlainValue && !isSecret && !hasSecretKey(shown)) field.written = shorten(text, 500)
  return field
}

/** A value as it is written, references in their notation; what a secret name holds is masked. */
function writtenValue(value: Value, name: string): unknown {
  if (value.kind === 'wrong') return undefined
  const isReferred = value.kind === 'text' && /^(?:env|credential|file):/.test(textOf(value.parts))
  if (value.sensitive === true || (looksSecret(name) && !isReferred)) return mask
  if (value.kind === 'text') return maskAddress(textOf(value.parts))
  if (value.kind === 'number') return value.number
  if (value.kind === 'bool') return value.bool
  if (value.kind === 'list') return value.items.map((item) => writtenValue(item, name))
  if (value.kind === 'null') return undefined
  const object: Record<string, unknown> = Object.create(null)
  for (const [key, entry] of value.entries) object[key] = writtenValue(entry.value, key)
  return object
}

const hasSecretKey = (value: Value): boolean => value.kind === 'map' && [...value.entries.keys()].some(looksSecret)

function textOf(parts: Extract<Value, { kind: 'text' }>['parts']): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part : `\${${part.from}.${part.from === 'file' ? part.path : part.name}}`,
    )
    .join('')
}

function shapeOf(type: AttributeType): Pick<FormField, 'kind' | 'of' | 'choices' | 'whole' | 'min' | 'max'> {
  if (type.is === 'text')
    return type.oneOf === undefined ? { kind: 'text' } : { kind: 'choice', choices: [...type.oneOf] }
  if (type.is === 'list' || type.is === 'map') {
    const { kind } = shapeOf(itemType(type) ?? { is: 'any' })
    return { kind: type.is, of: kind === 'number' ? 'number' : kind === 'any' ? 'any' : 'text' }
  }
  if (type.is !== 'number') return { kind: type.is }
  const { whole, min, max } = type
  return {
    kind: 'number',
    ...(whole && { whole }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  }
}
