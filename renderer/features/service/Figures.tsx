import type { ReactNode } from 'react'
import { formatDuration, formatUptime, type Service } from '../../../contract/index.ts'
import {
  Ago,
  absoluteTime,
  Bytes,
  Percent,
  roundUp,
  roundUpBytes,
  Shape,
  shapeOf,
  topOf,
  tracePath,
  wordOf,
} from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import {
  type Measure,
  serviceHistory,
  serviceSlots,
  slotMs,
  useNowMs,
  usePanel,
  useService,
  useUsage,
} from '../../store/index.ts'

/** The service now: what it uses, how it came to be, and what it hangs on. */
export function Figures({ service }: { service: Service }) {
  const { cpuPercent, memoryBytes } = useUsage(service.name)
  return (
    <div className="figures">
      <Trend name="CPU" unit="% of one core" measure="cpu" service={service.name}>
        <Percent value={cpuPercent} />
      </Trend>
      <Trend name="Memory" unit="process tree" measure="memory" service={service.name}>
        <Bytes value={memoryBytes} />
      </Trend>
      <div className="cols">
        <About service={service} />
        <Relations service={service} />
      </div>
    </div>
  )
}

interface TrendProps {
  name: string
  unit: string
  measure: Measure
  service: string
  children: ReactNode
}

const plot = { width: 960, height: 92 }
const leastTop: Readonly<Record<Measure, number>> = { cpu: 5, memory: 2 ** 22 }

/** A measurement over the last minutes, drawn from the day the panel looks; gaps stay gaps. */
function Trend({ name, unit, measure, service, children }: TrendProps) {
  const slot = usePanel((state) => state.slot)
  const values = serviceHistory(service, measure, slot, serviceSlots)
  const highest = topOf(values, leastTop[measure])
  const top = measure === 'cpu' ? roundUp(highest) : roundUpBytes(highest)
  const { line, area } = tracePath(values, { ...plot, top })
  const axis = (share: number) => (measure === 'cpu' ? <Percent value={top * share} /> : <Bytes value={top * share} />)
  return (
    <section className="trend" aria-label={name}>
      <div className="row xs trend-head">
        <h2 className="medium">{name}</h2>
        <span className="faint">{unit}</span>
        <span className="push medium sm figure">{children}</span>
      </div>
      <div className="trend-plot">
        <div className="axis xs faint" aria-hidden="true">
          <span>{axis(1)}</span>
          <span>{axis(0.5)}</span>
          <span>0</span>
        </div>
        <svg viewBox={`0 0 ${plot.width} ${plot.height}`} preserveAspectRatio="none" aria-hidden="true">
          <path className="grid-line" d={`M0 .5H${plot.width}M0 ${plot.height / 2}H${plot.width}`} />
          <path className="area" d={area} />
          <path className="line" d={line} />
          <path className="base" d={`M0 ${plot.height - 0.5}H${plot.width}`} />
        </svg>
      </div>
      <div className="row xs faint trend-foot">
        <span>{formatDuration(serviceSlots * slotMs)} ago</span>
        <span className="push">now</span>
      </div>
    </section>
  )
}

function About({ service }: { service: Service }) {
  const { description, type, pid, processCount, restarts, exitCode, signal, since, file, line, app, groups, notes } =
    service
  return (
    <section className="card about" aria-label="About">
      <div className="card-head">
        <h2>About</h2>
      </div>
      <dl className="kv">
        {description !== '' && <Fact name="Description">{description}</Fact>}
        <Fact name="Type">{type}</Fact>
        <Fact name="State">
          {service.reason.text}, <Ago iso={since} />
        </Fact>
        {pid !== null && service.startedAt !== null && (
          <Fact name="Uptime">
            <Uptime startedAt={service.startedAt} />
          </Fact>
        )}
        <Fact name="Process">
          {pid === null ? 'none' : `pid ${pid}`}
          {processCount > 1 && <span className="faint"> and {processCount - 1} more</span>}
        </Fact>
        <Fact name="Restarts">{restarts}</Fact>
        {(exitCode !== null || signal !== null) && <Fact name="Last end">{signal ?? `exit code ${exitCode}`}</Fact>}
        {service.nextStartAt !== null && (
          <Fact name="Next start">
            <Ago iso={service.nextStartAt} />
          </Fact>
        )}
        {app !== null && <Fact name="App">{app}</Fact>}
        {groups.length > 0 && <Fact name="Groups">{groups.join(', ')}</Fact>}
        <Fact name="Written in">
          <span className="mono">
            {file}:{line}
          </span>
        </Fact>
        {notes.map((note) => (
          <Fact key={note} name="Note">
            {note}
          </Fact>
        ))}
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Uptime({ startedAt }: { startedAt: string }) {
  const nowMs = useNowMs()
  return <span title={absoluteTime(startedAt)}>{formatUptime(Math.max(0, nowMs - Date.parse(startedAt)))}</span>
}

function Relations({ service }: { service: Service }) {
  const dependents = usePanel(({ model }) => dependentsOf(model.services, service.service))
  const names = dependents === '' ? [] : dependents.split('\n')
  return (
    <section className="card" aria-label="Ports and dependencies">
      <div className="card-head">
        <h2>Ports and dependencies</h2>
      </div>
      <ul className="list">
        {service.ports.map(({ port, url }) => (
          <li key={port}>
            <span className="dim relation">Port</span>
            {url === undefined ? (
              port
            ) : (
              <a className="link" href={url} target="_blank" rel="noreferrer">
                {url}
              </a>
            )}
          </li>
        ))}
        {service.dependsOn.map((name) => (
          <Relation key={`needs ${name}`} word="Needs" name={name} />
        ))}
        {names.map((name) => (
          <Relation key={`needed ${name}`} word="Needed by" name={name} />
        ))}
        {service.ports.length + service.dependsOn.length + names.length === 0 && (
          <li className="faint">No port is declared, and nothing hangs on it.</li>
        )}
      </ul>
    </section>
  )
}

/** As one text, so that a page is drawn anew only when the names change. */
function dependentsOf(services: ReadonlyMap<string, Service>, name: string): string {
  return [...services.values()]
    .filter(({ dependsOn }) => dependsOn.includes(name))
    .map((other) => other.name)
    .join('\n')
}

function Relation({ word, name }: { word: string; name: string }) {
  const service = useService(name)
  return (
    <li>
      <span className="dim relation">{word}</span>
      <Link className="medium" to={servicePath(name)}>
        {name}
      </Link>
      {service && (
        <span className="state push sm" data-state={shapeOf(service)}>
          <Shape name={shapeOf(service)} />
          <span className="word">{wordOf(service)}</span>
        </span>
      )}
    </li>
  )
}
