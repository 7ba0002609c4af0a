import { Star } from 'lucide-react'
import { type MouseEvent, memo, useState } from 'react'
import { localName, type Service } from '../../../contract/index.ts'
import { type ServiceAction, serviceActions } from '../../actions/index.ts'
import { Icon, IconButton } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { usePreferences, useService } from '../../store/index.ts'
import { cells } from './cells.tsx'
import type { Column } from './columns.ts'

export interface RowHandlers {
  onPoint(id: string): void
  /** `toHere` takes everything from the last choice to here. */
  onSelect(name: string, toHere: boolean): void
}

interface RowProps {
  id: string
  name: string
  index: number
  top: number
  columns: readonly Column[]
  isCursor: boolean
  /** Whether the Tab key stops here: one row of the table has it. */
  isEntry: boolean
  isSelected: boolean
  handlers: RowHandlers
}

/** One service. Draws itself anew when its own data change, not when the table does. */
export const Row = memo(function Row({ id, name, index, top, columns, handlers, ...props }: RowProps) {
  const { isCursor, isEntry, isSelected } = props
  const service = useService(name)
  const [isPointedAt, setPointedAt] = useState(false)
  if (!service) return null
  const point = (): void => handlers.onPoint(id)
  return (
    <tr
      aria-label={name}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={isCursor ? 'line is-cursor' : 'line'}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={isEntry ? 0 : -1}
      data-id={id}
      onPointerDown={point}
      onFocus={point}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
    >
      <td className="cell">
        <input
          type="checkbox"
          className="check"
          aria-label={`Select ${name}`}
          tabIndex={isEntry ? 0 : -1}
          checked={isSelected}
          onChange={() => undefined}
          onClick={(event: MouseEvent) => handlers.onSelect(name, event.shiftKey)}
        />
      </td>
      <th scope="row" className="cell name">
        <Link
          to={servicePath(name)}
          tabIndex={isEntry ? 0 : -1}
          title={service.description === '' ? name : `${name}: ${service.description}`}
        >
          {columns.some(({ id: column }) => column === 'host') ? localName(name) : name}
        </Link>
        <FavouriteMark name={name} />
      </th>
      {columns.map((column) => column.id !== 'name' && cells[column.id](service))}
      <td className="acts">
        {/* Pictures cost more than all else in a row, so only the row that one is at has them; the buttons are always there. */}
        {serviceActions.map((action) => (
          <ActionButton
            key={action.id}
            action={action}
            service={service}
            isEntry={isEntry}
            withIcon={isPointedAt || isCursor}
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

interface ActionButtonProps {
  action: ServiceAction
  service: Service
  isEntry: boolean
  withIcon: boolean
}

function ActionButton({ action, service, isEntry, withIcon }: ActionButtonProps) {
  return (
    <IconButton
      small
      icon={withIcon ? action.icon : undefined}
      label={`${action.label} ${service.name}`}
      title={withIcon ? `${action.label} ${service.name}` : undefined}
      disabled={!action.when(service)}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => action.run(service)}
    />
  )
}
