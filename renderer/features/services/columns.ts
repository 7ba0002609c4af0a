import type { Service } from '../../../contract/index.ts'
import type { SortKey } from './sort.ts'

export interface Column {
  id: SortKey
  title: string
  /** In pixels. */
  least: number
  /** Of the room that is left; a column of figures takes none of it, so that nothing moves when they change. */
  share?: number
  isNumber?: boolean
  /** What only some services have. */
  isFilled?: (service: Service) => boolean
}

/** All that there are, in the order in which they are offered. */
export const allColumns: readonly Column[] = [
  { id: 'name', title: 'Name', least: 130, share: 1 },
  { id: 'state', title: 'State', least: 200, share: 2.6 },
  { id: 'health', title: 'Health', least: 64, isFilled: ({ health }) => health !== 'none' },
  { id: 'uptime', title: 'Uptime', least: 74, isNumber: true },
  { id: 'cpu', title: 'CPU', least: 126, isNumber: true },
  { id: 'memory', title: 'Memory', least: 126, isNumber: true },
  { id: 'restarts', title: 'Restarts', least: 62, isNumber: true },
  { id: 'ports', title: 'Port', least: 64, isNumber: true, isFilled: ({ ports }) => ports.length > 0 },
  { id: 'tags', title: 'Tags', least: 112, share: 0.6 },
  { id: 'app', title: 'App', least: 90, share: 0.5 },
  { id: 'groups', title: 'Groups', least: 90, share: 0.5 },
  { id: 'type', title: 'Type', least: 72 },
  { id: 'host', title: 'Host', least: 90, share: 0.4 },
  { id: 'pid', title: 'Pid', least: 76, isNumber: true },
]

/** What is shown until a person has chosen. */
export const usualColumns: readonly SortKey[] = allColumns.slice(0, 9).map(({ id }) => id)

/** The same among the services of all hosts, in the same room: what fails its checks is said by the state as well. */
const usualOfHosts: readonly SortKey[] = ['name', 'host', ...usualColumns.slice(1).filter((id) => id !== 'health')]

interface Around {
  isEveryHost: boolean
  /** A column that nothing stands in gives its room to the others, until a person has chosen it. */
  empty: readonly SortKey[]
}

/** The columns of a choice, as it may have been kept: the name is always there and first, what is not known is left out. */
export function chosenColumns(choice: readonly string[], { isEveryHost, empty }: Around): readonly Column[] {
  const usual = (isEveryHost ? usualOfHosts : usualColumns).filter((id) => !empty.includes(id))
  const wanted: readonly string[] = choice.length > 0 ? ['name', ...choice] : usual
  return [...new Set(wanted)].flatMap((id) => allColumns.find((column) => column.id === id) ?? [])
}

/**
 * The columns that no service has anything for. Of all services and not of those that a filter shows: the others would
 * jump with each letter of it.
 */
export function emptyColumns(services: ReadonlyMap<string, Service>): readonly SortKey[] {
  const all = [...services.values()]
  return allColumns.flatMap(({ id, isFilled }) => (isFilled && !all.some(isFilled) ? id : []))
}

/** What is shown, with a column at the end of it, or without that column. */
export function toggleColumn(shown: readonly Column[], id: SortKey): string[] {
  const ids = shown.map((column) => column.id)
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]
}

/** What is shown, with a column so many places on; the name stays first. */
export function moveColumn(shown: readonly Column[], id: SortKey, by: number): string[] {
  const ids = shown.map((column) => column.id)
  const from = ids.indexOf(id)
  const to = Math.min(ids.length - 1, Math.max(1, from + by))
  return from < 1 ? ids : ids.toSpliced(from, 1).toSpliced(to, 0, id)
}

const checkboxPx = 32

/** The checkbox first, then the columns. */
export const tracksOf = (columns: readonly Column[]): string =>
  [
    `${checkboxPx}px`,
    ...columns.map(({ least, share }) => (share ? `minmax(${least}px, ${share}fr)` : `${least}px`)),
  ].join(' ')

/** In less room than this the table is scrolled sideways. */
export const leastWidthOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, { least }) => sum + least, checkboxPx)
