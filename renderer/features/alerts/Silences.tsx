import { useCallback, useMemo } from 'react'
import type { Silence } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { absoluteTime, Button, withLocalTimes } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { usePollOfAlerts } from '../charts/index.ts'
import { AlertDetail } from './AlertDetail.tsx'
import { AlertList } from './AlertList.tsx'
import { alertMatches, byGravity } from './words.ts'

/** What is kept quiet now: the silences and planned windows, and the alerts that nobody is told of. */
export function Silences({ filter, id }: { filter: string; id: string }) {
  const read = useCallback(async (signal: AbortSignal) => {
    const [silences, windows, alerts] = await Promise.all([
      client.silences.list({}, { signal }),
      client.notifications.maintenance(undefined, { signal }),
      client.alerts.list({ state: 'silenced' }, { signal }),
    ])
    return { silences: silences.items, windows: windows.items, alerts: alerts.items }
  }, [])
  const { value, problem } = usePollOfAlerts(read, 10_000)
  const alerts = useMemo(
    () => (value?.alerts ?? []).filter((alert) => alertMatches(alert, filter)).sort(byGravity),
    [value, filter],
  )
  const chosen = alerts.find((alert) => alert.id === id) ?? alerts[0]
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (value === null) return null
  const { silences, windows } = value
  if (silences.length === 0 && windows.length === 0 && alerts.length === 0)
    return (
      <p className="nothing dim" role="status">
        Nothing is silenced.
      </p>
    )
  return (
    <>
      <div className="silences-scroll">
        <table className="table wide silences">
          <thead>
            <tr>
              <th scope="col">Silenced</th>
              <th scope="col">Until</th>
              <th scope="col">By</th>
              <th scope="col">Reason</th>
              <th scope="col" className="num">
                Alerts
              </th>
              <th scope="col">
                <span className="out-of-sight">End</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {silences.map((silence) => (
              <Row key={silence.id} silence={silence} />
            ))}
            {windows.map(({ name, text, active: isActive, nextAt }) => (
              <tr key={`window ${name}`}>
                <td>{name}</td>
                <td colSpan={3}>
                  {withLocalTimes(text)}
                  {isActive ? ', now' : nextAt === null ? '' : `, next ${absoluteTime(nextAt)}`}
                </td>
                <td />
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {alerts.length > 0 && (
        <div className="split">
          <AlertList alerts={alerts} chosen={chosen?.id} tab="silenced" />
          {chosen && <AlertDetail key={chosen.id} id={chosen.id} known={chosen} />}
        </div>
      )}
    </>
  )
}

function Row({ silence }: { silence: Silence }) {
  const { matchers, endsAt, author, reason, alerts, id } = silence
  const words = matchers.map(({ name, op, value }) => `${name} ${op} ${value}`).join(', ')
  return (
    <tr>
      <td className="mono" title={words}>
        {words}
      </td>
      <td>{absoluteTime(endsAt)}</td>
      <td>{author}</td>
      <td title={reason}>{reason}</td>
      <td className="num">{alerts}</td>
      <td>
        <Button small aria-label={`End the silence of ${words}`} onClick={() => void end(id)}>
          End now
        </Button>
      </td>
    </tr>
  )
}

async function end(id: string): Promise<void> {
  try {
    await client.silences.end({ id })
    showDone('The silence has ended')
  } catch (error) {
    showError('The silence goes on', error)
  }
}
