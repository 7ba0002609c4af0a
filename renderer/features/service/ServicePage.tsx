import { ChevronRight, SquareArrowOutUpRight, Star } from 'lucide-react'
import type { Service } from '../../../contract/index.ts'
import {
  actionForKey,
  favourite,
  labelFor,
  restart,
  type ServiceAction,
  start,
  stop,
  useKeys,
} from '../../actions/index.ts'
import { Button, ExternalLink, Icon, IconButton, Pill, Toolbar } from '../../parts/index.ts'
import { Link, navigate, type ServiceTab, servicePath } from '../../router/index.ts'
import { backToServices, usePreferences, useService, useServices } from '../../store/index.ts'
import { RangeChoice, useTimeRange } from '../charts/index.ts'
import { LogView } from '../logs/index.ts'
import { Configuration } from './Configuration.tsx'
import { Environment } from './Environment.tsx'
import { Events } from './Events.tsx'
import { Figures } from './Figures.tsx'
import { Health } from './Health.tsx'
import { MoreMenu } from './MoreMenu.tsx'
import { Processes } from './Processes.tsx'
import { Tabs } from './Tabs.tsx'
import { WhyPanel } from './WhyPanel.tsx'

export function ServicePage({ name, tab }: { name: string; tab: ServiceTab }) {
  const service = useService(name)
  useServiceKeys(service)
  if (!service) return <Replicas name={name} />
  return (
    <>
      <Header service={service} />
      {service.why && <WhyPanel service={service} why={service.why} />}
      <div className="tab-row">
        <Tabs service={service} tab={tab} />
        {tab === 'overview' && <OverviewRange />}
      </div>
      <div
        className={tab === 'logs' ? 'tab-panel stack' : 'tab-panel scroll'}
        role="tabpanel"
        id="tab-panel"
        aria-labelledby={`tab-${tab}`}
      >
        <TabBody service={service} tab={tab} />
      </div>
    </>
  )
}

/** Beside the tabs, and apart from the charts, so that their clock draws nothing else anew. */
function OverviewRange() {
  const { range, last, setRange } = useTimeRange()
  return <RangeChoice range={range} last={last} onRange={setRange} />
}

function TabBody({ service, tab }: { service: Service; tab: ServiceTab }) {
  switch (tab) {
    case 'overview':
      return <Figures service={service} />
    case 'logs':
      return <LogView service={service.name} />
    case 'health':
      return <Health service={service} />
    case 'events':
      return <Events name={service.name} />
    case 'processes':
      return <Processes service={service} />
    case 'environment':
      return <Environment service={service} />
    case 'configuration':
      return <Configuration service={service} />
  }
}

const headerActions: readonly ServiceAction[] = [start, stop, restart]

function Header({ service }: { service: Service }) {
  const [port] = service.ports
  return (
    <Toolbar
      title={service.name}
      before={
        <>
          <Link
            className="crumb"
            to="/services"
            onClick={(event) => {
              event.preventDefault()
              backToServices()
            }}
          >
            Services
          </Link>
          <Icon of={ChevronRight} />
        </>
      }
    >
      <Pill service={service} />
      <span className="row cut">
        {service.tags.map((tag) => (
          <span className="tag" key={tag}>
            {tag}
          </span>
        ))}
      </span>
      <span className="push" />
      {headerActions.map((action) => (
        <Button
          key={action.id}
          icon={action.icon}
          disabled={!action.when(service)}
          aria-label={`${action.label} ${service.name}`}
          onClick={() => action.run(service)}
        >
          {action.label}
        </Button>
      ))}
      {port?.url !== undefined && (
        <ExternalLink className="btn" url={port.url}>
          <Icon of={SquareArrowOutUpRight} size={14} />
          Open :{port.port}
        </ExternalLink>
      )}
      <FavouriteButton service={service} />
      <MoreMenu service={service} />
    </Toolbar>
  )
}

function FavouriteButton({ service }: { service: Service }) {
  const isFavourite = usePreferences(({ favourites }) => favourites.includes(service.name))
  return (
    <IconButton
      icon={Star}
      label={labelFor(favourite, service)}
      aria-pressed={isFavourite}
      onClick={() => favourite.run(service)}
    />
  )
}

function useServiceKeys(service: Service | undefined): void {
  const act = (event: KeyboardEvent): void => {
    const action = service && actionForKey(event.key, service)
    if (!service || !action?.when(service) || event.repeat) return
    event.preventDefault()
    action.run(service)
  }
  useKeys({
    s: act,
    r: act,
    o: act,
    f: act,
    l: () => service && navigate(servicePath(service.name, 'logs')),
    escape: backToServices,
  })
}

/** A plain name with replicas leads to its instances; any other name to where the services are. */
function Replicas({ name }: { name: string }) {
  const services = useServices()
  const instances = [...services.values()].filter(({ service }) => service === name)
  return (
    <>
      <Toolbar title={name} />
      <div className="lone">
        <p className="lead">
          {instances.length > 0 ? `${name} has ${instances.length} instances` : `There is no service named ${name}`}
        </p>
        {instances.length === 0 && <p className="dim">It may have been removed from the configuration.</p>}
        <ul className="stack instances">
          {instances.map((instance) => (
            <li key={instance.name} className="row">
              <Pill service={instance} />
              <Link className="link" to={servicePath(instance.name)}>
                {instance.name}
              </Link>
            </li>
          ))}
        </ul>
        <Link className="link" to="/services">
          All services
        </Link>
      </div>
    </>
  )
}
