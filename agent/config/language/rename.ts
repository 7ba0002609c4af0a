import { isDeepStrictEqual } from 'node:util'
import type { Renamed, TextEdit, TextPlace } from '../../../contract/index.ts'
import { type LoadOptions, loadConfiguration } from '../load.ts'
import type { Origin } from '../model.ts'
import { Problems } from '../problems.ts'
import { Source } from '../syntax/source.ts'
import { checkLabel, shorten } from '../values/names.ts'
import { readOnlyReason } from './disk.ts'
import type { NameKind, Occurrence } from './names.ts'
import { occurrenceAt, occurrencesOf } from './symbols.ts'
import { rangeOf, textsOf, type Workspace } from './workspace.ts'

const words: Readonly<Record<NameKind, string>> = {
  service: 'service',
  app: 'app',
  group: 'group',
  variable: 'variable',
  local: 'local value',
  template: 'template',
  field: 'field',
  credential: 'credential',
  alert: 'alert',
  notification: 'notification',
}

/** Nothing is known of where these are used: in values of other services, or in texts. */
const notRenamed: ReadonlySet<NameKind> = new Set(['field', 'credential'])

/**
 * The edits that give a name another one in every file. They are tried before they are handed out: where the files would
 * no longer load, or come to something else, it is refused with the reason.
 */
export async function renameName(
  workspace: Workspace,
  question: { at: TextPlace; to: string; unsaved: Readonly<Record<string, string>> },
  options: LoadOptions,
): Promise<Renamed> {
  const { at, to, unsaved } = question
  const name = occurrenceAt(workspace, at)
  if (name === undefined) return refuse('There is no name here that could be changed.')
  const all = occurrencesOf(workspace, name)
  const refused = refusalOf(workspace, name, all, to, options)
  if (refused !== undefined) return refuse(refused)
  if (to === name.name) return { edits: [] }
  const edits = all.map(({ file, span }): TextEdit => ({ ...rangeOf(file, span), text: to }))
  const problem = await tryEdits(workspace, name, all, to, { ...options, texts: textsOf(unsaved, workspace.folder) })
  return problem === undefined ? { edits } : refuse(problem)
}

function refuse(refused: string): Renamed {
  return { edits: [], refused }
}

function refusalOf(
  workspace: Workspace,
  { kind, name }: Occurrence,
  all: readonly Occurrence[],
  to: string,
  options: LoadOptions,
): string | undefined {
  const what = words[kind]
  if (notRenamed.has(kind)) return `A ${what} is renamed by hand: its name is also used in values.`
  const invalid = invalidName(kind, to)
  if (invalid !== undefined) return invalid
  if (kind !== 'group' && !all.some(({ isDeclaration }) => isDeclaration)) {
    return `There is no ${what} "${shorten(name)}" in these files.`
  }
  const [taken] = to === name ? [] : occurrencesOf(workspace, { kind, name: to })
  if (taken !== undefined) {
    const { file, line } = rangeOf(taken.file, taken.span)
    return taken.isDeclaration
      ? `There is a ${what} "${to}" already, in ${file}, line ${line}.`
      : `"${to}" is already used as the name of a ${what}, in ${file}, line ${line}.`
  }
  const given = kind === 'variable' ? givenFrom(name, options) : undefined
  if (given !== undefined) return `The value of this variable is given by ${given}: change it there first.`
  for (const file of workspace.files) {
    const [gap] = file.gaps
    if (gap === undefined) continue
    const { line } = file.source.position(gap.mistake.span.start)
    return `${file.name} has a mistake in line ${line}: mend it first, so that no use of this name is missed.`
  }
  for (const file of new Set(all.map(({ file }) => file))) {
    const reason = readOnlyReason(file.path, workspace.folder)
    if (reason !== undefined) return `${file.name} would have to change. ${reason}`
  }
  return undefined
}

function invalidName(kind: NameKind, to: string): string | undefined {
  if (kind === 'local' || kind === 'variable') {
    const isName = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(to)
    if (!isName)
      return `"${shorten(to)}" cannot be the name of a ${words[kind]}: letters, digits, "_" and "-", no digit first.`
    if (kind === 'local') return checkWith(kind, to)
  }
  return checkWith(kind, to)
}

function checkWith(kind: NameKind, to: string): string | undefined {
  const problems = new Problems()
  const source = new Source('', to)
  if (checkLabel(words[kind], to, { source, start: 0, end: to.length }, problems)) return undefined
  const [problem] = problems.sorted([])
  return [problem?.message, problem?.expected === undefined ? '' : `Expected ${problem.expected}.`].join(' ').trim()
}

function givenFrom(name: string, { env, variables }: LoadOptions): string | undefined {
  if (env[`HXE_VAR_${name}`] !== undefined) return `HXE_VAR_${name} in the environment`
  return variables !== undefined && Object.hasOwn(variables, name) ? `--var ${name}` : undefined
}

/** What would be wrong with the files, or different in them, after the edits. */
async function tryEdits(
  workspace: Workspace,
  { kind, name }: Occurrence,
  all: readonly Occurrence[],
  to: string,
  options: LoadOptions,
): Promise<string | undefined> {
  const before = await loadConfiguration(options)
  // Files with mistakes come to nothing that could be compared; their names are changed nevertheless.
  if (before.configuration === undefined) return undefined
  const texts: Record<string, string | null> = { ...options.texts }
  for (const file of workspace.files) {
    const own = all.filter((other) => other.file === file)
    if (own.length > 0) texts[file.path] = edited(file.source, own, to)
  }
  const after = await loadConfiguration({ ...options, texts })
  const error = after.diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined) {
    return `The name is also put together by an expression, which has to be changed by hand first: ${error.file}:${error.line}: ${error.message}`
  }
  const isGlobal = kind === 'variable' || kind === 'local'
  const marked = (origins: readonly Origin[] = []): unknown[] =>
    origins
      .map(({ path, value }) => [renamedPath(path, kind, name, to), isGlobal ? value : renamedValue(value, name, to)])
      .sort(byText)
  const isSame = isDeepStrictEqual(marked(before.configuration.origins), marked(after.configuration?.origins))
  return isSame ? undefined : 'The files would come to something else under that name; nothing was changed.'
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

function renamedPath(path: string, kind: NameKind, name: string, to: string): string {
  const type = kind === 'service' ? 'services' : kind
  const prefix = `${type}.${name}.`
  return path.startsWith(prefix) ? `${type}.${to}.${path.slice(prefix.length)}` : path
}

function renamedValue(value: unknown, name: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === name ? to : item))
  return value === name ? to : value
}

function edited(source: Source, names: readonly Occurrence[], to: string): string {
  let text = source.text
  for (const { span } of names.toSorted((a, b) => b.span.start - a.span.start)) {
    text = text.slice(0, span.start) + to + text.slice(span.end)
  }
  return source.mark + text
}
