import { elapsedInWords } from '../../contract/index.ts'
import type { ConnectionState } from '../connection/index.ts'
import { Button, Shape, timeOfDay } from '../parts/index.ts'
import { quietForMs, useFleet, useIsKnown, useNowMs, usePanel } from '../store/index.ts'

/** Says that what is shown is not of now. */
export function ConnectionBanner({ onRetry }: { onRetry: () => void }) {
  const connection = usePanel((state) => state.connection)
  const isKnown = useIsKnown()
  if (connection.kind !== 'lost' || !isKnown) return null
  return <LostBanner connection={connection} onRetry={onRetry} />
}

function LostBanner(props: { connection: Extract<ConnectionState, { kind: 'lost' }>; onRetry: () => void }) {
  const { sinceMs } = props.connection
  const nowMs = Math.max(useNowMs(), sinceMs)
  const host = useFleet(({ chosen }) => chosen)
  const who = host ?? 'the agent'
  const heardAt = timeOfDay(new Date(sinceMs).toISOString())
  if (nowMs - sinceMs < quietForMs) return null
  return (
    <div className="banners">
      <div className="note" data-state="unknown">
        <Shape name="unknown" />
        <span className="out-of-sight" role="status">
          No word from {who}. What is shown is what was last known.
        </span>
        <span className="grow">
          No word from {who} for {elapsedInWords(nowMs - sinceMs)}. Showing {heardAt}.
        </span>
        <Button small onClick={props.onRetry}>
          Retry
        </Button>
      </div>
    </div>
  )
}
