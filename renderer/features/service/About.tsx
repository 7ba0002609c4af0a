import type { ReactNode } from 'react'
import { formatUptime, type Service } from '../../../contract/index.ts'
import { Ago, absoluteTime, capitalise } from '../../parts/index.ts'
import { useNowMs } from '../../store/index.ts'
import { Place } from './Place.tsx'

/** What a service is and how it came to be so. */
export function About({ service }: { service: Service }) {
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
        <Fact name="State">{capitalise(service.reason.text)}</Fact>
        <Fact name="Since">
          <Ago iso={since} />
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
        {(exitCode !== null || signal !== null) && (
          <Fact name={type === 'service' ? 'Last end' : 'Last run'}>{signal ?? `exit code ${exitCode}`}</Fact>
        )}
        {service.nextStartAt !== null && (
          <Fact name={type === 'service' ? 'Next start' : 'Next run'}>
            <Ago iso={service.nextStartAt} />
          </Fact>
        )}
        {app !== null && <Fact name="App">{app}</Fact>}
        {groups.length > 0 && <Fact name="Groups">{groups.join(', ')}</Fact>}
        <Fact name="Written in">
          <Place file={file} line={line} />
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
