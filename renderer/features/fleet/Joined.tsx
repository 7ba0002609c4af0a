import type { FleetStatus } from '../../../contract/index.ts'
import { Shape, type ShapeName } from '../../parts/index.ts'

const words: Readonly<Record<FleetStatus['state'], readonly [ShapeName, string]>> = {
  off: ['stopped', 'In no fleet'],
  connecting: ['starting', 'Connecting'],
  connected: ['running', 'Connected'],
  lost: ['unknown', 'Connection lost'],
  invalid: ['failed', 'Not joined'],
}

/** How this agent is joined to the server, and what is to be known about that. */
export function Joined({ status }: { status: FleetStatus }) {
  const { state, server, servers, serverVersion, rttMs, problem, warnings, unprotected, clusterName, calls } = status
  const [shape, word] = words[state]
  const facts = [
    clusterName,
    server ?? servers.join(', '),
    serverVersion === null ? null : `nats-server ${serverVersion}`,
    rttMs === null ? null : `${rttMs} ms`,
    calls.failed + calls.refused > 0 ? `${calls.failed + calls.refused} calls not answered` : null,
  ]
  return (
    <section className="fleet-joined" aria-label="Connection to the fleet">
      <p className="row">
        <Shape name={shape} />
        <b>{word}</b>
        <span className="dim">{facts.filter(Boolean).join(' · ')}</span>
      </p>
      {problem !== null && <p role="status">{problem}</p>}
      {unprotected && (
        <p className="dim">Unprotected: whoever is on this machine may speak for every host. For development only.</p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="dim">
          {warning}
        </p>
      ))}
    </section>
  )
}
