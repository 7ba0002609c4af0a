import type { SortKey } from './sort.ts'

export interface Column {
  id: SortKey
  title: string
  width: string
  isNumber?: boolean
}

/** All that there are, in the order in which they are offered. Widths of figures are fixed, so that nothing moves when they change. */
export const allColumns: readonly Column[] = [
  { id: 'name', title: 'Name', width: 'minmax(130px, 1.2fr)' },
  { id: 'state', title: 'State', width: 'minmax(200px, 2.1fr)' },
  { id: 'health', title: 'Health', width: '64px' },
  { id: 'uptime', title: 'Uptime', width: '74px', isNumber: true },
  { id: 'cpu', title: 'CPU', width: '126px', isNumber: true },
  { id: 'memory', title: 'Memory', width: '126px', isNumber: true },
  { id: 'restarts', title: 'Restarts', width: '62px', isNumber: true },
  { id: 'ports', title: 'Port', width: '64px', isNumber: true },
  { id: 'tags', title: 'Tags', width: 'minmax(112px, 0.75fr)' },
  { id: 'app', title: 'App', width: 'minmax(90px, 0.5fr)' },
  { id: 'groups', title: 'Groups', width: 'minmax(90px, 0.5fr)' },
  { id: 'type', title: 'Type', width: '72px' },
  { id: 'host', title: 'Host', width: 'minmax(90px, 0.4fr)' },
  { id: 'pid', title: 'Pid', width: '76px', isNumber: true },
]

/** What is shown until a person has chosen. */
export const usualColumns: readonly SortKey[] = allColumns.slice(0, 9).map(({ id }) => id)

/** The same among the services of all hosts, in the same room: what fails its checks is said by the state as well. */
const usualOfHosts: readonly SortKey[] = ['name', 'host', ...usualColumns.slice(1).filter((id) => id !== 'health')]

/** The columns of a choice, as it may have been kept: the name is always there and first, what is not known is left out. */
export function chosenColumns(choice: readonly string[], withHosts = false): readonly Column[] {
  const wanted: readonly string[] = choice.length > 0 ? ['name', ...choice] : withHosts ? usualOfHosts : usualColumns
  return [...new Set(wanted)].flatMap((id) => allColumns.find((column) => column.id === id) ?? [])
}

/** The choice with a column shown at the end, or left out. */
export function toggleColumn(choice: readonly string[], id: SortKey, withHosts = false): string[] {
  const shown = chosenColumns(choice, withHosts).map((column) => column.id)
  return shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id]
}

/** The choice with a column so many places on; the name stays first. */
export function moveColumn(choice: readonly string[], id: SortKey, by: number, withHosts = false): string[] {
  const shown = chosenColumns(choice, withHosts).map((column) => column.id)
  const from = shown.indexOf(id)
  const to = Math.min(shown.length - 1, Math.max(1, from + by))
  return from < 1 ? shown : shown.toSpliced(from, 1).toSpliced(to, 0, id)
}

/** The checkbox first, then the columns. */
export const tracksOf = (columns: readonly Column[]): string => ['32px', ...columns.map(({ width }) => width)].join(' ')
