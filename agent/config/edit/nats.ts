import { fleetFolderName } from '../files/fleet.ts'
import type { LoadOptions } from '../load.ts'
import { type BlockSchema, rootSchema } from '../schema/index.ts'
import type { Block } from '../syntax/ast.ts'
import type { AlertEdited } from './alert.ts'
import { type Container, innerStyle, insertAttribute, insertBlock, removeAttribute, removeBlock } from './body.ts'
import { blocksOf, topBlocks } from './find.ts'
import { insideOf } from './layout.ts'
import { attributeType, isMap, type JsonObject, plainStyle, printBlock, printValue } from './print.ts'
import { openSession } from './request.ts'
import type { EditFile, Session } from './session.ts'

/** What the agent's `nats` block is to say: attributes by their names, null takes one out; null for all takes the block out. */
export interface NatsEdit {
  values: JsonObject | null
}

const noBlock: BlockSchema = { attributes: {}, blocks: {}, label: 'none', doc: '' }
const agentSchema = rootSchema.blocks.agent ?? noBlock
const natsSchema = agentSchema.blocks.nats ?? noBlock

interface Home {
  file: EditFile
  agent: Block
}

/**
 * What that makes of the texts on disk; nothing is written. All else in the files stays byte for byte. Undefined where
 * no file has an `agent` block that a new one could stand in.
 */
export async function editNats({ values }: NatsEdit, options: LoadOptions): Promise<AlertEdited> {
  const session = await openSession({}, options)
  if (values === null) removeAll(session)
  else if (!assignAll(session, values)) return undefined
  return session.changed().map(({ path, before, after }) => ({ path, before, after }))
}

/** A file with nothing but that block. */
export const natsHcl = (values: JsonObject): string =>
  `${printBlock('agent', { nats: withoutNull(values) }, agentSchema, plainStyle)}\n`

/** The one that counts most first. What the fleet wrote is not this agent's to change. */
const homesOf = (session: Session): Home[] =>
  session.files
    .toReversed()
    .filter(({ name }) => !name.startsWith(`${fleetFolderName}/`))
    .flatMap((file) => topBlocks(file.body).flatMap((agent) => (agent.type === 'agent' ? [{ file, agent }] : [])))

function natsOf(session: Session): { file: EditFile; container: Container & { block: Block } } | undefined {
  for (const { file, agent } of homesOf(session)) {
    const block = blocksOf(agent.body, 'nats').at(-1)
    if (block) return { file, container: { source: file.source, body: block.body, block, schema: natsSchema } }
  }
  return undefined
}

function assignAll(session: Session, values: JsonObject): boolean {
  if (!natsOf(session)) {
    const [home] = homesOf(session)
    if (!home) return false
    const { file, agent } = home
    const container: Container = { source: file.source, body: agent.body, block: agent, schema: agentSchema }
    const written = printBlock('nats', withoutNull(values), natsSchema, innerStyle(container))
    return session.change(file.path, [insertBlock(container, 'nats', written)])
  }
  for (const [name, value] of Object.entries(values)) if (value !== undefined) assign(session, name, value)
  return true
}

/** One at a time, since each moves what comes after it. */
function assign(session: Session, name: string, value: JsonObject[string]): void {
  const at = natsOf(session)
  if (!at || value === undefined) return
  const { file, container } = at
  const { items } = container.body
  const old = items.find((item) => (item.kind === 'block' ? item.type === name : item.name === name))
  const isBlock = Object.hasOwn(natsSchema.blocks, name)
  if (old?.kind === 'block') {
    const kept = isMap(value)
      ? printBlock(name, value, natsSchema.blocks[name] ?? noBlock, innerStyle(container))
      : null
    const splice = kept === null ? removeBlock(container, old) : { start: old.start, end: old.end, text: kept }
    session.change(file.path, [splice])
  } else if (old) {
    const style = innerStyle(container)
    const { start, end } = old.value
    const text = value === null ? '' : printValue(value, style, attributeType(natsSchema, name))
    if (value !== null && file.source.text.slice(start, end) === text) return
    session.change(file.path, [value === null ? removeAttribute(container, old) : { start, end, text }])
  } else if (value !== null && isBlock && isMap(value)) {
    const written = printBlock(name, value, natsSchema.blocks[name] ?? noBlock, innerStyle(container))
    session.change(file.path, [insertBlock(container, name, written)])
  } else if (value !== null) {
    const text = printValue(value, innerStyle(container), attributeType(natsSchema, name))
    session.change(file.path, [insertAttribute(container, name, text)])
  }
}

/** In all files, since what one says less would show through; an `agent` block that says nothing else goes with it. */
function removeAll(session: Session): void {
  for (let at = natsOf(session); at; at = natsOf(session)) {
    const { file, container } = at
    const agent = topBlocks(file.body).find(
      (block) => block.type === 'agent' && block.body.items.includes(container.block),
    )
    const { start, end } = container.block
    const inside = agent && insideOf(file.source.text, agent)
    const rest = inside && file.source.text.slice(inside.start, start) + file.source.text.slice(end, inside.end)
    const isAlone = agent !== undefined && rest?.trim() === ''
    const cut = removeBlock({ ...container, body: file.body, block: undefined }, isAlone ? agent : container.block)
    if (!session.change(file.path, [cut])) return
  }
}

const withoutNull = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
