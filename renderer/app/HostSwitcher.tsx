import { Check, ChevronsUpDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { everyHost, type FleetHost } from '../../contract/index.ts'
import { Icon, Shape } from '../parts/index.ts'
import { showHost, useFleet } from '../store/index.ts'
import { Mark } from './Mark.tsx'

const here = 'This computer'
const all = 'All hosts'
/** No host can be called so: the space is not taken in names. */
const hereValue = ' '

/** Whose services are shown. */
export function HostSwitcher() {
  const chosen = useFleet((fleet) => fleet.chosen)
  const hosts = useFleet((fleet) => fleet.hosts)
  const self = hosts.find((host) => host.self)
  const others = hosts.filter((host) => !host.self)
  const shown = chosen === everyHost ? all : (chosen ?? here)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="host" aria-label={`Host: ${shown}`} title={shown}>
        <Mark />
        <span className="host-name cut">{shown}</span>
        <Icon of={ChevronsUpDown} size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={2} loop>
          <DropdownMenu.Label className="menu-head">Host</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={chosen ?? hereValue}
            onValueChange={(value) => showHost(value === hereValue ? null : value)}
          >
            {others.length > 0 && (
              <Host value={everyHost} label={all} aside={awayWords(others.filter(isAway).length, hosts.length)} />
            )}
            <Host value={hereValue} label={here} aside={self?.name} />
            {others.map((host) => (
              <Host
                key={host.id}
                value={host.name}
                label={host.name}
                isAway={isAway(host)}
                aside={isAway(host) ? 'unreachable' : failing(host.services.failing)}
              />
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const isAway = ({ state }: FleetHost): boolean => state === 'unreachable'

const awayWords = (away: number, all: number): string => (away > 0 ? `${all}, ${away} unreachable` : String(all))

const failing = (count: number): string | undefined => (count > 0 ? `${count} failing` : undefined)

interface HostProps {
  value: string
  label: string
  aside: string | undefined
  isAway?: boolean
}

function Host({ value, label, aside, isAway = false }: HostProps) {
  return (
    <DropdownMenu.RadioItem className="menu-item" value={value}>
      <span className="tick">
        <DropdownMenu.ItemIndicator>
          <Icon of={Check} size={14} />
        </DropdownMenu.ItemIndicator>
      </span>
      {isAway && <Shape name="unknown" />}
      {label}
      {aside !== undefined && <span className="push faint">{aside}</span>}
    </DropdownMenu.RadioItem>
  )
}
