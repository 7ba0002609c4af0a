import { Link } from '../router/index.ts'
import { useIsEveryHost, usePanel } from '../store/index.ts'
import { Ago } from './figures.tsx'
import { Shape } from './shapes.tsx'

/** More are on the page of hosts. */
const mostShown = 3

/** Under all hosts: those of which nothing new is shown, each in a line with the reason. */
export function SilentHosts() {
  const isEvery = useIsEveryHost()
  const silent = usePanel(({ model }) => model.silentHosts)
  if (!isEvery || silent.length === 0) return null
  const more = silent.length - mostShown
  return (
    <section className="silent-hosts" aria-label="Hosts without news">
      <ul>
        {silent.slice(0, mostShown).map(({ host, since, text }) => (
          <li key={host} className="row">
            <Shape name="unknown" />
            <b>{host}</b>
            <span className="dim cut grow" title={text}>
              {text}
            </span>
            <Ago iso={since} className="faint sm" />
          </li>
        ))}
        {more > 0 && (
          <li>
            <Link className="link" to="/fleet?order=state">
              {more} more
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}
