import type { EditRefusal } from '../../../contract/index.ts'
import type { BlockSchema } from '../schema/index.ts'
import { serviceSchema } from '../schema/index.ts'
import type { Block } from '../syntax/ast.ts'
import { createValues, type Edit, setAttribute, unsetAttribute } from './attribute.ts'
import { removeBlock } from './body.ts'
import { attributeOf, blocksOf, descend, type Home, homesOf, readPath, type Step, templatesOf } from './find.ts'
import { decoded } from './plain.ts'
import { isAttribute, isList, isMap, type Json, type JsonObject } from './print.ts'
import { pathText, refuseTemplate } from './reasons.ts'

/** A name that a service, or a block of it, does not have. */
export class UnknownPath extends Error {
  override name = 'UnknownPath'
  readonly path: string
  constructor(path: readonly string[]) {
    super(`A service has no ${pathText(path)}.`)
    this.path = pathText(path)
  }
}

/**
 * Gives one thing of a service a value where it is written, or where a person would write it; null takes it away. Maps and
 * blocks are changed by their members, lists as a whole. @throws {UnknownPath}
 */
export function assign(edit: Edit, path: readonly string[], value: Json): EditRefusal[] {
  const target = readPath(path, blocksMeant(path, value))
  if (target === undefined) throw new UnknownPath(path)
  const { attribute, steps } = target
  if (attribute !== undefined) {
    if (value === null) return unsetAttribute(edit, { ...target, attribute }, path)
    if (isMap(value) && attribute.schema.type.is === 'map')
      return each(value, (name, item) => assign(edit, [...path, name], item))
    const blocks = target.rest.length === 0 ? removeOwnBlocks(edit, path) : []
    return [...blocks, ...setAttribute(edit, { ...target, attribute }, path, value)]
  }
  const last = steps.at(-1)
  if (last === undefined) throw new UnknownPath(path)
  if (value === null) return removeBlocks(edit, steps, path)
  if (last.schema.many === true && last.key === undefined) {
    if (isList(value)) return setBlocks(edit, steps, path, value.filter(isMap))
    const key = isMap(value) && typeof value.label === 'string' ? value.label : '0'
    return assign(edit, [...path, key], value)
  }
  if (!isMap(value)) throw new UnknownPath(path)
  const isEmpty = Object.keys(value).every((name) => name === 'label')
  if (isEmpty && ownBlocks(edit, steps).length === 0) createValues(edit, steps, {})
  return each(value, (name, item) => (name === 'label' && last.key === item ? [] : assign(edit, [...path, name], item)))
}

/** `depends_on` is an attribute and a block: its value decides. */
function blocksMeant(path: readonly string[], value: Json): boolean {
  const name = path.at(-1) ?? ''
  return !isAttribute(name, value, serviceSchema)
}

function each(values: JsonObject, act: (name: string, value: Json) => EditRefusal[]): EditRefusal[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : act(name, value)))
}

/** Gives a service, or a block of it, these members and no others. */
export function replaceMembers(
  edit: Edit,
  path: readonly string[],
  schema: BlockSchema,
  values: JsonObject,
): EditRefusal[] {
  const homes = homesOf(edit.session, edit.service)
  const steps = readPath(path, true)?.steps ?? []
  const written = new Set<string>()
  for (const home of homes) {
    for (const item of descend(home, steps)?.body.items ?? [])
      written.add(item.kind === 'attribute' ? item.name : item.type)
  }
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, value] as const],
  )
  const unknown = given.find(
    ([name]) => name !== 'label' && !Object.hasOwn(schema.attributes, name) && !Object.hasOwn(schema.blocks, name),
  )
  if (unknown !== undefined) throw new UnknownPath([...path, unknown[0]])
  const removed = [...written]
    .filter((name) => values[name] === undefined || values[name] === null)
    .flatMap((name) => assign(edit, [...path, name], null))
  return [
    ...removed,
    ...given.flatMap(([name, value]) => (name === 'label' ? [] : replaceMember(edit, [...path, name], schema, value))),
  ]
}

function replaceMember(edit: Edit, path: readonly string[], parent: BlockSchema, value: Json): EditRefusal[] {
  const name = path.at(-1) ?? ''
  if (isAttribute(name, value, parent)) {
    const target = readPath(path)
    if (target?.attribute === undefined) throw new UnknownPath(path)
    const { attribute } = target
    return [...removeOwnBlocks(edit, path), ...setAttribute(edit, { ...target, attribute }, path, value)]
  }
  const block = parent.blocks[name]
  if (block?.many === true) return assign(edit, path, isList(value) ? value : [value])
  return block === undefined || !isMap(value) ? assign(edit, path, value) : replaceMembers(edit, path, block, value)
}

