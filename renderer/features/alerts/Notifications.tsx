import { useCallback } from 'react'
import type { Notification } from '../../../contract/index.ts'
import { messageOf, usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button, Shape } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { shapeOfDelivery } from './words.ts'

const everyMs = 10_000

/** Where alerts are told, and whether what was sent has arrived. */
export function Notifications() {
  const read = useCallback((signal: AbortSignal) => client.notifications.list(undefined, { signal }), [])
  const { value } = usePoll(read, everyMs)
  if (!value) return null
  return (
    <section aria-labelledby="notifications">
      <h2 id="notifications" className="section-head">
        Notifications
      </h2>
      <table className="table wide">
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
    </section>
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
        <Button small aria-label={`Send a test to ${name}`} onClick={() => void sendTest(name)}>
          Send a test
        </Button>
      </td>
    </tr>
  )
}

async function sendTest(name: string): Promise<void> {
  try {
    const { delivered, text } = await client.notifications.test({ name })
    if (delivered) showDone(`${name} was told`, text)
    else showError(`${name} was not told`, text)
  } catch (error) {
    showError(`${name} was not told`, messageOf(error))
  }
}
