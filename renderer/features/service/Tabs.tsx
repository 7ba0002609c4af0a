import type { KeyboardEvent } from 'react'
import type { Service } from '../../../contract/index.ts'
import { Shape } from '../../parts/index.ts'
import { Link, navigate, type ServiceTab, servicePath, serviceTabs } from '../../router/index.ts'
import { usePanel } from '../../store/index.ts'

const words: Readonly<Record<ServiceTab, string>> = {
  overview: 'Overview',
  logs: 'Logs',
  health: 'Health',
  events: 'Events',
  configuration: 'Configuration',
  environment: 'Environment',
  processes: 'Processes',
}

/** Tabs are links, so that each has an address. The arrow keys go from one to the next. */
export function Tabs({ service, tab }: { service: Service; tab: ServiceTab }) {
  const alerts = usePanel(({ model }) => model.alerts.items.filter((alert) => alert.service === service.name).length)
  const step = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = serviceTabs.at((serviceTabs.indexOf(tab) + by) % serviceTabs.length)
    if (by === 0 || next === undefined) return
    event.preventDefault()
    navigate(servicePath(service.name, next))
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={`Parts of ${service.name}`} onKeyDown={step}>
      {serviceTabs.map((own) => (
        <Link
          key={own}
          id={`tab-${own}`}
          to={servicePath(service.name, own)}
          role="tab"
          aria-selected={own === tab}
          aria-controls="tab-panel"
          tabIndex={own === tab ? 0 : -1}
        >
          {words[own]}
          {own === 'processes' && service.processCount > 0 && <span className="badge">{service.processCount}</span>}
          {own === 'health' && service.health === 'unhealthy' && <Shape name="unhealthy" />}
          {own === 'events' && alerts > 0 && (
            <span className="badge" title={`${alerts} active ${alerts === 1 ? 'alert' : 'alerts'}`}>
              {alerts}
            </span>
          )}
        </Link>
      ))}
    </div>
  )
}
