import { ArrowDown, ArrowUp } from 'lucide-react'
import { Icon } from '../../parts/index.ts'
import { columns } from './columns.ts'
import { nextSort, parseSort } from './sort.ts'

interface TableHeadProps {
  sort: string
  onSort: (sort: string) => void
}

export function TableHead({ sort, onSort }: TableHeadProps) {
  const { by, descending } = parseSort(sort)
  return (
    <thead>
      <tr className="head" aria-rowindex={1}>
        {columns.map(({ id, title, isNumber, sortBy }) => (
          <th
            key={id}
            scope="col"
            className={isNumber ? 'cell num' : 'cell'}
            {...(sortBy === by ? { 'aria-sort': descending ? ('descending' as const) : ('ascending' as const) } : {})}
          >
            {sortBy ? (
              <SortButton
                title={title}
                isChosen={sortBy === by}
                descending={descending}
                onClick={() => onSort(nextSort(sort, sortBy))}
              />
            ) : (
              title
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

interface SortButtonProps {
  title: string
  isChosen: boolean
  descending: boolean
  onClick: () => void
}

function SortButton({ title, isChosen, descending, onClick }: SortButtonProps) {
  return (
    <button type="button" onClick={onClick}>
      {title}
      {isChosen && <Icon of={descending ? ArrowDown : ArrowUp} size={12} />}
    </button>
  )
}
