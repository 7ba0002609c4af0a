import { useCallback, useMemo } from 'react'
import type { Delivery } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Select, Shape } from '../../parts/index.ts'
import { Link, useParameter, withQuery } from '../../router/index.ts'
import { DeliveryDetail } from './DeliveryDetail.tsx'
import { deliveryWords, shapeOfDelivery } from './words.ts'

const everyMs = 5_000
const listed = 200
const states = [['', 'All messages'], ...Object.entries(deliveryWords)] as const

/** Each message to each channel, newest first: what arrived, what waits for its next try, and what was given up. */
export function Deliveries({ filter }: { filter: string }) {
  const [id] = useParameter('delivery')
  const [state, setState] = useParameter('state')
  const read = useCallback(
    (signal: AbortSignal) =>
      client.notifications.deliveries({ limit: listed, ...(state === '' ? {} : { state }) }, { signal }),
    [state],
  )
  const { value, problem } = usePoll(read, everyMs)
  const items = useMemo(() => (value?.items ?? []).filter((each) => deliveryMatches(each, filter)), [value, filter])
  const chosen = items.find((each) => each.id === id) ?? items[0]
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (value === null) return null
  const isAll = filter === '' && state === ''
  return (
    <>
      <div className="row list-head">
        <Select label="Messages" value={state} options={states} onChange={setState} />
      </div>
      {items.length === 0 && (
        <p className="nothing dim" role="status">
          {isAll ? 'Nobody was told of anything yet.' : 'No message is like that.'}
        </p>
      )}
      {chosen && (
        <div className="split">
          <nav className="alert-list" aria-label="Messages">
            <ul>
              {items.map((each) => (
                <li key={each.id}>
                  <Row delivery={each} state={state} isChosen={each.id === chosen.id} />
                </li>
              ))}
            </ul>
          </nav>
          <DeliveryDetail key={chosen.id} delivery={chosen} />
        </div>
      )}
    </>
  )
}

function Row({ delivery, state, isChosen }: { delivery: Delivery; state: string; isChosen: boolean }) {
  const { id, notification, type, text, status, createdAt, alerts } = delivery
  return (
    <Link
      className="alert-row"
      to={withQuery('/alerts', { tab: 'deliveries', state, delivery: id })}
      {...(isChosen ? { 'aria-current': 'true' as const } : {})}
    >
      <Shape name={shapeOfDelivery(delivery)} />
      <span className="grow">
        <span className="alert-what">
          {notification}
          {type !== notification && <span className="dim"> {type}</span>}
        </span>
        <span className="dim sm">{text}</span>
      </span>
      <span className="alert-when dim sm">
        <Ago iso={createdAt} />
        <span>
          {alerts.length} {status}
        </span>
      </span>
    </Link>
  )
}

const deliveryMatches = ({ notification, type, text, state, status }: Delivery, filter: string): boolean => {
  const all = [notification, type, text, deliveryWords[state], status].join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
