import type { Alert } from '../../../contract/index.ts'
import { Ago, Shape } from '../../parts/index.ts'
import { Link, withQuery } from '../../router/index.ts'
import { type AlertTab, aboutAlert, severityWords, shapeOfAlert } from './words.ts'

interface AlertListProps {
  alerts: readonly Alert[]
  chosen: string | undefined
  tab: AlertTab
}

/** What is wrong by itself first; what only follows from another stands apart, so that nobody mends thirty for one. */
export function AlertList({ alerts, chosen, tab }: AlertListProps) {
  const follows = ({ cause }: Alert): boolean => tab === 'active' && cause !== null
  const followers = alerts.filter(follows)
  const others = alerts.filter((alert) => !follows(alert))
  return (
    <nav className="alert-list" aria-label="Alerts of this kind">
      {others.length > 0 && <Rows alerts={others} chosen={chosen} tab={tab} />}
      {followers.length > 0 && (
        <section aria-labelledby="alerts-that-follow">
          <h2 className="alert-kind dim sm" id="alerts-that-follow">
            Follow from others
          </h2>
          <Rows alerts={followers} chosen={chosen} tab={tab} />
        </section>
      )}
    </nav>
  )
}

function Rows({ alerts, chosen, tab }: AlertListProps) {
  return (
    <ul>
      {alerts.map((alert) => (
        <li key={alert.id}>
          <Link
            className="alert-row"
            title={alert.summary}
            to={withQuery('/alerts', { tab: tab === 'active' ? '' : tab, alert: alert.id })}
            {...(alert.id === chosen ? { 'aria-current': 'true' as const } : {})}
          >
            <Shape name={shapeOfAlert(alert)} />
            <span className="grow">
              <span className="alert-what">{alert.summary}</span>
              <span className="alert-about dim sm">{aboutAlert(alert)}</span>
            </span>
            <span className="alert-when dim sm">
              <Ago iso={alert.endsAt ?? alert.startsAt} />
              <span>{severityWords[alert.severity]}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
