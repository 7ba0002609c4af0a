import { type FleetHost, formatPercent } from '../../../contract/index.ts'
import { Ago, capitalise, Shape, timeOfDay } from '../../parts/index.ts'
import { HostName, RemoveHost } from './HostParts.tsx'
import { hostNote, hostState } from './hosts.ts'

/** More than that are read in the table, which draws only what is seen. */
const mostCards = 200

export function HostCards({ hosts }: { hosts: readonly FleetHost[] }) {
  const more = hosts.length - mostCards
  return (
    <div className="page">
      <ul className="host-cards" aria-label="Hosts">
        {hosts.slice(0, mostCards).map((host) => (
          <Card key={host.id} host={host} />
        ))}
      </ul>
      {more > 0 && <p className="dim">And {more} more: filter them, or see all in the table.</p>}
    </div>
  )
}

function Card({ host }: { host: FleetHost }) {
  const { state, services, self, latencyMs, version, cpuPercent, memoryPercent, labels, notes, lastSeenAt } = host
  const { shape, word } = hostState(host)
  const note = hostNote(host, timeOfDay)
  const isAway = state === 'unreachable'
  const figure = (value: number | null): string => (value === null || isAway ? '–' : formatPercent(value))
  return (
    <li className="card host-card" data-away={isAway}>
      <div className="card-head">
        <Shape name={shape} />
        <HostName host={host} />
        <span className="push dim sm">{word}</span>
        {isAway && <RemoveHost host={host} />}
      </div>
      <dl>
        <dt>Services</dt>
        <dd>
          {services.running} of {services.total} running{services.failing > 0 && `, ${services.failing} failing`}
        </dd>
        <dt>Load</dt>
        <dd>
          {figure(cpuPercent)} CPU, {figure(memoryPercent)} memory
        </dd>
        <dt>{isAway ? 'Seen' : 'Latency'}</dt>
        <dd>{isAway ? <Ago iso={lastSeenAt} /> : self || latencyMs === null ? '–' : `${latencyMs.toFixed(1)} ms`}</dd>
        <dt>Version</dt>
        <dd>{version}</dd>
        {Object.keys(labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd>
              {Object.entries(labels)
                .map(([key, value]) => `${key}=${value}`)
                .join(', ')}
            </dd>
          </>
        )}
      </dl>
      {[note, ...notes.filter((each) => each !== note)].filter(Boolean).map((each) => (
        <p key={each} className="dim sm">
          {capitalise(each ?? '')}
        </p>
      ))}
    </li>
  )
}
