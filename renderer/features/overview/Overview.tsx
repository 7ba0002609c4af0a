import { countServices, summarise, summariseCounts } from '../../../contract/index.ts'
import { Shape, Toolbar } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { useServices } from '../../store/index.ts'
import { EventLine, useEvents } from '../activity/index.ts'
import { ConfigBanner, NoServices } from '../problems/index.ts'
import { Apps } from './Apps.tsx'
import { Attention } from './Attention.tsx'
import { ComingUp } from './ComingUp.tsx'
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
          <li key={event.seq}>
            <EventLine event={event} />
          </li>
        ))}
        {items?.length === 0 && <li className="faint">Nothing has happened yet</li>}
        {problem !== null && <li className="faint">{problem}</li>}
      </ul>
    </section>
  )
}
