import { useCallback, useState } from 'react'
import type { Notification } from '../../../contract/index.ts'
import { messageOf, usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button, Shape } from '../../parts/index.ts'
import { useIsLive } from '../../store/index.ts'
import { TemplatePreview } from './TemplatePreview.tsx'
import { shapeOfDelivery } from './words.ts'

const everyMs = 10_000

/** Where alerts are told, whether what was sent has arrived, and how a message looks. */
export function Channels() {
  const read = useCallback((signal: AbortSignal) => client.notifications.list(undefined, { signal }), [])
  const { value, problem } = usePoll(read, everyMs)
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (!value) return null
  return (
    <div className="scroll rules">
      <table className="table wide channel-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">To</th>
            <th scope="col">Last</th>
            <th scope="col" className="num">
              Waiting
            </th>
            <th scope="col" className="num">
              Given up
            </th>
            <th scope="col">
              <span className="out-of-sight">Try</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {value.items.map((notification) => (
            <Row key={notification.name} notification={notification} />
          ))}
        </tbody>
      </table>
      <TemplatePreview notifications={value.items} />
    </div>
  )
}

function Row({ notification }: { notification: Notification }) {
  const { name, type, target, lastDelivery, waiting, gaveUp, problem } = notification
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{type}</td>
      <td>{problem ?? target}</td>
      <td>
        {lastDelivery ? (
          <span className="row" title={lastDelivery.text}>
            <Shape name={shapeOfDelivery(lastDelivery)} />
            {lastDelivery.text} <Ago iso={lastDelivery.at} className="dim" />
          </span>
        ) : (
          <span className="dim">nothing yet</span>
        )}
      </td>
      <td className="num">{waiting}</td>
      <td className="num">{gaveUp}</td>
      <td>
        <TestButton name={name} />
      </td>
    </tr>
  )
}

type Answer = { delivered: boolean; text: string }

/** Sends a message that says it is a test, and says what came of it. */
function TestButton({ name }: { name: string }) {
  const [answer, setAnswer] = useState<Answer | 'asking' | null>(null)
  const isLive = useIsLive()
  const send = async (): Promise<void> => {
    setAnswer('asking')
    setAnswer(
      await client.notifications.test({ name }).catch((error) => ({ delivered: false, text: messageOf(error) })),
    )
  }
  return (
    <span className="row">
      <Button
        small
        aria-label={`Send a test to ${name}`}
        disabled={answer === 'asking' || !isLive}
        onClick={() => void send()}
      >
        {answer === 'asking' ? 'Sending…' : 'Send a test'}
      </Button>
      <span role="status" className="row sm">
        {answer !== null && answer !== 'asking' && (
          <>
            <Shape name={answer.delivered ? 'completed' : 'failed'} />
            {answer.text}
          </>
        )}
      </span>
    </span>
  )
}
