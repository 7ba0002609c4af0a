import { ArrowDown, ArrowUp, Check, ChevronDown, Columns3 } from 'lucide-react'
import { DropdownMenu, Popover } from 'radix-ui'
import { Button, Icon, IconButton } from '../../parts/index.ts'
import { setPreferences, usePreferences } from '../../store/index.ts'
import { allColumns, type Column, moveColumn, toggleColumn } from './columns.ts'
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
export function ColumnsMenu({ shown }: { shown: readonly Column[] }) {
  const isUsual = usePreferences((state) => state.columns.length === 0)
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
                      onChange={() => set(toggleColumn(shown, id))}
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
                        onClick={() => set(moveColumn(shown, id, -1))}
                      />
                      <IconButton
                        small
                        icon={ArrowDown}
                        label={`Move ${title} to the right`}
                        disabled={at === shown.length - 1}
                        onClick={() => set(moveColumn(shown, id, 1))}
                      />
                    </>
                  )}
                </li>
              )
            })}
          </ul>
          <Button small look="quiet" disabled={isUsual} onClick={() => set([])}>
            As usual
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
