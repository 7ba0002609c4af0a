import { useMemo } from 'react'
import type { Service } from '../../../contract/index.ts'
import { Bytes, Percent, Shape, Sparkline, shapeOf, topOf, wordOf } from '../../parts/index.ts'
import { Link, servicePath, withQuery } from '../../router/index.ts'
import { type Measure, sumHistory, usePanel, useServices, useSlot, useUsage } from '../../store/index.ts'
import { type AppRow, busiest, groupByApp } from './apps.ts'

const mostApps = 8
const mostShapes = 7
const busiestShown = 6

/** Services by app; where no app is described, those that take most of the machine. */
export function Apps() {
  const services = useServices()
  const usage = usePanel(({ model }) => model.usage)
  const rows = groupByApp(services.values(), usage)
  const hasApps = rows.some(({ app }) => app !== null)
  return (
    <section className="card" aria-label={hasApps ? 'Apps' : 'Busiest services'}>
      <div className="card-head">
        <h2>{hasApps ? 'Apps' : 'Busiest'}</h2>
        <Link className="push link sm" to="/services">
          All services
        </Link>
      </div>
      {hasApps ? (
        <AppTable rows={rows.slice(0, mostApps)} />
      ) : (
        <BusiestTable services={busiest(services.values(), usage, busiestShown)} />
      )}
    </section>
  )
}

function AppTable({ rows }: { rows: readonly AppRow[] }) {
  return (
    <table className="table plain apps">
      <Head first="App" second="Services" />
      <tbody>
        {rows.map(({ app, services, cpuPercent, memoryBytes }) => (
          <tr key={app ?? ''}>
            <td className="medium">
              {app === null ? (
                <span className="dim">Others</span>
              ) : (
                <Link to={withQuery('/services', { filter: `app:${/\s/.test(app) ? `"${app}"` : app} ` })}>{app}</Link>
              )}
            </td>
            <td>
              <Strip services={services} />
            </td>
            <td>
              <span className="metric">
                <Spark services={services} measure="cpu" least={leastCpuTop} />
                <span className="figure">
                  <Percent value={cpuPercent} />
                </span>
              </span>
            </td>
            <td>
              <span className="metric">
                <Spark services={services} measure="memory" least={0} />
                <span className="figure">
                  <Bytes value={memoryBytes} />
                </span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The last five minutes, as in the list of services. */
const sparkSlots = 60
const leastCpuTop = 25

/** All services of an app together. */
function Spark({ services, measure, least }: { services: readonly Service[]; measure: Measure; least: number }) {
  const slot = useSlot()
  // biome-ignore lint/correctness/useExhaustiveDependencies: figures come each second, history each slot only
  const values = useMemo(
    () =>
      sumHistory(
        services.map(({ name }) => name),
        measure,
        slot,
        sparkSlots,
      ),
    [slot, services.length, measure],
  )
  return <Sparkline values={values} top={topOf(values, least) * (measure === 'memory' ? 1.6 : 1.1)} />
}

function Head({ first, second }: { first: string; second: string }) {
  return (
    <thead>
      <tr>
        <th>{first}</th>
        <th>{second}</th>
        <th className="num">CPU</th>
        <th className="num">Memory</th>
      </tr>
    </thead>
  )
}

/** One shape for each service, worst first, named together for those who do not see them. */
function Strip({ services }: { services: readonly Service[] }) {
  const words = services.map((service) => `${service.name} ${wordOf(service).toLowerCase()}`).join(', ')
  return (
    <span className="strip" role="img" aria-label={words} title={words}>
      {services.slice(0, mostShapes).map((service) => (
        <Shape key={service.name} name={shapeOf(service)} />
      ))}
      {services.length > mostShapes && <span className="faint xs">+{services.length - mostShapes}</span>}
    </span>
  )
}

function BusiestTable({ services }: { services: readonly Service[] }) {
  return (
    <table className="table plain apps">
      <Head first="Service" second="State" />
      <tbody>
        {services.map((service) => (
          <BusyRow key={service.name} service={service} />
        ))}
      </tbody>
    </table>
  )
}

function BusyRow({ service }: { service: Service }) {
  const { cpuPercent, memoryBytes } = useUsage(service.name)
  const shape = shapeOf(service)
  return (
    <tr>
      <td className="medium">
        <Link to={servicePath(service.name)}>{service.name}</Link>
      </td>
      <td>
        <span className="state" data-state={shape}>
          <Shape name={shape} />
          <span className="word">{wordOf(service)}</span>
        </span>
      </td>
      <td className="num figure">
        <Percent value={cpuPercent} />
      </td>
      <td className="num figure">
        <Bytes value={memoryBytes} />
      </td>
    </tr>
  )
}
