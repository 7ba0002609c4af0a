import { alertPath, needsAttention } from '../../../contract/index.ts'
import { Ago, capitalise, Shape } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { usePanel, useServices } from '../../store/index.ts'
import { behindSubject } from '../activity/index.ts'

const mostRows = 5

/** What alerts say beyond the services that need attention anyway: disks, the agent, a service that runs and is not well. */
export function Firing() {
  const services = useServices()
  const { items } = usePanel(({ model }) => model.alerts)
  const isSaid = (name: string | undefined): boolean => {
    const service = name === undefined ? undefined : services.get(name)
    return service !== undefined && needsAttention(service)
  }
  // What follows from another is told with it.
  const told = items.filter(({ cause, service, acknowledged }) => !cause && !acknowledged && !isSaid(service))
  if (told.length === 0) return null
  const more = told.length - mostRows
  return (
    <section className="card" aria-label="Firing alerts">
      <ul className="list attention">
        {told.slice(0, mostRows).map(({ id, severity, service, host, summary, startsAt }) => (
          <li key={id}>
            <Shape name={severity} />
            <Link className="medium cut subject" to={alertPath(id)} title={summary}>
              {service ?? host}
            </Link>
            <span className="dim cut grow" title={summary}>
              {capitalise(behindSubject(summary, service ?? host))}
            </span>
            <Ago iso={startsAt} className="faint sm num since" />
          </li>
        ))}
        {more > 0 && (
          <li>
            <Link className="link" to="/alerts">
              {more} more
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}
