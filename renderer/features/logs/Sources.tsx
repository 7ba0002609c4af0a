import { ChevronDown, Plus, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type CSSProperties, useState } from 'react'
import { addressOf, mostLogHosts } from '../../../contract/index.ts'
import { capitalise, Icon } from '../../parts/index.ts'
import { useFleet, useIsEveryHost, useServices } from '../../store/index.ts'
import type { SourceColours } from './colours.ts'

interface SourcesProps {
  chosen: readonly string[]
  colours: SourceColours
  onChosen: (names: readonly string[]) => void
  label?: string
  /** What none chosen means; absent: all of them. */
  none?: string
}

/** Which services are shown, and the choice of others. */
export function Sources({ chosen, colours, onChosen, label = 'Sources', none }: SourcesProps) {
  return (
    <>
      <span className="faint sm">{label}</span>
      {chosen.map((name) => (
        <span className="src-chip" key={name}>
          <i style={{ '--src': colours.of(name) } as CSSProperties} />
          {name}
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => onChosen(chosen.filter((other) => other !== name))}
          >
            <Icon of={X} size={12} />
          </button>
        </span>
      ))}
      <Picker chosen={chosen} onChosen={onChosen} none={none} />
    </>
  )
}

/** More are found by typing. */
const mostListed = 100

function Picker({ chosen, onChosen, none }: Pick<SourcesProps, 'chosen' | 'onChosen'> & { none: string | undefined }) {
  const services = useServices()
  const [typed, setTyped] = useState('')
  const isEvery = useIsEveryHost()
  const hosts = useFleet((fleet) => fleet.hosts)
  const names = [...services.keys()].sort((a, b) => a.localeCompare(b))
  // `@atlas`: all services of a host.
  if (isEvery) names.unshift(...hosts.map(({ name }) => addressOf('', name)))
  const found = names.filter((name) => name.toLowerCase().includes(typed.trim().toLowerCase()))
  const isPart = isEvery && hosts.length > mostLogHosts
  const all =
    none ??
    (isPart
      ? `${mostLogHosts} of ${hosts.length} hosts`
      : services.size < 2
        ? (['no services', 'the one service'][services.size] ?? '')
        : `all ${services.size} services`)
  return (
    <Popover.Root onOpenChange={() => setTyped('')}>
      <Popover.Trigger className="btn sm quiet" aria-label="Choose services">
        {chosen.length > 0 && <Icon of={Plus} size={12} />}
        {chosen.length > 0 ? 'Add' : all}
        {chosen.length === 0 && <Icon of={ChevronDown} size={12} />}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu popover" align="start" sideOffset={4} aria-label="Services">
          <span className="input">
            <input
              type="text"
              aria-label="Find a service"
              placeholder="Find a service"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </span>
          <div className="picks">
            <label className="menu-item">
              <input type="checkbox" checked={chosen.length === 0} onChange={() => onChosen([])} />
              {none === undefined && !isPart ? 'All services' : capitalise(all)}
            </label>
            {found.slice(0, mostListed).map((name) => (
              <label className="menu-item" key={name}>
                <input
                  type="checkbox"
                  checked={chosen.includes(name)}
                  onChange={({ target }) =>
                    onChosen(target.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
                  }
                />
                <span className="cut">{name}</span>
              </label>
            ))}
            {found.length > mostListed && (
              <p className="faint sm more">and {found.length - mostListed} more: type a part of a name</p>
            )}
            {found.length === 0 && <p className="faint sm more">No service has this in its name.</p>}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
