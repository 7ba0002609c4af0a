import { CalendarClock } from 'lucide-react'
import { Ago, Clock, Icon } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { useServices } from '../../store/index.ts'
import { comingUp } from './apps.ts'

const mostRows = 5

/** The next runs of what runs by a schedule. */
export function ComingUp() {
  const services = useServices()
  const jobs = comingUp(services.values(), mostRows)
  if (jobs.length === 0) return null
  return (
    <section className="card" aria-label="Coming up">
      <div className="card-head">
        <h2>Coming up</h2>
        <Link className="push link sm" to="/services?filter=type%3Acron+">
          All schedules
        </Link>
      </div>
      <ul className="list coming">
        {jobs.map(({ name, description, nextStartAt }) => (
          <li key={name}>
            <Icon of={CalendarClock} size={14} />
            <Link className="medium cut subject" to={servicePath(name)}>
              {name}
            </Link>
            <span className="dim cut grow" title={description}>
              {description}
            </span>
            <Clock iso={nextStartAt} className="dim" precision="minutes" />
            <Ago iso={nextStartAt} className="faint num since" />
          </li>
        ))}
      </ul>
    </section>
  )
}
