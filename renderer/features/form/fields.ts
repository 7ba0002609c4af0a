import type { BlockKind, FormEdit, FormField, ServiceForm } from '../../../contract/index.ts'

/** What people change most is always there; the rest where somebody has said something of it. */
const usual: ReadonlySet<string> = new Set([
  'command',
  'args',
  'working_dir',
  'environment',
  'depends_on',
  'tags',
  'autostart',
  'replicas',
  'restart.policy',
  'restart.delay',
  'restart.max_retries',
  'stop.timeout',
  'resources.memory_limit',
  'resources.cpu_limit',
])

export interface FieldGroup {
  /** `restart`, `health_check ready`; empty for the service itself. */
  title: string
  /** Of the block; empty for the service itself. */
  path: string[]
  fields: FormField[]
}

export const nameOf = ({ path }: FormField): string => path.join('.')

/** The fields that are shown, by the block that they stand in. */
export function groupsOf(form: ServiceForm, withAll: boolean, opened: readonly string[][] = []): FieldGroup[] {
  const { fields, blocks } = form
  const there = [...blocks, ...opened, ...emptyBlocks(form)]
  const groups = new Map<string, FormField[]>()
  for (const field of fields) {
    if (isEntry(field, fields) || (isShadowed(field, blocks) && field.source === 'unset')) continue
    const isOfBlock = there.some((block) => block.every((step, at) => field.path[at] === step))
    if (!withAll && !isOfBlock && field.source === 'unset' && !usual.has(nameOf(field))) continue
    const title = field.path.slice(0, -1).join(' ')
    groups.set(title, [...(groups.get(title) ?? []), field])
  }
  return [...groups].map(([title, held]) => ({ title, path: held[0]?.path.slice(0, -1) ?? [], fields: held }))
}

/** Blocks of the service that say nothing yet: whoever put them there is about to. */
const emptyBlocks = ({ own, fields }: ServiceForm): string[][] =>
  own.filter((block) => !fields.some(({ path, source }) => source !== 'unset' && isSame(path.slice(0, -1), block)))

/** Kinds of which the service may have one more. */
export const addableKinds = ({ kinds, own }: ServiceForm): BlockKind[] =>
  kinds.filter(({ path, many }) => many || !own.some((there) => isSame(there, path)))

/** Where a new block is: by its label, else by the number that comes next. */
export function newBlockPath({ blocks }: ServiceForm, { path, many }: BlockKind, label: string): string[] {
  if (!many) return path
  if (label.trim() !== '') return [...path, label.trim()]
  const numbered = blocks.filter((block) => isSame(block.slice(0, -1), path) && /^\d+$/.test(block.at(-1) ?? ''))
  return [...path, String(numbered.length)]
}

export const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((step, at) => step === b[at])

/** Entries of a map are part of its own field. */
const isEntry = ({ path }: FormField, fields: readonly FormField[]): boolean =>
  fields.some(
    (map) =>
      map.kind === 'map' && map.path.length + 1 === path.length && map.path.every((step, at) => path[at] === step),
  )

/** A list of names has no place beside blocks that say the same. */
const isShadowed = ({ path }: FormField, blocks: readonly string[][]): boolean =>
  path.length === 1 && blocks.some(([type]) => type === path[0])

/** What a text area of items says below itself. */
export const continuationHint = 'An item a line; a line that ends in \\ goes on with the next.'

/** Several lines that are one item: each but the last ends in a backslash, and one of its own is written twice. */
const asLines = (item: string): string =>
  item
    .split('\n')
    .map((line) => line.replace(/\\+$/, '$&$&'))
    .join('\\\n')

/** The items of a text, as `asLines` writes them. */
function itemsOf(text: string): string[] {
  const items: string[] = []
  let open: string[] = []
  for (const line of text.split('\n')) {
    const count = /\\*$/.exec(line)?.[0].length ?? 0
    const kept = line.slice(0, line.length - Math.ceil(count / 2))
    open.push(kept)
    if (count % 2 === 1) continue
    items.push(open.join('\n'))
    open = []
  }
  if (open.length > 0) items.push(open.join('\n'))
  return items.filter((item) => item.trim() !== '')
}

/** A value as a person edits it: lists an item a line, maps as NAME=value. */
export function textOf({ kind, value }: FormField): string {
  if (value === undefined || value === null) return ''
  if (kind === 'list') return (Array.isArray(value) ? value : [value]).map((item) => asLines(String(item))).join('\n')
  if (kind === 'map')
    return Object.entries(value)
      .map(([name, item]) => asLines(`${name}=${wordOf(item)}`))
      .join('\n')
  return wordOf(value)
}

const wordOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

type Changes = FormEdit['changes']

/** What a person's text changes; an empty one takes the value away. */
export function changesOf(field: FormField, text: string): Changes {
  const { path, kind } = field
  if (text === textOf(field)) return []
  if (kind === 'map') return mapChanges(field, text)
  if (text.trim() === '' && kind !== 'text') return [{ path, value: null }]
  if (text === '') return [{ path, value: null }]
  if (kind === 'list') {
    const items = itemsOf(text)
    return [{ path, value: field.of === 'number' ? items.map(numberOf) : items }]
  }
  if (kind === 'number') return [{ path, value: numberOf(text) }]
  if (kind === 'bool') return [{ path, value: text === 'true' }]
  return [{ path, value: text }]
}

/** What is no number is written as it is, for the agent to say what is wrong with it. */
function numberOf(text: string): number | string {
  const number = Number(text.trim())
  return text.trim() !== '' && Number.isFinite(number) ? number : text
}

function mapChanges({ path, value }: FormField, text: string): Changes {
  const before = new Map(Object.entries(value ?? {}).map(([name, item]) => [name, wordOf(item)]))
  const after = new Map(itemsOf(text).map(entryOf))
  const removed = [...before.keys()]
    .filter((name) => !after.has(name))
    .map((name) => ({ path: [...path, name], value: null }))
  const changed = [...after].filter(([name, item]) => before.get(name) !== item)
  return [...removed, ...changed.map(([name, item]) => ({ path: [...path, name], value: item }))]
}

function entryOf(line: string): [string, string] {
  const at = line.indexOf('=')
  return at === -1 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)]
}

/** A file's text with other lines in place of those from `line` to `endLine`; line ends stay as the file has them. */
export function withLines(text: string, { line, endLine }: { line: number; endLine: number }, lines: string): string {
  const newline = /\r\n/.test(text) ? '\r\n' : '\n'
  const all = text.split('\n')
  const tail = all[endLine - 1]?.endsWith('\r') === true ? '\r' : ''
  const put = lines.replace(/\r?\n/g, newline) + tail
  return [...all.slice(0, line - 1), put, ...all.slice(endLine)].join('\n')
}
