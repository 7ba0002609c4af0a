import type { AgentEvent } from '../../../contract/index.ts'
import { Clock, Shape, withLocalTimes } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { factOf, shapeOfEvent, subjectOf } from './kinds.ts'

/** One event as a line: when, what kind, of whom, what. */
export function EventLine({ event }: { event: AgentEvent }) {
  const subject = subjectOf(event)
  return (
    <>
      <Clock iso={event.time} className="faint sm when" />
      {event.host !== undefined && (
        <span className="faint sm event-host cut" title={event.host}>
          {event.host}
        </span>
      )}
      <Shape name={shapeOfEvent(event)} />
      <span className="cut" title={withLocalTimes(event.text)}>
        {event.service === undefined ? (
          <span className="medium">{subject}</span>
        ) : (
          <Link className="medium" to={servicePath(event.service)}>
            {subject}
          </Link>
        )}{' '}
        <span className="dim">{withLocalTimes(factOf(event))}</span>
      </span>
    </>
  )
}
