import { History, Layers, LayoutDashboard, type LucideIcon, TextAlignStart } from 'lucide-react'
import { countServices } from '../../contract/index.ts'
import { Icon, Shape } from '../parts/index.ts'
import { Link, type Route } from '../router/index.ts'
import { useServices } from '../store/index.ts'
import { Mark } from './Mark.tsx'

interface Entry {
  page: Route['page']
  to: string
  name: string
  icon: LucideIcon
}

/** Pages that are there. The names are part of the interface that tests and scripts rely on. */
const entries: readonly Entry[] = [
  { page: 'overview', to: '/', name: 'Overview', icon: LayoutDashboard },
  { page: 'services', to: '/services', name: 'Services', icon: Layers },
  { page: 'logs', to: '/logs', name: 'Logs', icon: TextAlignStart },
  { page: 'activity', to: '/activity', name: 'Activity', icon: History },
]

export function Sidebar({ page }: { page: Route['page'] }) {
  const shown = page === 'service' ? 'services' : page
  return (
    <aside className="sidebar" aria-label="Sidebar">
      <div className="host">
        <Mark />
        <span className="host-name cut">This computer</span>
      </div>
      <nav className="nav" aria-label="Pages">
        {entries.map(({ page: own, to, name, icon }) => (
          <Link key={to} to={to} aria-label={name} {...(shown === own ? { 'aria-current': 'page' as const } : {})}>
            <Icon of={icon} />
            <span className="nav-word">{name}</span>
            {own === 'services' && <ServiceCount />}
          </Link>
        ))}
      </nav>
    </aside>
  )
}

/** How many need attention, or how many there are. */
function ServiceCount() {
  const { total, attention } = countServices(useServices().values())
  if (total === 0) return null
  return (
    <span className="count" aria-hidden="true">
      {attention > 0 && <Shape name="failed" />}
      {attention > 0 ? attention : total}
    </span>
  )
}
