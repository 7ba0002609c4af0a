import type { Alert } from '../../../contract/index.ts'
import { Ago, Shape } from '../../parts/index.ts'
import { Link, withQuery } from '../../router/index.ts'
import { type AlertTab, aboutAlert, severityWords, shapeOfAlert } from './words.ts'

export function AlertList({
  alerts,
  chosen,
  tab,
}: {
  alerts: readonly Alert[]
  chosen: string | undefined
  tab: AlertTab
}) {
  return (
    <nav className="alert-list" aria-label="Alerts of this kind">
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <Link
              className={alert.cause ? 'alert-row follows' : 'alert-row'}
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
    </nav>
  )
}
