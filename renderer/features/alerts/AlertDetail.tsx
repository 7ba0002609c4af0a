import { ArrowRight, BellOff, Check } from 'lucide-react'
import { useCallback, useState } from 'react'
import {
  type Alert,
  alertPath,
  type AlertDetail as Detail,
  elapsedInWords,
  listInWords,
} from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { Button, Clock, ExternalLink, Shape } from '../../parts/index.ts'
import { Link, navigate, servicePath } from '../../router/index.ts'
import { showError, useNowMs } from '../../store/index.ts'
import { usePollOfAlerts } from '../charts/index.ts'
import { AlertChart } from './AlertChart.tsx'
import { RuleText } from './RuleText.tsx'
import { SilenceDialog } from './SilenceDialog.tsx'
import { Steps } from './Steps.tsx'
import { severityWords, shapeOfAlert, shapeOfDelivery } from './words.ts'

/** One alert: its sentence, what can be done, the value over time, who was told, and why or why not. */
export function AlertDetail({ id, known }: { id: string; known: Alert }) {
  const read = useCallback((signal: AbortSignal) => client.alerts.get({ id }, { signal }), [id])
  const { value, problem } = usePollOfAlerts(read, 10_000)
  const alert = value ?? known
  return (
    <section className="alert-detail scroll" aria-label={alert.summary}>
      <Head alert={alert} />
      <Sentence alert={alert} />
      {alert.metric !== null && <AlertChart alert={alert} />}
      {problem !== null && <p className="dim">{problem}</p>}
      {value && (
        <div className="alert-parts">
          <Told detail={value} />
          <RuleText name={alert.name} />
        </div>
      )}
      {value && (
        <section aria-labelledby="alert-steps">
          <h3 id="alert-steps" className="h2 dim">
            Since then
          </h3>
          <Steps steps={value.steps} />
        </section>
      )}
    </section>
  )
}

function Head({ alert }: { alert: Alert }) {
  const [isSilencing, setSilencing] = useState(false)
  const { id, service, state, acknowledged } = alert
  return (
    <header className="alert-head">
      <span className="pill" data-state={shapeOfAlert(alert)}>
        <Shape name={shapeOfAlert(alert)} />
        {state === 'resolved' ? 'Resolved' : state === 'pending' ? 'Pending' : severityWords[alert.severity]}
      </span>
      <h2>{alert.summary}</h2>
      <span className="push row">
        {service !== undefined && (
          <Button icon={ArrowRight} onClick={() => navigate(servicePath(service))}>
            Go to {service}
          </Button>
        )}
        {state !== 'resolved' && (
          <Button icon={BellOff} onClick={() => setSilencing(true)}>
            Silence
          </Button>
        )}
        {state !== 'resolved' && (
          <Button
            icon={Check}
            look={acknowledged ? 'outline' : 'primary'}
            onClick={() => void acknowledge(id, !acknowledged)}
          >
            {acknowledged ? 'Acknowledged' : 'Acknowledge'}
          </Button>
        )}
      </span>
      {isSilencing && <SilenceDialog alert={alert} onClose={() => setSilencing(false)} />}
    </header>
  )
}

async function acknowledge(id: string, on: boolean): Promise<void> {
  try {
    await (on ? client.alerts.ack({ id }) : client.alerts.unack({ id }))
  } catch (error) {
    showError('It was not acknowledged', error)
  }
}

/** Since when, what it comes from, who sees to it, where it is written what to do. */
function Sentence({ alert }: { alert: Alert }) {
  const nowMs = useNowMs()
  const { startsAt, endsAt, cause, follows, acknowledgedBy, runbook } = alert
  const lastedMs = Math.max(0, (endsAt === undefined ? nowMs : Date.parse(endsAt)) - Date.parse(startsAt))
  const length = elapsedInWords(lastedMs)
  return (
    <div className="alert-said dim">
      <p>
        {endsAt === undefined ? `For ${length}` : `Ended after ${length}`}, since <Clock iso={startsAt} />.{' '}
        {cause && (
          <>
            It follows from {cause.id === undefined ? cause.subject : <AlertLink id={cause.id} text={cause.subject} />}:{' '}
            {cause.text}. It is not told by itself.
          </>
        )}
        {follows.count > 0 &&
          `${follows.count} ${follows.count === 1 ? 'alert follows' : 'alerts follow'} from it${follows.services.length === 0 ? '' : `: ${namesOf(follows)}`}.`}
      </p>
      {acknowledgedBy && (
        <p>
          Seen by {acknowledgedBy.author} at <Clock iso={acknowledgedBy.at} />
          {acknowledgedBy.note === '' ? '.' : `: ${acknowledgedBy.note}`}
        </p>
      )}
      {runbook !== undefined && (
        <p>
          What to do:{' '}
          <ExternalLink className="link" url={runbook}>
            {runbook}
          </ExternalLink>
        </p>
      )}
    </div>
  )
}

/** A service may have several alerts; whoever is not named is one of others. */
function namesOf({ services }: Alert['follows']): string {
  return services.length > mostNamed ? `${services.slice(0, mostNamed).join(', ')} and others` : listInWords(services)
}
const mostNamed = 5

const AlertLink = ({ id, text }: { id: string; text: string }) => (
  <Link className="link" to={alertPath(id)}>
    {text}
  </Link>
)

function Told({ detail: { deliveries } }: { detail: Detail }) {
  return (
    <section className="grow" aria-labelledby="alert-told">
      <h3 id="alert-told" className="h2 dim">
        Told
      </h3>
      {deliveries.length === 0 && <p className="dim">Nobody yet; below stands why.</p>}
      <ul className="list">
        {deliveries.map((delivery) => (
          <li key={delivery.id} className="alert-told">
            <b className="cut">{delivery.notification}</b>
            <Shape name={shapeOfDelivery(delivery)} />
            <span className="grow">{delivery.text}</span>
            <Clock iso={delivery.at} className="dim" />
          </li>
        ))}
      </ul>
    </section>
  )
}
