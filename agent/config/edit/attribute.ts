import type { EditRefusal } from '../../../contract/index.ts'
import type { AttributeType } from '../schema/index.ts'
import type { Attribute, Expression } from '../syntax/ast.ts'
import { mask } from '../values/secrets.ts'
import { innerStyle, insertAttribute, insertBlock, removeAttribute, removeBlock } from './body.ts'
import { addPart, type Change, nextChange, type Place, removePart, replace } from './change.ts'
import { attributeOf, descend, type Home, homesOf, type Path, partOf, type Step, shadows, templatesOf } from './find.ts'
import { insideOf } from './layout.ts'
import { isPlain, isWorth } from './plain.ts'
import {
  attributeType,
  headOf,
  itemType,
  type Json,
  type JsonObject,
  printBlock,
  printValue,
  type Style,
} from './print.ts'
import { refuseExpression, refuseMask, refuseTemplate } from './reasons.ts'
import type { Session } from './session.ts'

/** A service that is being changed. */
export interface Edit {
  session: Session
  service: string
  /** Write over what expressions and templates give. */
  override: boolean
}

type AttributePath = Path & Required<Pick<Path, 'attribute'>>

/** What may hold a reference: that is all that matters for saying whether something is one. */
const lateText: AttributeType = { is: 'text', late: true }

/** Steps towards one value; what takes more is written anew as a whole. */
const maxSteps = 300

export function setAttribute(edit: Edit, target: AttributePath, path: readonly string[], value: Json): EditRefusal[] {
  const { session, service, override } = edit
  const { steps, attribute, rest } = target
  if (sets(homesOf(session, service), steps, attribute.name) !== undefined) return converge(edit, target, path, value)
  const inherited = sets(templatesOf(session, service), steps, attribute.name)
  if (inherited !== undefined) {
    const part = partOf(inherited.attribute.value, rest)
    const type = typeAt(attribute.schema.type, rest)
    if (part !== undefined && isWorth(part, value, type, inherited.home.file.scope)) return []
    if (!override) return [refuseTemplate(inherited.home, path, inherited.attribute, true)]
  }
  if (JSON.stringify(value).includes(mask)) return [refuseMask(path)]
  if (inherited === undefined || rest.length === 0) {
    createValues(edit, steps, { [attribute.name]: nest(rest, value) })
    return []
  }
  // The whole map comes along, so that the service keeps what else the template says in it.
  const { source } = inherited.home
  const { start, end } = inherited.attribute.value
  createValues(edit, steps, { [attribute.name]: source.text.slice(start, end) }, true)
  return converge(edit, target, path, value)
}

export interface Setter {
  home: Home
  attribute: Attribute
}

/** What sets an attribute, of homes of which the first counts most. */
export function sets(homes: readonly Home[], steps: readonly Step[], name: string): Setter | undefined {
  for (const home of homes) {
    const inner = descend(home, steps)
    const attribute = inner && attributeOf(inner.body, name)
    if (inner !== undefined && attribute !== undefined) return { home: inner, attribute }
    if (shadows(home, steps)) return undefined
  }
  return undefined
}

const typeAt = (type: AttributeType, rest: readonly string[]): AttributeType =>
  rest.reduce<AttributeType>((at) => itemType(at) ?? { is: 'any' }, type)

const nest = (rest: readonly string[], value: Json): Json =>
  rest.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)

function converge(edit: Edit, target: AttributePath, path: readonly string[], value: Json): EditRefusal[] {
  const { session } = edit
  const before = session.files
  for (let step = 0; step < maxSteps; step += 1) {
    const setter = setterOf(edit, target)
    const change = towards(setter, target, value, edit.override)
    const refusal = judge(edit, setter, target, path, change)
    if (refusal !== undefined || 'refused' in change) {
      session.restore(before)
      return refusal === undefined ? [] : [refusal]
    }
    if (change.splices.length === 0) return []
    if (!session.change(setter.home.file.path, change.splices)) break
  }
  session.restore(before)
  writeWhole(edit, target, value)
  return []
}

/** For what cannot be changed piece by piece: the value anew, in the notation of a list or a map. */
function writeWhole(edit: Edit, target: AttributePath, value: Json): void {
  const { home, attribute } = setterOf(edit, target)
  const part = partOf(attribute.value, target.rest) ?? attribute.value
  const place: Place = { source: home.source, scope: home.file.scope, override: edit.override }
  const splice = replace(part, value, typeAt(target.attribute.schema.type, target.rest), place)
  if (edit.session.change(home.file.path, [splice])) return
  throw new Error(`${target.attribute.name} of ${edit.service} cannot be written in place`)
}

function setterOf({ session, service }: Edit, { steps, attribute }: AttributePath): Setter {
  const setter = sets(homesOf(session, service), steps, attribute.name)
  if (setter === undefined) throw new Error(`${attribute.name} of ${service} has gone while it was changed`)
  return setter
}

function towards({ home, attribute }: Setter, target: AttributePath, value: Json, override: boolean): Change {
  const { rest } = target
  const { type } = target.attribute.schema
  const place: Place = { source: home.source, scope: home.file.scope, override }
  const part = partOf(attribute.value, rest)
  const asked = { value, type: typeAt(type, rest) }
  if (part !== undefined) return nextChange(part, asked, place)
  const whole = partOf(attribute.value, rest.slice(0, -1))
  if (whole?.kind === 'object' || whole?.kind === 'list') return addPart(whole, rest.at(-1) ?? '', asked, place)
  return { refused: whole ?? attribute.value }
}

