import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { Bytes, Icon, Percent, Shape } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import type { Column } from './columns.ts'
import type { GroupItem } from './groups.ts'

interface GroupRowProps {
  item: GroupItem
  index: number
  top: number
  columns: readonly Column[]
  isCursor: boolean
  isEntry: boolean
  onToggle: (id: string) => void
}

/** The head of a group: how many there are, the worst of them, and what they use together. */
export const GroupRow = memo(function GroupRow(props: GroupRowProps) {
  const { item, index, top, columns, isCursor, isEntry, onToggle } = props
  const { id, label, names, attention, worst, isOpen } = item
  return (
    <tr
      aria-label={`${label}, ${names.length}`}
      aria-rowindex={index + 2}
      className={isCursor ? 'line group-line is-cursor' : 'line group-line'}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={isEntry ? 0 : -1}
      data-id={id}
    >
      <td className="cell">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={label}
          tabIndex={-1}
          onClick={() => onToggle(id)}
        >
          <Icon of={isOpen ? ChevronDown : ChevronRight} size={12} />
        </button>
      </td>
      {columns.map((column) => {
        if (column.id === 'name')
          return (
            <th key="name" scope="row" className="cell">
              {label} <span className="faint count">{names.length}</span>
            </th>
          )
        if (column.id === 'state')
          return (
            <td key="state" className="cell state" data-state={worst}>
              {attention > 0 ? (
                <>
                  <Shape name={worst} />
                  <span className="word">
                    {attention} {attention === 1 ? 'needs' : 'need'} attention
                  </span>
                </>
              ) : (
                !isOpen && <Shape name={worst} />
              )}
            </td>
          )
        if (column.id === 'cpu' || column.id === 'memory')
          return <SumCell key={column.id} names={names} of={column.id} />
        return <td key={column.id} className="cell" />
      })}
    </tr>
  )
})

function SumCell({ names, of }: { names: readonly string[]; of: 'cpu' | 'memory' }) {
  const sum = usePanel(({ model }) => {
    let total: number | null = null
    for (const name of names) {
      const usage = model.usage.get(name)
      const value = of === 'cpu' ? usage?.cpuPercent : usage?.memoryBytes
      if (typeof value === 'number') total = (total ?? 0) + value
    }
    return total
  })
  return <td className="cell num">{of === 'cpu' ? <Percent value={sum} /> : <Bytes value={sum} />}</td>
}
