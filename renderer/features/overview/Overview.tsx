import { countServices, eventId, summarise, summariseCounts } from '../../../contract/index.ts'
import { Shape, Toolbar, timeOfDay } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { isStale, usePanel, useServices } from '../../store/index.ts'
import { EventLine, useEvents } from '../activity/index.ts'
import { ConfigBanner, NoServices } from '../problems/index.ts'
import { Apps } from './Apps.tsx'
import { Attention } from './Attention.tsx'
import { ComingUp } from './ComingUp.tsx'
import { Firing } from './Firing.tsx'
import { HostGauges } from './HostGauges.tsx'

export function Overview() {
  const services = useServices()
  if (services.size === 0) return <NoServices title="Overview" />
  return (
    <>
      <Toolbar title="Overview" />
      <div className="page overview">
        <Lead />
        <ConfigBanner />
        <Attention />
        <Firing />
        <HostGauges />
        <div className="cols">
          <div className="stack col">
            <Apps />
            <ComingUp />
          </div>
          <LastEvents />
        </div>
      </div>
    </>
  )
}

/** The state of everything in one sentence. */
function Lead() {
  const services = useServices()
  const { attention, running } = countServices(services.values())
  const connection = usePanel((state) => state.connection)
  const [any] = services.values()
  if (any && isStale(any) && connection.kind === 'lost') {
    return (
      <div className="row lead-row">
        <Shape name="unknown" />
        <p className="lead dim">{summarise(services.values())}</p>
        <span className="faint counts">
          as of {timeOfDay(new Date(connection.sinceMs).toISOString())}, when the agent was last heard of
        </span>
      </div>
    )
  }
  return (
    <div className="row lead-row">
      {attention === 0 && <Shape name={running > 0 ? 'running' : 'stopped'} />}
      <p className="lead">{summarise(services.values())}</p>
      {attention > 0 && <span className="faint counts">{summariseCounts(services.values())}</span>}
    </div>
  )
}

/** As many as a tall window has room for. */
const shownEvents = 30

function LastEvents() {
  const { items, problem } = useEvents(undefined, shownEvents)
  return (
    <section className="card events-card" aria-label="Last events">
      <div className="card-head">
        <h2>Last events</h2>
        <Link className="push link sm" to="/activity">
          Activity
        </Link>
      </div>
      <ul className="list last-events">
        {items?.map((event) => (
          <li key={eventId(event)}>
            <EventLine event={event} />
          </li>
        ))}
        {items?.length === 0 && <li className="faint">Nothing has happened yet</li>}
        {problem !== null && <li className="faint">{problem}</li>}
      </ul>
    </section>
  )
}
