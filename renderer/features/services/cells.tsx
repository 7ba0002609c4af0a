import { memo, type ReactNode } from 'react'
import { formatUptime, type Service, type Severity } from '../../../contract/index.ts'
import { Bytes, ExternalLink, Percent, Shape, Sparkline, shapeOf, topOf, wordOf } from '../../parts/index.ts'
import { isStale, serviceHistory, usePanel, useSlot, useUsage } from '../../store/index.ts'
import { noteOf } from './note.ts'
import type { SortKey } from './sort.ts'

/** What stands in each column but the name, which is the head of its row. Only a cell that follows something of its own is a component. */
export const cells: Readonly<Record<Exclude<SortKey, 'name'>, (service: Service) => ReactNode>> = {
  state: (service) => <StateCell key="state" service={service} />,
  health: ({ health }) => healthCell(health),
  uptime: (service) => (
    <UptimeCell key="uptime" startedAt={service.pid === null || isStale(service) ? null : service.startedAt} />
  ),
  cpu: ({ name }) => <CpuCell key="cpu" name={name} />,
  memory: ({ name }) => <MemoryCell key="memory" name={name} />,
  restarts: ({ restarts, state }) => {
    const isTrouble = restarts > 0 && (state === 'failed' || state === 'backoff')
    return (
      <td key="restarts" className={`cell num ${restarts === 0 ? 'faint' : isTrouble ? 'trouble' : ''}`}>
        {restarts}
      </td>
    )
  },
  ports: ({ ports }) => portsCell(ports),
  tags: ({ tags }) => (
    <td key="tags" className="cell" title={tags.join(', ')}>
      {tags.map((tag) => (
        <span className="tag" key={tag}>
          {tag}
        </span>
      ))}
    </td>
  ),
  app: ({ app }) => textCell('app', app ?? ''),
  groups: ({ groups }) => textCell('groups', groups.join(', ')),
  type: ({ type }) => textCell('type', type),
  host: ({ host }) => textCell('host', host),
  pid: ({ pid }) => (
    <td key="pid" className={pid === null ? 'cell num faint' : 'cell num dim'}>
      {pid ?? '–'}
    </td>
  ),
}

const textCell = (key: SortKey, text: string): ReactNode =>
  text === '' ? (
    <td key={key} className="cell faint">
      –
    </td>
  ) : (
    <td key={key} className="cell dim" title={text}>
      {text}
    </td>
  )

function StateCell({ service }: { service: Service }) {
  const shape = shapeOf(service)
  // Only a row that counts down hears the clock, and only when its words change.
  const note = usePanel(({ nowMs }) => noteOf(service, service.nextStartAt === null ? 0 : nowMs))
  return (
    <td className="cell state" data-state={shape}>
      <Shape name={shape} />
      <span className="word">{wordOf(service)}</span>
      {note !== '' && (
        <span className="why cut" title={note}>
          {note}
        </span>
      )}
    </td>
  )
}

const healthWords: Readonly<Record<Service['health'], string>> = {
  healthy: 'Healthy',
  unhealthy: 'Failing',
  starting: 'Starting',
  none: '–',
}

const healthCell = (health: Service['health']): ReactNode =>
  health === 'unhealthy' ? (
    <td key="health" className="cell">
      <span className="state" data-state="unhealthy">
        <span className="word">{healthWords[health]}</span>
      </span>
    </td>
  ) : (
    <td key="health" className={health === 'none' ? 'cell faint' : 'cell dim'}>
      {healthWords[health]}
    </td>
  )

function UptimeCell({ startedAt }: { startedAt: string | null }) {
  const text = usePanel(({ nowMs }) =>
    startedAt === null ? '–' : formatUptime(Math.max(0, nowMs - Date.parse(startedAt))),
  )
  return <td className={startedAt === null ? 'cell num faint' : 'cell num dim'}>{text}</td>
}

/** The last five minutes. */
const sparkSlots = 60
const leastCpuTop = 25

function CpuCell({ name }: { name: string }) {
  const { cpuPercent } = useUsage(name)
  return (
    <td className="cell metric">
      {cpuPercent !== null && <CpuTrace name={name} />}
      <span className="figure">
        <Percent value={cpuPercent} />
      </span>
    </td>
  )
}

function MemoryCell({ name }: { name: string }) {
  const { memoryBytes } = useUsage(name)
  return (
    <td className="cell metric">
      {memoryBytes !== null && <MemoryTrace name={name} />}
      <span className="figure">
        <Bytes value={memoryBytes} />
      </span>
    </td>
  )
}

/** A trace has something new to show every five seconds; the figure beside it changes more often. */
const CpuTrace = memo(function CpuTrace({ name }: { name: string }) {
  const slot = useSlot()
  const values = serviceHistory(name, 'cpu', slot, sparkSlots)
  return <Sparkline values={values} top={topOf(values, leastCpuTop) * 1.1} alert={useFiring(name, 'cpu_')} />
})

const MemoryTrace = memo(function MemoryTrace({ name }: { name: string }) {
  const slot = useSlot()
  const values = serviceHistory(name, 'memory', slot, sparkSlots)
  return <Sparkline values={values} top={topOf(values, 0) * 1.6} alert={useFiring(name, 'memory_')} />
})

/** How bad an alert is that fires about a measurement of a service. */
const useFiring = (name: string, measure: string): Severity | undefined =>
  usePanel(
    ({ model }) =>
      model.alerts.items.find(({ service, metric }) => service === name && metric?.startsWith(measure))?.severity,
  )

function portsCell(ports: Service['ports']): ReactNode {
  const [first] = ports
  return (
    <td
      key="ports"
      className={first ? 'cell num dim' : 'cell num faint'}
      title={ports.length > 1 ? ports.map(({ port }) => port).join(', ') : undefined}
    >
      {first?.url === undefined ? (
        (first?.port ?? '–')
      ) : (
        <ExternalLink className="port" url={first.url} tabIndex={-1}>
          {first.port}
        </ExternalLink>
      )}
    </td>
  )
}
