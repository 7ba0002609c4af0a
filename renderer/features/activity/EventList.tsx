import { useVirtualizer } from '@tanstack/react-virtual'
import { Workflow } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { type AgentEvent, eventId } from '../../../contract/index.ts'
import { Icon, useIsNarrow } from '../../parts/index.ts'
import { Link, withQuery } from '../../router/index.ts'
import { EventLine } from './EventLine.tsx'

/** A narrow page has a second line for what does not fit into one. */
const rowHeights = { wide: 30, narrow: 50 } as const
/** So many rows before the end, older ones are asked for. */
const readAhead = 20

interface EventListProps {
  events: readonly AgentEvent[]
  /** Where there are older ones: how to get them. */
  onEnd?: (() => void) | undefined
}

/** Newest first, a heading for each day; only what can be seen is in the page. */
export function EventList({ events, onEnd }: EventListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = rowHeights[useIsNarrow() ? 'narrow' : 'wide']
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what the rows are measured anew for
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight])
  const items = virtual.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? -1
  const isNearEnd = lastSeen >= events.length - readAhead
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each page one looks again whether it was enough
  useEffect(() => {
    if (isNearEnd) onEnd?.()
  }, [isNearEnd, onEnd, events.length])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className="scroll" ref={scroller} tabIndex={0} aria-label="Events, newest first">
      <ol className="events" aria-label="Events" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const event = events[index]
          if (!event) return null
          const isNewDay = dayOf(event) !== dayOf(events[index - 1])
          return (
            <li key={eventId(event)} style={{ top: start }} aria-setsize={events.length} aria-posinset={index + 1}>
              <span className="faint sm day">{isNewDay ? dayOf(event) : ''}</span>
              <EventLine event={event} />
              <span className="push faint sm author cut">{event.author}</span>
              <OperationLink event={event} />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** Leads to all that the same request, crash or due time brought about. */
function OperationLink({ event: { correlationId } }: { event: AgentEvent }) {
  if (correlationId === undefined) return <span className="operation" />
  return (
    <Link
      className="operation"
      to={withQuery('/activity', { operation: correlationId })}
      title={`Show all of this operation (${correlationId})`}
      aria-label="Show all of this operation"
    >
      <Icon of={Workflow} size={14} />
    </Link>
  )
}

const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })
const dayOf = (event: AgentEvent | undefined): string => (event ? day.format(Date.parse(event.time)) : '')
