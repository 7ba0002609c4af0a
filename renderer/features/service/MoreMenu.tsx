import { ChevronRight, Ellipsis, Zap } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Service } from '../../../contract/index.ts'
import { disable, enable, reload, type ServiceAction, sendSignal, signals } from '../../actions/index.ts'
import { Icon } from '../../parts/index.ts'

const actions: readonly ServiceAction[] = [reload, enable, disable]

/** What is done with a service now and then. */
export function MoreMenu({ service }: { service: Service }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="btn icon quiet"
        aria-label={`More actions for ${service.name}`}
        title="More actions"
      >
        <Icon of={Ellipsis} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} loop>
          {actions.map((action) => (
            <DropdownMenu.Item
              key={action.id}
              className="menu-item"
              disabled={!action.when(service)}
              title={action.refusal(service) ?? undefined}
              onSelect={() => action.run(service)}
            >
              <Icon of={action.icon} size={14} />
              {action.label}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Sub>
            <DropdownMenu.SubTrigger className="menu-item" disabled={service.pid === null}>
              <Icon of={Zap} size={14} />
              Send a signal
              <span className="push">
                <Icon of={ChevronRight} size={14} />
              </span>
            </DropdownMenu.SubTrigger>
            <DropdownMenu.Portal>
              <DropdownMenu.SubContent className="menu" sideOffset={4}>
                {signals.map((signal) => (
                  <DropdownMenu.Item
                    key={signal}
                    className="menu-item mono"
                    onSelect={() => void sendSignal(service.name, signal)}
                  >
                    {signal}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.SubContent>
            </DropdownMenu.Portal>
          </DropdownMenu.Sub>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
