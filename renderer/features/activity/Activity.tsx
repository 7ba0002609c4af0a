import { Search, X } from 'lucide-react'
import { type RefObject, useMemo, useRef } from 'react'
import { type AgentEvent, addressOf } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { Icon, Select, SilentHosts, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useFleet, useIsEveryHost } from '../../store/index.ts'
import { EventList } from './EventList.tsx'
import { eventMatches } from './events.ts'
import { kindOf, kinds } from './kinds.ts'
import { type Events, useEvents } from './useEvents.ts'

const firstEvents = 500
const kindChoices = [['', 'All kinds'] as const, ...kinds]
const severities = [
  ['', 'All'],
  ['warning', 'Warnings'],
  ['critical', 'Critical'],
] as const

export function Activity() {
  const [service, setService] = useParameter('service')
  const [kind, setKind] = useParameter('kind')
  const [filter, setFilter] = useParameter('filter')
  const [severity, setSeverity] = useParameter('severity')
  const [operation, setOperation] = useParameter('operation')
  const [host, setHost] = useHostChoice()
  const subject = service !== '' ? service : host === '' ? undefined : addressOf('', host)
  const events = useEvents(subject, firstEvents, kindOf(kind), operation === '' ? undefined : operation)
  const input = useRef<HTMLInputElement>(null)
  const { items } = events
  const shown = useMemo(
    () => (items ?? []).filter((event) => isShown(event, filter, severity)),
    [items, filter, severity],
  )
  useKeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
    },
  })
  return (
    <>
      <Toolbar title="Activity">
        <FilterField
          value={filter}
          onChange={setFilter}
          service={service}
          onAnyService={() => setService('')}
          operation={operation}
          onAnyOperation={() => setOperation('')}
          input={input}
        />
        <HostSelect value={host} onChange={setHost} />
        <Select label="Kind" value={kindOf(kind) ?? ''} options={kindChoices} onChange={setKind} />
        <fieldset className="seg" aria-label="Severity">
          {severities.map(([value, label]) => (
            <button key={value} type="button" aria-pressed={severity === value} onClick={() => setSeverity(value)}>
              {label}
            </button>
          ))}
        </fieldset>
      </Toolbar>
      <SilentHosts />
      <Word events={events} count={shown.length} />
      <EventList events={shown} onEnd={events.hasOlder ? events.loadOlder : undefined} />
    </>
  )
}

/** Which host is meant, under all of them; empty is all. */
function useHostChoice(): [string, (host: string) => void] {
  const [host, setHost] = useParameter('host')
  return [useIsEveryHost() ? host : '', setHost]
}

/** More hosts are found by `host:` in the filter. */
const mostHosts = 100

function HostSelect({ value, onChange }: { value: string; onChange: (host: string) => void }) {
  const isEvery = useIsEveryHost()
  const hosts = useFleet((fleet) => fleet.hosts)
  if (!isEvery) return null
  const names = [...new Set([value, ...hosts.slice(0, mostHosts).map(({ name }) => name)])].filter(Boolean)
  return (
    <Select
      label="Host"
      value={value}
      options={[['', 'All hosts'] as const, ...names.map((name) => [name, name] as const)]}
      onChange={onChange}
    />
  )
}

interface FilterFieldProps {
  value: string
  onChange: (value: string) => void
  service: string
  onAnyService: () => void
  operation: string
  onAnyOperation: () => void
  input: RefObject<HTMLInputElement | null>
}

/** So much of an operation's name tells it from the others on a page. */
const shownOfName = 8

function FilterField({ value, onChange, service, onAnyService, operation, onAnyOperation, input }: FilterFieldProps) {
  return (
    <search className="input grow">
      <Icon of={Search} size={14} />
      {service !== '' && (
        <span className="token">
          <b>service:</b>
          {service}
          <button type="button" aria-label="Events of all services" onClick={onAnyService}>
            <Icon of={X} size={12} />
          </button>
        </span>
      )}
      {operation !== '' && (
        <span className="token" title={operation}>
          <b>operation:</b>
          {operation.length > 2 * shownOfName ? `${operation.slice(0, shownOfName)}…` : operation}
          <button type="button" aria-label="Events of all operations" onClick={onAnyOperation}>
            <Icon of={X} size={12} />
          </button>
        </span>
      )}
      <input
        ref={input}
        type="text"
        aria-label="Filter events"
        placeholder="Filter by service, kind, author or text"
        value={value}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('')
          if (event.key !== 'Backspace' || value !== '') return
          if (operation !== '') onAnyOperation()
          else if (service !== '') onAnyService()
        }}
      />
      <span className="kbd" aria-hidden="true">
        /
      </span>
    </search>
  )
}

/** Said where there is no event to see. */
function Word({ events: { items, problem, hasOlder }, count }: { events: Events; count: number }) {
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (items === null || count > 0) return null
  const text = hasOlder
    ? 'Looking further back…'
    : items.length === 0
      ? 'Nothing of that has happened yet.'
      : 'No event matches the filter.'
  return (
    <p className="nothing dim" role="status">
      {text}
    </p>
  )
}

function isShown(event: AgentEvent, filter: string, severity: string): boolean {
  if (severity === 'critical' && event.severity !== 'critical') return false
  if (severity === 'warning' && event.severity === 'info') return false
  return filter === '' || eventMatches(event, filter)
}
