import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo } from 'react'
import { Icon } from '../../parts/index.ts'
import type { Column } from './columns.ts'
import type { Coverage } from './selection.ts'
import { nextSort, parseSort } from './sort.ts'

interface TableHeadProps {
  columns: readonly Column[]
  sort: string
  onSort: (sort: string) => void
  selected: Coverage
  onSelectAll: () => void
}

/** Stays as it is while the rows below it are scrolled. */
export const TableHead = memo(function TableHead(props: TableHeadProps) {
  const { columns, sort, onSort, selected, onSelectAll } = props
  const { by, descending } = parseSort(sort)
  return (
    <thead>
      <tr className="head" aria-rowindex={1}>
        <th scope="col" className="cell">
          <input
            type="checkbox"
            className="check"
            aria-label="Select all"
            checked={selected === 'all'}
            ref={(box) => {
              if (box) box.indeterminate = selected === 'some'
            }}
            onChange={onSelectAll}
          />
        </th>
        {columns.map(({ id, title, isNumber }) => (
          <th
            key={id}
            scope="col"
            data-column={id}
            className={isNumber ? 'cell num' : 'cell'}
            {...(id === by ? { 'aria-sort': descending ? ('descending' as const) : ('ascending' as const) } : {})}
          >
            <button type="button" onClick={() => onSort(nextSort(sort, id))}>
              {title}
              {id === by && <Icon of={descending ? ArrowDown : ArrowUp} size={12} />}
            </button>
          </th>
        ))}
        <th scope="col" className="out-of-sight">
          Actions
        </th>
      </tr>
    </thead>
  )
})