function judge(
  edit: Edit,
  { home, attribute }: Setter,
  { rest }: AttributePath,
  path: readonly string[],
  change: Change,
): EditRefusal | undefined {
  if ('refused' in change) {
    // A part of what an expression gives as a whole cannot be written without the rest.
    const canOverride = partOf(attribute.value, rest) !== undefined || change.refused.kind === 'object'
    return refuseExpression(edit.session, home, path, change.refused, lateText, canOverride)
  }
  return change.splices.some(({ text }) => text.includes(mask)) ? refuseMask(path) : undefined
}

/** Takes an attribute, or a part of its value, out of every file of the service. */
export function unsetAttribute(edit: Edit, target: AttributePath, path: readonly string[]): EditRefusal[] {
  const { session, service, override } = edit
  const { steps, attribute, rest } = target
  const { type } = attribute.schema
  for (let isFirst = true; ; isFirst = false) {
    const setter = sets(homesOf(session, service), steps, attribute.name)
    if (setter === undefined) return isFirst ? inheritedRefusal(edit, target, path) : []
    const { home } = setter
    const place: Place = { source: home.source, scope: home.file.scope, override }
    if (rest.length > 0) {
      const whole = partOf(setter.attribute.value, rest.slice(0, -1))
      if (whole === undefined) return []
      const change = removePart(whole, rest.at(-1) ?? '', typeAt(type, rest), place)
      const refusal = judge(edit, setter, target, path, change)
      if (refusal !== undefined || 'refused' in change) return refusal === undefined ? [] : [refusal]
      session.change(home.file.path, change.splices)
      return []
    }
    if (!override && !isPlain(setter.attribute.value, type)) {
      return [refuseExpression(session, home, path, setter.attribute.value, type)]
    }
    session.change(home.file.path, [removeAttribute(home, setter.attribute)])
    prune(edit, steps, home.file.path)
  }
}

function inheritedRefusal({ session, service }: Edit, target: AttributePath, path: readonly string[]): EditRefusal[] {
  const inherited = sets(templatesOf(session, service), target.steps, target.attribute.name)
  if (inherited === undefined || partOf(inherited.attribute.value, target.rest) === undefined) return []
  return [refuseTemplate(inherited.home, path, inherited.attribute, false)]
}

/** A block that says nothing any more goes as well. */
function prune({ session, service }: Edit, steps: readonly Step[], file: string): void {
  for (let depth = steps.length; depth > 0; depth -= 1) {
    if (steps[depth - 1]?.schema.many === true) return
    const home = homesOf(session, service).find((each) => each.file.path === file)
    const inner = home && descend(home, steps.slice(0, depth))
    if (inner?.block === undefined || inner.body.items.length > 0) return
    const inside = insideOf(inner.source.text, inner.block)
    if (inner.source.text.slice(inside.start, inside.end).trim() !== '') return
    session.change(file, [removeBlock(inner, inner.block)])
  }
}

/** Puts values into a block of a service, with the blocks on the way there that are missing. `isText`: they are HCL already. */
export function createValues(edit: Edit, steps: readonly Step[], values: JsonObject, isText = false): void {
  const homes = homesOf(edit.session, edit.service).toReversed()
  const depthOf = (home: Home): number =>
    steps.findLastIndex((_, at) => descend(home, steps.slice(0, at + 1)) !== undefined) + 1
  const [first] = homes
  if (first === undefined) throw new Error(`No file has a service "${edit.service}"`)
  const home = homes.reduce((best, each) => (depthOf(each) > depthOf(best) ? each : best), first)
  const depth = depthOf(home)
  const inner = descend(home, steps.slice(0, depth)) ?? home
  const custom = isText ? { custom: (value: unknown) => (typeof value === 'string' ? value : undefined) } : {}
  const style: Style = { ...innerStyle(inner), ...custom }
  const printOf = (at: Home, name: string, value: Json): string =>
    printValue(value, style, attributeType(at.schema, name))
  const [step, ...deeper] = steps.slice(depth)
  if (step === undefined) {
    for (const [name, value] of Object.entries(values)) {
      const now = homesOf(edit.session, edit.service).find(({ file }) => file.path === home.file.path)
      const at = now && descend(now, steps)
      if (at !== undefined && value !== undefined) putAttribute(edit.session, at, name, printOf(at, name, value))
    }
    return
  }
  const nested = deeper.reduceRight<JsonObject>((held, each) => ({ [each.type]: labelled(each, held) }), values)
  const { head, rest } = headOf(step.type, labelled(step, nested), step.schema)
  const written = printBlock(head, rest, step.schema, style)
  edit.session.change(inner.file.path, [insertBlock(inner, step.type, written)])
}

/** Inserts an attribute; one that is null there gets the value. */
function putAttribute(session: Session, home: Home, name: string, text: string): void {
  const unset = home.body.items.find((item): item is Attribute => item.kind === 'attribute' && item.name === name)
  const splice = unset === undefined ? insertAttribute(home, name, text) : { ...spanOf(unset.value), text }
  session.change(home.file.path, [splice])
}

const spanOf = ({ start, end }: Expression) => ({ start, end })

const labelled = ({ key, schema }: Step, values: JsonObject): JsonObject =>
  key === undefined || schema.label === 'none' || /^\d+$/.test(key) ? values : { label: key, ...values }
