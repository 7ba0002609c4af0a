import type { SortKey } from './sort.ts'

export interface Column {
  id: string
  title: string
  width: string
  isNumber?: boolean
  sortBy?: SortKey
}

/** In the order of the table. Widths of figures are fixed, so that nothing moves when they change. */
export const columns: readonly Column[] = [
  { id: 'name', title: 'Name', width: 'minmax(140px, 1fr)', sortBy: 'name' },
  { id: 'state', title: 'State', width: 'minmax(180px, 2fr)', sortBy: 'state' },
  { id: 'health', title: 'Health', width: '76px' },
  { id: 'uptime', title: 'Uptime', width: '84px', isNumber: true, sortBy: 'uptime' },
  { id: 'cpu', title: 'CPU', width: '122px', isNumber: true, sortBy: 'cpu' },
  { id: 'memory', title: 'Memory', width: '128px', isNumber: true, sortBy: 'memory' },
  { id: 'restarts', title: 'Restarts', width: '68px', isNumber: true, sortBy: 'restarts' },
  { id: 'ports', title: 'Port', width: '62px', isNumber: true },
  { id: 'tags', title: 'Tags', width: 'minmax(116px, 0.7fr)' },
]

export const columnWidths = columns.map(({ width }) => width).join(' ')
