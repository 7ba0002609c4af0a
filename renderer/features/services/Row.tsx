import { type CSSProperties, memo } from 'react'
import { formatUptime, type Service } from '../../../contract/index.ts'
import { type ServiceAction, serviceActions } from '../../actions/index.ts'
import { Bytes, IconButton, Percent, Shape, Sparkline, shapeOf, topOf, wordOf } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { serviceHistory, useNowMs, usePanel, useService, useUsage } from '../../store/index.ts'
import { noteOf } from './note.ts'

interface RowProps {
  name: string
  index: number
  top: number
  isCursor: boolean
  onPoint: (name: string) => void
}

/** One service. Draws itself anew when its own data change, not when the table does. */
export const Row = memo(function Row({ name, index, top, isCursor, onPoint }: RowProps) {
  const service = useService(name)
  if (!service) return null
  return (
    <div
      role="row"
      aria-label={name}
      aria-rowindex={index + 2}
      className={isCursor ? 'line is-cursor' : 'line'}
      style={{ top }}
      tabIndex={isCursor ? 0 : -1}
      data-name={name}
      onPointerDown={() => onPoint(name)}
      onFocus={() => onPoint(name)}
    >
      <div role="rowheader" className="cell name">
        <Link to={servicePath(name)} tabIndex={isCursor ? 0 : -1} title={service.description || name}>
          {name}
        </Link>
      </div>
      <StateCell service={service} />
      <HealthCell service={service} />
      <UptimeCell service={service} />
      <UsageCells name={name} />
      <RestartsCell service={service} />
      <PortsCell service={service} />
      <TailCell service={service} isCursor={isCursor} />
    </div>
  )
})

function StateCell({ service }: { service: Service }) {
  const shape = shapeOf(service)
  return (
    <div role="cell" className="cell">
      <span className="state" data-state={shape}>
        <Shape name={shape} />
        <span className="word">{wordOf(service)}</span>
        <Note service={service} />
      </span>
    </div>
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
    <div role="cell" className={health === 'none' ? 'cell faint' : 'cell dim'}>
      {health === 'unhealthy' ? (
        <span className="state" data-state="unhealthy">
          <span className="word">{healthWords[health]}</span>
        </span>
      ) : (
        healthWords[health]
      )}
    </div>
  )
}

function UptimeCell({ service: { startedAt, pid } }: { service: Service }) {
  const isUp = pid !== null && startedAt !== null
  return (
    <div role="cell" className="cell num dim uptime">
      {isUp ? <Uptime startedAt={startedAt} /> : <span className="faint">–</span>}
    </div>
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
      <div role="cell" className="cell metric">
        <Sparkline values={cpu} top={topOf(cpu, leastCpuTop) * 1.1} />
        <span className="figure">
          <Percent value={cpuPercent} />
        </span>
      </div>
      <div role="cell" className="cell metric">
        <Sparkline values={memory} top={topOf(memory, 0) * 1.6} />
        <span className="figure">
          <Bytes value={memoryBytes} />
        </span>
      </div>
    </>
  )
}

function RestartsCell({ service: { restarts, state } }: { service: Service }) {
  const isTrouble = restarts > 0 && (state === 'failed' || state === 'backoff')
  return (
    <div role="cell" className={`cell num ${restarts === 0 ? 'faint' : isTrouble ? 'trouble' : ''}`}>
      {restarts}
    </div>
  )
}

function PortsCell({ service: { ports } }: { service: Service }) {
  const [first] = ports
  return (
    <div role="cell" className="cell num" title={ports.map(({ port }) => port).join(', ')}>
      {first ? <PortLink port={first.port} url={first.url} /> : <span className="faint">–</span>}
    </div>
  )
}

function PortLink({ port, url }: { port: number; url: string | undefined }) {
  if (url === undefined) return <span className="dim">{port}</span>
  return (
    <a className="port" href={url} target="_blank" rel="noreferrer" tabIndex={-1}>
      {port}
    </a>
  )
}

function TailCell({ service, isCursor }: { service: Service; isCursor: boolean }) {
  return (
    <div role="cell" className="cell tail" style={tailStyle}>
      <span className="tags">
        {service.tags.map((tag) => (
          <span className="tag" key={tag}>
            {tag}
          </span>
        ))}
      </span>
      <span className="acts">
        {serviceActions.map((action) => (
          <ActionButton key={action.id} action={action} service={service} isCursor={isCursor} />
        ))}
      </span>
    </div>
  )
}

const tailStyle: CSSProperties = { alignSelf: 'stretch', display: 'flex', alignItems: 'center' }

function ActionButton(props: { action: ServiceAction; service: Service; isCursor: boolean }) {
  const { action, service, isCursor } = props
  return (
    <IconButton
      small
      icon={action.icon}
      label={`${action.label} ${service.name}`}
      disabled={!action.when(service)}
      tabIndex={isCursor ? 0 : -1}
      onClick={() => action.run(service)}
    />
  )
}
