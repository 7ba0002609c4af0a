import type { TextPlace, TextRange, TextSymbol } from '../../../contract/index.ts'
import { nameAt, namesOf, type Occurrence } from './names.ts'
import { offsetOf, rangeOf, type Workspace } from './workspace.ts'

/** Names that one answer holds. */
const maxSymbols = 20_000

export function symbolsOf(workspace: Workspace): TextSymbol[] {
  const declared = namesOf(workspace).filter(({ isDeclaration }) => isDeclaration)
  return declared.slice(0, maxSymbols).map(({ name, kind, file, span }) => ({
    name,
    kind: kind === 'field' || kind === 'credential' || kind === 'alert' || kind === 'notification' ? 'other' : kind,
    range: rangeOf(file, span),
  }))
}

/** The name at a place. */
export function occurrenceAt(workspace: Workspace, at: TextPlace): Occurrence | undefined {
  const file = workspace.files.find(({ name }) => name === at.file)
  return file && nameAt(file, offsetOf(file.source, at))
}

/** Everywhere that a name is declared or used. */
export function occurrencesOf(workspace: Workspace, { kind, name }: Pick<Occurrence, 'kind' | 'name'>): Occurrence[] {
  return namesOf(workspace).filter((other) => other.kind === kind && other.name === name)
}

/** Where the name at a place is declared: once in each file that adds to it. */
export function definitionsOf(workspace: Workspace, at: TextPlace): TextRange[] {
  const name = occurrenceAt(workspace, at)
  if (name === undefined) return []
  return occurrencesOf(workspace, name).flatMap((other) =>
    other.isDeclaration ? [rangeOf(other.file, other.span)] : [],
  )
}

/** Where the name at a place is declared and used. */
export function referencesOf(workspace: Workspace, at: TextPlace): TextRange[] {
  const name = occurrenceAt(workspace, at)
  if (name === undefined) return []
  return occurrencesOf(workspace, name).map(({ file, span }) => rangeOf(file, span))
}
