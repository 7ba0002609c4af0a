import { Star } from 'lucide-react'
import { memo } from 'react'
import { localName } from '../../../contract/index.ts'
import { serviceActions } from '../../actions/index.ts'
import { Icon, IconButton } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { usePreferences, useService } from '../../store/index.ts'
import { cells } from './cells.tsx'
import type { Column } from './columns.ts'

interface RowProps {
  id: string
  name: string
  index: number
  top: number
  columns: readonly Column[]
  isCursor: boolean
  /** Whether the Tab key stops here: one row of the table has it. */
  isEntry: boolean
  isPointedAt: boolean
  isSelected: boolean
  onSelect: (name: string, toHere: boolean) => void
}

/** One service. Draws itself anew when its own data change, not when the table does. */
export const Row = memo(function Row({ id, name, index, top, columns, onSelect, ...props }: RowProps) {
  const { isCursor, isEntry, isPointedAt, isSelected } = props
  const service = useService(name)
  if (!service) return null
  const tabIndex = isEntry ? 0 : -1
  // Pictures cost more than all else in a row, so only the row that one is at has them; the buttons are always there.
  const withIcons = isPointedAt || isCursor
  return (
    <tr
      aria-label={name}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={isCursor ? 'line is-cursor' : 'line'}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tabIndex}
      data-id={id}
    >
      <td className="cell">
        <input
          type="checkbox"
          className="check"
          aria-label={`Select ${name}`}
          tabIndex={tabIndex}
          checked={isSelected}
          onChange={() => undefined}
          onClick={({ shiftKey }) => onSelect(name, shiftKey)}
        />
      </td>
      <th scope="row" className="cell name">
        <Link
          to={servicePath(name)}
          tabIndex={tabIndex}
          title={service.description === '' ? name : `${name}: ${service.description}`}
        >
          {columns.some(({ id: column }) => column === 'host') ? localName(name) : name}
        </Link>
        <FavouriteMark name={name} />
      </th>
      {columns.map((column) => column.id !== 'name' && cells[column.id](service))}
      <td className="acts">
        {serviceActions.map((action) => (
          <IconButton
            key={action.id}
            small
            icon={withIcons ? action.icon : undefined}
            label={`${action.label} ${name}`}
            title={withIcons ? `${action.label} ${name}` : undefined}
            disabled={!action.when(service)}
            tabIndex={tabIndex}
            onClick={() => action.run(service)}
          />
        ))}
      </td>
    </tr>
  )
})

function FavouriteMark({ name }: { name: string }) {
  const isFavourite = usePreferences(({ favourites }) => favourites.includes(name))
  return isFavourite ? <Icon of={Star} size={12} /> : null
}
