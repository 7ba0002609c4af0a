import type { Completion } from '../../../../contract/index.ts'
import type { Spot } from '../cursor.ts'
import { type NameKind, namesOf } from '../names.ts'
import type { Workspace } from '../workspace.ts'
import { type Asked, item, plainInsert } from './asked.ts'
import { mapKeys } from './used.ts'

/** Names that are declared or used, each once, in the order of the alphabet. */
export function namesOfKind(workspace: Workspace, kind: NameKind, isDeclared?: boolean): string[] {
  const names = namesOf(workspace).filter((other) => other.kind === kind)
  const declared = new Set(names.flatMap(({ name, isDeclaration }) => (isDeclaration ? [name] : [])))
  const all = new Set(names.map(({ name }) => name))
  const chosen = [...all].filter(
    (name) => name !== '' && (isDeclared === undefined || declared.has(name) === isDeclared),
  )
  return chosen.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** Names that are used and that nothing declares yet: what one is most likely about to write. */
export function completeLabel(spot: Extract<Spot, { kind: 'label' }>, { workspace, frame }: Asked): Completion[] {
  const schema = frame.schema?.blocks[spot.type]
  if (schema === undefined || schema.label !== 'one' || spot.index > 0) return []
  const kinds: readonly string[] = ['service', 'group', 'variable', 'template', 'notification'] satisfies NameKind[]
  if (!kinds.includes(spot.type)) return []
  return namesOfKind(workspace, spot.type as NameKind, false).map((name) =>
    item('name', name, {
      detail: `${spot.type}, used and not declared`,
      insert: spot.isQuoted ? plainInsert(name) : `"${plainInsert(name)}"`,
    }),
  )
}

/** Keys that maps of this attribute have elsewhere. */
export function completeKey(spot: Extract<Spot, { kind: 'key' }>, { workspace, frame }: Asked): Completion[] {
  if (spot.nesting.length !== 1) return []
  const keys =
    spot.attribute === 'fields' ? namesOfKind(workspace, 'field', true) : mapKeys(workspace, frame.type, spot.attribute)
  return keys
    .filter((key) => !spot.keys.includes(key))
    .map((key) => item('name', key, { detail: 'used elsewhere', insert: `${plainInsert(key)} = "\${1}"` }))
}
