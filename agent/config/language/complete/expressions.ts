import type { Completion } from '../../../../contract/index.ts'
import { describeFunctions } from '../../functions/index.ts'
import type { AttributeType } from '../../schema/index.ts'
import { nameKind, type Value } from '../../values/value.ts'
import type { Nesting, Spot } from '../cursor.ts'
import { descriptionOf, worthOf } from '../hover.ts'
import { declarationsOf } from '../names.ts'
import { helpOf, shortType } from '../types.ts'
import type { Workspace } from '../workspace.ts'
import { type Asked, type Found, item, plainInsert } from './asked.ts'
import { namesOfKind } from './names.ts'
import { valuesFor } from './texts.ts'
import { environmentNames } from './used.ts'

/** What a bare word may become: values of the type that is wanted, names, functions. */
export function completeExpression(spot: Extract<Spot, { kind: 'expression' }>, asked: Asked): Found {
  const { file, offset, workspace } = asked
  const typed = file.source.text.slice(spot.start, offset)
  const dot = typed.lastIndexOf('.')
  if (dot !== -1) return { items: membersOf(typed.slice(0, dot), workspace), from: spot.start + dot + 1 }
  const names = [...loopNames(spot.start, asked), ...globalNames(workspace)]
  return { items: [...wantedValues(spot.nesting, asked), ...names, ...functions()] }
}

/** The names of the loops that have been begun in the same value. */
function loopNames(until: number, { file, frame }: Asked): Completion[] {
  const own = frame.items.findLast(({ start }) => start <= until)
  if (own === undefined || own.isBlock) return []
  const before = file.source.text.slice(own.start, until)
  const loops = before.matchAll(/\bfor\s+([\p{L}_][\p{L}\p{Nd}_-]*)(?:\s*,\s*([\p{L}_][\p{L}\p{Nd}_-]*))?\s+in\b/gu)
  const names = new Set([...loops].flatMap(([, first = '', second]) => [first, second ?? first]))
  return [...names].map((name) => item('variable', name, { detail: 'name of the loop' }))
}

/** What is reached from `var`, `local` or a map by a dot. */
function membersOf(path: string, workspace: Workspace): Completion[] {
  const [root = '', first, ...rest] = path.split('.')
  if (first === undefined) {
    if (root === 'var' || root === 'local') return globalsOf(root === 'var' ? 'variable' : 'local', '', workspace)
    if (root !== 'env') return []
    return environmentNames(workspace).map((name) => item('name', name, { detail: 'environment variable' }))
  }
  if (root !== 'var' && root !== 'local') return []
  let value: Value | undefined = workspace.globals.find(root, first)
  for (const step of rest) value = value?.kind === 'map' ? value.entries.get(step)?.value : undefined
  if (value?.kind !== 'map') return []
  return [...value.entries].map(([key, entry]) => item('name', key, { detail: nameKind(entry.value) }))
}

function wantedValues(nesting: readonly Nesting[], asked: Asked): Completion[] {
  const { type, schema } = asked
  if (type === undefined || schema === undefined) return []
  const help = helpOf(schema)
  const detail = shortType(type)
  if (type.is === 'bool') return ['true', 'false'].map((word) => item('value', word, { detail, help }))
  if (type.is === 'number') {
    return typeof schema.default === 'number'
      ? [item('value', String(schema.default), { detail: 'default', help })]
      : []
  }
  if (type.is === 'list') return listValues(type, nesting, asked)
  if (type.is === 'map') return [item('value', '{ … }', { detail, help, insert: '{\n  ${1:name} = "${2}"\n}' })]
  const quoted = valuesFor(type, asked, '').map((value) => ({
    ...value,
    label: `"${value.label}"`,
    insert: `"${value.insert}"`,
  }))
  return quoted.length > 0 || type.is === 'any' ? quoted : [item('value', '"…"', { detail, help, insert: '"${1}"' })]
}

function listValues(
  type: Extract<AttributeType, { is: 'list' }>,
  nesting: readonly Nesting[],
  asked: Asked,
): Completion[] {
  const inner = wantedValues(nesting, { ...asked, type: type.of })
  if (type.single === true) return inner
  const detail = shortType(type)
  const empty = item('value', '[ … ]', { detail, insert: type.of.is === 'number' ? '[${1}]' : '["${1}"]' })
  const wrapped = inner
    .filter(({ label }) => label !== '"…"')
    .map((value) => ({ ...value, label: `[${value.label}]`, insert: `[${value.insert}]` }))
  return [empty, ...wrapped]
}

function globalNames(workspace: Workspace): Completion[] {
  return [...globalsOf('variable', 'var.', workspace), ...globalsOf('local', 'local.', workspace)]
}

function globalsOf(kind: 'variable' | 'local', prefix: string, workspace: Workspace): Completion[] {
  const declared = declarationsOf(workspace, kind)
  return namesOfKind(workspace, kind, true).map((name) => {
    const from = declared.get(name)
    const { value } = worthOf({ kind, name }, workspace, from)
    return item(kind, prefix + name, { detail: value ?? kind, help: descriptionOf(from) })
  })
}

function functions(): Completion[] {
  return describeFunctions().map(({ name, usage, doc }) =>
    item('function', name, {
      detail: usage,
      help: doc,
      insert: /\(\)$/.test(usage) ? `${plainInsert(name)}()` : `${plainInsert(name)}(\${1})`,
    }),
  )
}
