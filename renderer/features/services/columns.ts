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
  { id: 'name', title: 'Name', width: 'minmax(130px, 0.9fr)', sortBy: 'name' },
  { id: 'state', title: 'State', width: 'minmax(220px, 2.4fr)', sortBy: 'state' },
  { id: 'health', title: 'Health', width: '72px' },
  { id: 'uptime', title: 'Uptime', width: '82px', isNumber: true, sortBy: 'uptime' },
  { id: 'cpu', title: 'CPU', width: '118px', isNumber: true, sortBy: 'cpu' },
  { id: 'memory', title: 'Memory', width: '126px', isNumber: true, sortBy: 'memory' },
  { id: 'restarts', title: 'Restarts', width: '68px', isNumber: true, sortBy: 'restarts' },
  { id: 'ports', title: 'Port', width: '62px', isNumber: true },
  { id: 'tags', title: 'Tags', width: 'minmax(112px, 0.6fr)' },
]

export const columnWidths = columns.map(({ width }) => width).join(' ')
