import { Check, ChevronsUpDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Icon } from '../parts/index.ts'
import { usePanel } from '../store/index.ts'
import { Mark } from './Mark.tsx'

/** Whose services are shown. */
export function HostSwitcher() {
  const agent = usePanel(({ model }) => model.agent)
  const host = usePanel(({ model }) => model.host)
  const name = agent?.name ?? host?.name
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="host" aria-label="Host: This computer" title="This computer">
        <Mark />
        <span className="host-name cut">This computer</span>
        <Icon of={ChevronsUpDown} size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={2} loop>
          <DropdownMenu.Label className="menu-head">Host</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value="local">
            <DropdownMenu.RadioItem className="menu-item" value="local">
              <span className="tick">
                <DropdownMenu.ItemIndicator>
                  <Icon of={Check} size={14} />
                </DropdownMenu.ItemIndicator>
              </span>
              This computer
              {name !== undefined && <span className="push faint">{name}</span>}
            </DropdownMenu.RadioItem>
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
