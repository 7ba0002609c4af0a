import { memo, useState } from 'react'
import { formatUptime, type Service } from '../../../contract/index.ts'
import { type ServiceAction, serviceActions } from '../../actions/index.ts'
import {
  Bytes,
  ExternalLink,
  IconButton,
  Percent,
  Shape,
  Sparkline,
  shapeOf,
  topOf,
  wordOf,
} from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { serviceHistory, useNowMs, usePanel, useService, useUsage } from '../../store/index.ts'
import { noteOf } from './note.ts'

interface RowProps {
  name: string
  index: number
  top: number
  isCursor: boolean
  /** Whether the Tab key stops here: one row of the table has it. */
  isEntry: boolean
  onPoint: (name: string) => void
}

/** One service. Draws itself anew when its own data change, not when the table does. */
export const Row = memo(function Row({ name, index, top, isCursor, isEntry, onPoint }: RowProps) {
  const service = useService(name)
  const [isPointedAt, setPointedAt] = useState(false)
  if (!service) return null
  return (
    <tr
      aria-label={name}
      aria-rowindex={index + 2}
      className={isCursor ? 'line is-cursor' : 'line'}
      style={{ top }}
      tabIndex={isEntry ? 0 : -1}
      data-name={name}
      onPointerDown={() => onPoint(name)}
      onFocus={() => onPoint(name)}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
    >
      <th scope="row" className="cell name">
        <Link to={servicePath(name)} tabIndex={isEntry ? 0 : -1} title={service.description || name}>
          {name}
        </Link>
      </th>
      <StateCell service={service} />
      <HealthCell service={service} />
      <UptimeCell service={service} />
      <UsageCells name={name} />
      <RestartsCell service={service} />
      <PortsCell service={service} />
      <TailCell service={service} isEntry={isEntry} withIcons={isPointedAt || isEntry} />
    </tr>
  )
})

function StateCell({ service }: { service: Service }) {
  const shape = shapeOf(service)
  return (
    <td className="cell">
      <span className="state" data-state={shape}>
        <Shape name={shape} />
        <span className="word">{wordOf(service)}</span>
        <Note service={service} />
      </span>
    </td>
  )
}

/** Only a row that counts down listens to the clock. */
function Note({ service }: { service: Service }) {
  return service.nextStartAt === null ? <NoteText text={noteOf(service, 0)} /> : <CountingNote service={service} />
}

function CountingNote({ service }: { service: Service }) {
  return <NoteText text={noteOf(service, useNowMs())} />
}

function NoteText({ text }: { text: string }) {
  if (text === '') return null
  return (
    <span className="why cut" title={text}>
      {text}
    </span>
  )
}

const healthWords: Readonly<Record<Service['health'], string>> = {
  healthy: 'Healthy',
  unhealthy: 'Failing',
  starting: 'Starting',
  none: '–',
}

function HealthCell({ service: { health } }: { service: Service }) {
  return (
    <td className={health === 'none' ? 'cell faint' : 'cell dim'}>
      {health === 'unhealthy' ? (
        <span className="state" data-state="unhealthy">
          <span className="word">{healthWords[health]}</span>
        </span>
      ) : (
        healthWords[health]
      )}
    </td>
  )
}

function UptimeCell({ service: { startedAt, pid } }: { service: Service }) {
  const isUp = pid !== null && startedAt !== null
  return (
    <td className="cell num dim uptime">
      {isUp ? <Uptime startedAt={startedAt} /> : <span className="faint">–</span>}
    </td>
  )
}

function Uptime({ startedAt }: { startedAt: string }) {
  const nowMs = useNowMs()
  return formatUptime(Math.max(0, nowMs - Date.parse(startedAt)))
}

/** The last five minutes. */
const sparkSlots = 60
const leastCpuTop = 25

function UsageCells({ name }: { name: string }) {
  const { cpuPercent, memoryBytes } = useUsage(name)
  const slot = usePanel((state) => state.slot)
  const cpu = serviceHistory(name, 'cpu', slot, sparkSlots)
  const memory = serviceHistory(name, 'memory', slot, sparkSlots)
  return (
    <>
      <td className="cell metric">
        <Sparkline values={cpu} top={topOf(cpu, leastCpuTop) * 1.1} />
        <span className="figure">
          <Percent value={cpuPercent} />
        </span>
      </td>
      <td className="cell metric">
        <Sparkline values={memory} top={topOf(memory, 0) * 1.6} />
        <span className="figure">
          <Bytes value={memoryBytes} />
        </span>
      </td>
    </>
  )
}

function RestartsCell({ service: { restarts, state } }: { service: Service }) {
  const isTrouble = restarts > 0 && (state === 'failed' || state === 'backoff')
  return <td className={`cell num ${restarts === 0 ? 'faint' : isTrouble ? 'trouble' : ''}`}>{restarts}</td>
}

function PortsCell({ service: { ports } }: { service: Service }) {
  const [first] = ports
  return (
    <td className="cell num" title={ports.map(({ port }) => port).join(', ')}>
      {first ? <PortLink port={first.port} url={first.url} /> : <span className="faint">–</span>}
    </td>
  )
}

function PortLink({ port, url }: { port: number; url: string | undefined }) {
  if (url === undefined) return <span className="dim">{port}</span>
  return (
    <ExternalLink className="port" url={url} tabIndex={-1}>
      {port}
    </ExternalLink>
  )
}

interface TailCellProps {
  service: Service
  isEntry: boolean
  /** Pictures cost more than all else in a row, so only the row that one is at has them; the buttons are always there. */
  withIcons: boolean
}

function TailCell({ service, isEntry, withIcons }: TailCellProps) {
  return (
    <td className="cell tail">
      <span className="tags">
        {service.tags.map((tag) => (
          <span className="tag" key={tag}>
            {tag}
          </span>
        ))}
      </span>
      <span className="acts">
        {serviceActions.map((action) => (
          <ActionButton key={action.id} action={action} service={service} isEntry={isEntry} withIcon={withIcons} />
        ))}
      </span>
    </td>
  )
}

interface ActionButtonProps {
  action: ServiceAction
  service: Service
  isEntry: boolean
  withIcon: boolean
}

function ActionButton({ action, service, isEntry, withIcon }: ActionButtonProps) {
  return (
    <IconButton
      small
      icon={withIcon ? action.icon : undefined}
      label={`${action.label} ${service.name}`}
      disabled={!action.when(service)}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => action.run(service)}
    />
  )
}
