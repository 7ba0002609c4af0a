import { useCallback } from 'react'
import type { FleetStatus } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, Shape, type ShapeName } from '../../parts/index.ts'
import { askPerson, showDone, showError } from '../../store/index.ts'

const words: Readonly<Record<FleetStatus['state'], readonly [ShapeName, string]>> = {
  off: ['stopped', 'In no fleet'],
  connecting: ['starting', 'Connecting'],
  connected: ['running', 'Connected'],
  lost: ['unknown', 'Connection lost'],
  invalid: ['failed', 'Not joined'],
}

/** How this agent is joined to the server, and what is to be known about that. */
export function Joined({ status, onChange }: { status: FleetStatus; onChange: () => void }) {
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
        <span className="dim cut">{facts.filter(Boolean).join(' · ')}</span>
        <span className="push" />
        <Button small onClick={onChange}>
          Change…
        </Button>
        <Button small onClick={() => void leave()}>
          Disconnect…
        </Button>
      </p>
      {problem !== null && <p role="status">{problem}</p>}
      {unprotected && (
        <Warning text="Unprotected: whoever is on this machine may speak for every host. For development only." />
      )}
      <DevServer servers={servers} />
      {warnings.map((warning) => (
        <Warning key={warning} text={warning} />
      ))}
    </section>
  )
}

function Warning({ text }: { text: string }) {
  return (
    <p className="row dim">
      <Shape name="warning" />
      <span>{text}</span>
    </p>
  )
}

const lookEveryMs = 5_000

/** The server for trials, where this computer has joined that. */
function DevServer({ servers }: { servers: readonly string[] }) {
  const read = useCallback((signal: AbortSignal) => homeClient.fleet.dev.get(undefined, { signal }), [])
  const { value } = usePoll(read, lookEveryMs)
  if (value?.state !== 'running' || value.url === null || !servers.includes(value.url)) return null
  return (
    <p className="row">
      <span className="dim">The server runs on this machine, for trials, as the service fleet-dev.</span>
      <Button small onClick={() => void endTrial()}>
        Stop it and leave
      </Button>
    </p>
  )
}

async function endTrial(): Promise<void> {
  try {
    await homeClient.fleet.connection.remove({})
    await homeClient.fleet.dev.stop({})
    showDone('The server for trials has stopped')
  } catch (error) {
    showError('The trial goes on', error)
  }
}

/** Leaves the fleet, once a person has said so: the secrets of it are forgotten. */
async function leave(): Promise<void> {
  const choice = await askPerson({
    title: 'Leave the fleet?',
    text: 'Other hosts cannot see or command this computer any more. The nats block is taken out of the configuration, and the secrets kept for it are forgotten.',
    choices: [
      { id: 'stay', label: 'Stay' },
      { id: 'leave', label: 'Leave', look: 'danger' },
    ],
  })
  if (choice !== 'leave') return
  try {
    await homeClient.fleet.connection.remove({})
    showDone('This computer is in no fleet any more')
  } catch (error) {
    showError('This computer is still joined', error)
  }
}
