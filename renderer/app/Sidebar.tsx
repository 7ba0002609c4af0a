import { Search } from 'lucide-react'
import { countServices, editsInWords } from '../../contract/index.ts'
import { openPalette, type PanelAction, pageActions } from '../actions/index.ts'
import { Icon, KeyCaps, Shape, shapeOf, wordOf } from '../parts/index.ts'
import { Link, type Route, servicePath, useLocation } from '../router/index.ts'
import { useEditCount, usePanel, usePreferences, useService, useServices } from '../store/index.ts'
import { HostSwitcher } from './HostSwitcher.tsx'

export function Sidebar({ page }: { page: Route['page'] }) {
  const shown = page === 'service' ? 'services' : page
  return (
    <aside className="sidebar" aria-label="Sidebar">
      <HostSwitcher />
      <button type="button" className="search-button" title={openPalette.label} onClick={openPalette.run}>
        <Icon of={Search} size={14} />
        <span className="nav-word">Search or run…</span>
        <KeyCaps keys={openPalette.keys ?? ''} />
      </button>
      <nav className="nav" aria-label="Pages">
        {pageActions.map((action) => (
          <PageLink key={action.id} action={action} isCurrent={shown === action.id} />
        ))}
      </nav>
      <Favourites />
    </aside>
  )
}

/** Its name is part of the interface that tests and scripts rely on. */
function PageLink({ action: { id, to = '/', label, icon }, isCurrent }: { action: PanelAction; isCurrent: boolean }) {
  return (
    <Link to={to} aria-label={label} title={label} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
      <Icon of={icon} />
      <span className="nav-word">{label}</span>
      {id === 'services' && <ServiceCount />}
      {id === 'alerts' && <AlertCount />}
      {id === 'configuration' && <EditCount />}
    </Link>
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

/** How many alerts fire and are not kept quiet. */
function AlertCount() {
  const { firing, critical } = usePanel(({ model }) => model.alerts)
  if (firing === 0) return null
  return (
    <span className="count" aria-hidden="true">
      {critical > 0 && <Shape name="critical" />}
      {firing}
    </span>
  )
}

/** What is edited and not applied. */
function EditCount() {
  const count = useEditCount()
  if (count === 0) return null
  return (
    <span className="count" title="Changes that are not applied">
      {editsInWords(count)}
    </span>
  )
}

function Favourites() {
  const favourites = usePreferences((state) => state.favourites)
  const services = useServices()
  const known = favourites.filter((name) => services.has(name))
  if (known.length === 0) return null
  return (
    <nav className="nav favourites" aria-label="Favourites">
      <h2 className="nav-head">Favourites</h2>
      {known.map((name) => (
        <Favourite key={name} name={name} />
      ))}
    </nav>
  )
}

function Favourite({ name }: { name: string }) {
  const service = useService(name)
  const to = servicePath(name)
  const isCurrent = useLocation(({ path }) => path === to || path.startsWith(`${to}/`))
  if (!service) return null
  const word = wordOf(service)
  return (
    <Link
      to={to}
      aria-label={`${name}, ${word}`}
      title={`${name}: ${word}`}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
    >
      <Shape name={shapeOf(service)} />
      <span className="nav-word cut">{name}</span>
    </Link>
  )
}
