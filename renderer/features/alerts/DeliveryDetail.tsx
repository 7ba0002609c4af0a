import { RotateCw } from 'lucide-react'
import { useCallback, useState } from 'react'
import { alertPath, type Delivery } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button, Clock, Shape } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { showDone, showError, useIsLive } from '../../store/index.ts'
import { Steps } from './Steps.tsx'
import { deliveryWords, shapeOfDelivery } from './words.ts'

/** Alerts of a message whose way is shown; of the others it says how many they are. */
const mostShown = 5
const everyMs = 10_000

/** One message: what became of it, what can be done, and why it was sent. */
export function DeliveryDetail({ delivery }: { delivery: Delivery }) {
  const { id, notification, state, status, text, attempts, at, createdAt, alerts } = delivery
  const [isTrying, setTrying] = useState(false)
  const isLive = useIsLive()
  const retry = async (): Promise<void> => {
    setTrying(true)
    try {
      await client.notifications.retry({ id })
      showDone(`${notification} is tried again`)
    } catch (error) {
      showError(`${notification} was not tried again`, error)
    } finally {
      setTrying(false)
    }
  }
  return (
    <section className="alert-detail scroll" aria-label={`Message to ${notification}`}>
      <header className="alert-head">
        <span className="pill" data-state={shapeOfDelivery(delivery)}>
          <Shape name={shapeOfDelivery(delivery)} />
          {deliveryWords[state]}
        </span>
        <h2>
          {notification}: {text}
        </h2>
        {state !== 'delivered' && (
          <span className="push row">
            <Button icon={RotateCw} disabled={isTrying || !isLive} onClick={() => void retry()}>
              {state === 'waiting' ? 'Try now' : 'Try again'}
            </Button>
          </span>
        )}
      </header>
      <div className="alert-said dim">
        <p>
          Made at <Clock iso={createdAt} />, {triedWords(attempts)}
          {state === 'waiting' ? (
            attempts > 0 && (
              <>
                , next <Ago iso={at} />
              </>
            )
          ) : (
            <>
              , {state === 'delivered' ? 'arrived at ' : 'given up at '}
              <Clock iso={at} />
            </>
          )}
          . It tells of {alerts.length === 1 ? 'one alert that is' : `${alerts.length} alerts that are`} {status}.
        </p>
        <p className="sm">
          Its id, by which a receiver drops a repeat: <span className="mono">{id}</span>
        </p>
      </div>
      {alerts.slice(0, mostShown).map((alert) => (
        <Way key={alert} id={alert} />
      ))}
      {alerts.length > mostShown && <p className="dim">And {alerts.length - mostShown} more.</p>}
    </section>
  )
}

function triedWords(attempts: number): string {
  if (attempts === 0) return 'not tried yet'
  return attempts === 1 ? 'tried once' : `tried ${attempts} times`
}

/** How one alert came to be told: rule, cause, silence, route, group, limit, delivery. */
function Way({ id }: { id: string }) {
  const read = useCallback((signal: AbortSignal) => client.alerts.get({ id }, { signal }), [id])
  const { value, problem } = usePoll(read, everyMs)
  if (problem !== null) return <p className="dim">{problem}</p>
  if (value === null) return null
  return (
    <section aria-label={value.summary}>
      <h3 className="h2">
        <Link className="link" to={alertPath(id)}>
          {value.summary}
        </Link>
      </h3>
      <Steps steps={value.steps} />
    </section>
  )
}
