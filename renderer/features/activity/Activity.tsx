import { useVirtualizer } from '@tanstack/react-virtual'
import { Search } from 'lucide-react'
import { useMemo, useRef } from 'react'
import type { AgentEvent } from '../../../contract/index.ts'
import { useKeys } from '../../actions/index.ts'
import { Icon, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { EventLine } from './EventLine.tsx'
import { eventMatches } from './events.ts'
import { useEvents } from './useEvents.ts'

const mostEvents = 2_000
const severities = [
  ['', 'All'],
  ['warning', 'Warnings'],
  ['critical', 'Critical'],
] as const

export function Activity() {
  const { items, problem } = useEvents(undefined, mostEvents)
  const [filter, setFilter] = useParameter('filter')
  const [severity, setSeverity] = useParameter('severity')
  const input = useRef<HTMLInputElement>(null)
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
        <search className="input grow">
          <Icon of={Search} size={14} />
          <input
            ref={input}
            type="text"
            aria-label="Filter events"
            placeholder="Filter by service, kind, author or text"
            value={filter}
            spellCheck={false}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setFilter('')}
          />
          <span className="kbd" aria-hidden="true">
            /
          </span>
        </search>
        <fieldset className="seg" aria-label="Severity">
          {severities.map(([value, label]) => (
            <button key={value} type="button" aria-pressed={severity === value} onClick={() => setSeverity(value)}>
              {label}
            </button>
          ))}
        </fieldset>
      </Toolbar>
      {problem !== null && <p className="nothing dim">{problem}</p>}
      {items !== null && shown.length === 0 && problem === null && (
        <p className="nothing dim" role="status">
          {items.length === 0 ? 'Nothing has happened yet.' : 'No event matches the filter.'}
        </p>
      )}
      <EventList events={shown} />
    </>
  )
}

function isShown(event: AgentEvent, filter: string, severity: string): boolean {
  if (severity === 'critical' && event.severity !== 'critical') return false
  if (severity === 'warning' && event.severity === 'info') return false
  return filter === '' || eventMatches(event, filter)
}

const rowHeight = 30

/** Newest first, a heading for each day; only what can be seen is in the page. */
export function EventList({ events }: { events: readonly AgentEvent[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  return (
    <div className="scroll" ref={scroller}>
      <ol className="events" aria-label="Events" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const event = events[index]
          if (!event) return null
          const isNewDay = dayOf(event) !== dayOf(events[index - 1])
          return (
            <li key={event.seq} style={{ top: start }} aria-setsize={events.length} aria-posinset={index + 1}>
              <span className="faint sm day">{isNewDay ? dayOf(event) : ''}</span>
              <EventLine event={event} />
              <span className="push faint sm author cut">{event.author}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })
const dayOf = (event: AgentEvent | undefined): string => (event ? day.format(Date.parse(event.time)) : '')
