import type { FormEdit, FormField, ServiceForm } from '../../../contract/index.ts'

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
  fields: FormField[]
}

export const nameOf = ({ path }: FormField): string => path.join('.')

/** The fields that are shown, by the block that they stand in. */
export function groupsOf({ fields, blocks }: ServiceForm, withAll: boolean): FieldGroup[] {
  const groups = new Map<string, FormField[]>()
  for (const field of fields) {
    if (isEntry(field, fields) || (isShadowed(field, blocks) && field.source === 'unset')) continue
    const isOfBlock = blocks.some((block) => block.every((step, at) => field.path[at] === step))
    if (!withAll && !isOfBlock && field.source === 'unset' && !usual.has(nameOf(field))) continue
    const title = field.path.slice(0, -1).join(' ')
    groups.set(title, [...(groups.get(title) ?? []), field])
  }
  return [...groups].map(([title, held]) => ({ title, fields: held }))
}

/** Entries of a map are part of its own field. */
const isEntry = ({ path }: FormField, fields: readonly FormField[]): boolean =>
  fields.some(
    (map) =>
      map.kind === 'map' && map.path.length + 1 === path.length && map.path.every((step, at) => path[at] === step),
  )

/** A list of names has no place beside blocks that say the same. */
const isShadowed = ({ path }: FormField, blocks: readonly string[][]): boolean =>
  path.length === 1 && blocks.some(([type]) => type === path[0])

/** A value as a person edits it: lists an item a line, maps as NAME=value. */
export function textOf({ kind, value }: FormField): string {
  if (value === undefined || value === null) return ''
  if (kind === 'list') return (Array.isArray(value) ? value : [value]).map(String).join('\n')
  if (kind === 'map')
    return Object.entries(value)
      .map(([name, item]) => `${name}=${wordOf(item)}`)
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
    const items = text.split('\n').filter((line) => line.trim() !== '')
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
  const after = new Map(text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [entryOf(line)])))
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