/** What is given as a list of names takes the place of blocks: `depends_on`. */
function removeOwnBlocks(edit: Edit, path: readonly string[]): EditRefusal[] {
  const steps = readPath(path, true)?.steps ?? []
  const isBlock = steps.at(-1)?.type === path.at(-1)
  return isBlock && ownBlocks(edit, steps).length > 0 ? removeBlocks(edit, steps, path) : []
}

interface Own {
  home: Home
  block: Block
}

/** The blocks that steps lead to, in all files of the service; the file that counts most first. */
function ownBlocks({ session, service }: Edit, steps: readonly Step[], homes = homesOf(session, service)): Own[] {
  const last = steps.at(-1)
  if (last === undefined) return []
  return homes.flatMap((home) => {
    const parent = descend(home, steps.slice(0, -1))
    if (parent === undefined) return []
    if (last.key === undefined) return blocksOf(parent.body, last.type).map((block) => ({ home: parent, block }))
    const inner = descend(parent, [last])
    return inner?.block === undefined ? [] : [{ home: parent, block: inner.block }]
  })
}

function removeBlocks(edit: Edit, steps: readonly Step[], path: readonly string[]): EditRefusal[] {
  const { session, service } = edit
  const count = ownBlocks(edit, steps).length
  if (count === 0) {
    const [inherited] = ownBlocks(edit, steps, templatesOf(session, service))
    return inherited === undefined ? [] : [refuseTemplate(inherited.home, path, inherited.block, false)]
  }
  for (let left = count; left > 0; left -= 1) {
    const own = ownBlocks(edit, steps).at(-1)
    if (own !== undefined) session.change(own.home.file.path, [removeBlock(own.home, own.block)])
  }
  return []
}

/** Makes the blocks of a kind those of a list: what is there is changed in place, the rest added or taken away. */
function setBlocks(
  edit: Edit,
  steps: readonly Step[],
  path: readonly string[],
  list: readonly JsonObject[],
): EditRefusal[] {
  const { session, service, override } = edit
  const last = steps.at(-1)
  if (last === undefined) return []
  const parents = steps.slice(0, -1)
  const attribute = readPath(path)?.attribute
  const refusals = attribute === undefined ? [] : unsetAttribute(edit, { steps: parents, attribute, rest: [] }, path)
  const [inherited] = ownBlocks(edit, steps, templatesOf(session, service))
  if (inherited !== undefined && ownBlocks(edit, steps).length === 0 && !override) {
    return [refuseTemplate(inherited.home, path, inherited.block, true)]
  }
  const matched = match(ownBlocks(edit, steps), list)
  const kept = new Set(matched.filter((key) => key !== undefined))
  for (const [at, key] of matched.entries()) {
    const values = list[at]
    if (key === undefined || values === undefined) continue
    refusals.push(...replaceMembers(edit, [...path, key], last.schema, values))
  }
  for (const key of keysOf(ownBlocks(edit, steps)).toReversed()) {
    if (!kept.has(key)) refusals.push(...removeBlocks(edit, [...parents, { ...last, key }], [...path, key]))
  }
  for (const [at, key] of matched.entries()) {
    const values = list[at]
    if (key !== undefined || values === undefined) continue
    const { label, ...rest } = values
    // A number that none has: it is a block of its own.
    const step = { ...last, key: typeof label === 'string' && label !== '' ? label : '99999' }
    createValues(edit, [...parents, step], rest)
  }
  return refusals
}

function keysOf(blocks: readonly Own[]): string[] {
  let unlabelled = 0
  return [...new Set(blocks.map(({ block }) => block.labels[0]?.text ?? String(unlabelled++)))]
}

/** Which block each of a list means: by its label, by the service that it names, else by its number. */
function match(blocks: readonly Own[], list: readonly JsonObject[]): (string | undefined)[] {
  const free = new Map(keysOf(blocks).map((key, at) => [key, blocks[at]] as const))
  const take = (key: string | undefined): string | undefined => {
    if (key === undefined || !free.delete(key)) return undefined
    return key
  }
  return list.map(({ label, service }) => {
    if (typeof label === 'string') return take(label)
    const unlabelled = [...free].filter(([, own]) => own?.block.labels.length === 0)
    if (typeof service !== 'string') return take(unlabelled[0]?.[0])
    return take(unlabelled.find(([, own]) => own !== undefined && namedService(own) === service)?.[0])
  })
}

function namedService({ home, block }: Own): unknown {
  const attribute = attributeOf(block.body, 'service')
  return attribute && decoded(attribute.value, { is: 'text' }, home.file.scope)?.value
}
