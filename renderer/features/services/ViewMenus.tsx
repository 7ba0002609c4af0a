import { ArrowDown, ArrowUp, Check, ChevronDown, Columns3 } from 'lucide-react'
import { DropdownMenu, Popover } from 'radix-ui'
import { Button, Icon, IconButton } from '../../parts/index.ts'
import { setPreferences, useIsEveryHost, usePreferences } from '../../store/index.ts'
import { allColumns, chosenColumns, moveColumn, toggleColumn } from './columns.ts'
import { type Grouping, groupings, groupingWords } from './groups.ts'

export function GroupMenu() {
  const groupBy = usePreferences((state) => state.groupBy)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn">
        Group: {groupingWords[groupBy]}
        <Icon of={ChevronDown} size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} loop>
          <DropdownMenu.RadioGroup
            value={groupBy}
            onValueChange={(value) => setPreferences({ groupBy: value as Grouping })}
          >
            {groupings.map((grouping) => (
              <DropdownMenu.RadioItem className="menu-item" key={grouping} value={grouping}>
                <span className="tick">
                  <DropdownMenu.ItemIndicator>
                    <Icon of={Check} size={14} />
                  </DropdownMenu.ItemIndicator>
                </span>
                {groupingWords[grouping]}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Which columns are shown, and in which order. */
export function ColumnsMenu() {
  const choice = usePreferences((state) => state.columns)
  const withHosts = useIsEveryHost()
  const shown = chosenColumns(choice, withHosts)
  const hidden = allColumns.filter((column) => !shown.includes(column))
  const set = (columns: string[]): void => setPreferences({ columns })
  return (
    <Popover.Root>
      <Popover.Trigger className="btn icon quiet" aria-label="Columns" title="Columns">
        <Icon of={Columns3} />
      </Popover.Trigger>
      <Popover.Portal>
        {/* Keys pressed in here are not meant for the table behind it. */}
        <Popover.Content
          className="menu columns-menu"
          align="end"
          sideOffset={4}
          aria-label="Columns"
          onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
        >
          <ul>
            {[...shown, ...hidden].map(({ id, title }) => {
              const at = shown.findIndex((column) => column.id === id)
              return (
                <li key={id} className="row">
                  <label className="row grow">
                    <input
                      type="checkbox"
                      className="check"
                      checked={at !== -1}
                      disabled={id === 'name'}
                      onChange={() => set(toggleColumn(choice, id, withHosts))}
                    />
                    {title}
                  </label>
                  {at > 0 && (
                    <>
                      <IconButton
                        small
                        icon={ArrowUp}
                        label={`Move ${title} to the left`}
                        disabled={at === 1}
                        onClick={() => set(moveColumn(choice, id, -1, withHosts))}
                      />
                      <IconButton
                        small
                        icon={ArrowDown}
                        label={`Move ${title} to the right`}
                        disabled={at === shown.length - 1}
                        onClick={() => set(moveColumn(choice, id, 1, withHosts))}
                      />
                    </>
                  )}
                </li>
              )
            })}
          </ul>
          <Button small look="quiet" disabled={choice.length === 0} onClick={() => set([])}>
            As usual
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
