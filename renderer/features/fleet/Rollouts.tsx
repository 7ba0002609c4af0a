import { Pause, Play, Square } from 'lucide-react'
import { isRolloutOver, type Rollout, type RolloutStep } from '../../../contract/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Ago, Button, capitalise, Shape, timeOfDay } from '../../parts/index.ts'
import { showError } from '../../store/index.ts'
import { batchesOf, batchNow, progressOf, rolloutShape, stepShape, titleOf } from './rollouts.ts'

/** What is done with services of many hosts, batch by batch, the newest first. */
export function Rollouts({ rollouts }: { rollouts: readonly Rollout[] }) {
  if (rollouts.length === 0)
    return (
      <p className="nothing dim" role="status">
        Nothing has been rolled out from here. A rolling restart takes a few hosts at a time, waits until their services
        are well, and stops at the first that is not.
      </p>
    )
  return (
    <div className="page fleet-rollouts">
      {rollouts.map((rollout) => (
        <Card key={rollout.id} rollout={rollout} />
      ))}
    </div>
  )
}

function Card({ rollout }: { rollout: Rollout }) {
  const { id, state, text, author, createdAt, endedAt, restUntil, request } = rollout
  const title = titleOf(rollout)
  const batches = batchesOf(rollout)
  const now = batchNow(rollout)
  const { done, total, text: progress } = progressOf(rollout)
  const isOver = isRolloutOver(rollout)
  const isResting = state === 'running' && restUntil !== null && Date.parse(restUntil) > Date.now()
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2 className="cut">{title}</h2>
        <span className="pill" role="status">
          <Shape name={rolloutShape(rollout)} />
          {now === undefined || state !== 'running' ? capitalise(state) : `Batch ${now} of ${batches.length}`}
        </span>
        <span className="push" />
        {state === 'running' && (
          <Button small icon={Pause} onClick={() => void order('pause', id)}>
            Pause
          </Button>
        )}
        {state === 'paused' && (
          <Button small icon={Play} onClick={() => void order('resume', id)}>
            Resume
          </Button>
        )}
        {!isOver && (
          <Button small icon={Square} onClick={() => void order('abort', id)}>
            Stop here
          </Button>
        )}
      </div>
      <div className="batches">
        {batches.map((batch, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a batch is nothing but its place
          <div key={at} className="batch">
            <h3 className="dim sm">{request.canary !== undefined && at === 0 ? 'Canary' : `Batch ${at + 1}`}</h3>
            <ul className="list" aria-label={`Batch ${at + 1}`}>
              {batch.map((step) => (
                <Step key={step.operation} step={step} />
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className="row rollout-foot">
        <progress aria-label="Hosts done" value={done} max={Math.max(1, total)} />
        <span className="sm">{progress}</span>
      </div>
      {/* How many are done stands beside the bar already. */}
      {(state !== 'done' || text.includes('left out')) && (
        <p className={state === 'failed' ? 'sm failed-text' : 'sm'}>
          {text}
          {isResting && `. The next batch begins at ${timeOfDay(restUntil)}`}
        </p>
      )}
      <p className="sm dim">
        {batchWords(request.batchSize)}, {gateWords(rollout)}. Begun by {author} <Ago iso={createdAt} />
        {endedAt !== null && (
          <>
            , ended <Ago iso={endedAt} />
          </>
        )}
        .
      </p>
    </section>
  )
}

const batchWords = (size: number): string => (size === 1 ? 'One host at a time' : `${size} hosts at a time`)

const gateWords = ({ request: { verb, gate, onFailure } }: Rollout): string => {
  const wait = verb === 'stop' ? 'stopped' : gate
  return `the next when its services are ${wait}; a failure ${onFailure === 'rollback' ? 'puts back what was done' : 'leaves the rest alone'}`
}

function Step({ step }: { step: RolloutStep }) {
  const { host, state, text, services, beganAt, endedAt } = step
  const tookMs = beganAt !== null && endedAt !== null ? Date.parse(endedAt) - Date.parse(beganAt) : null
  const note =
    state === 'done' && tookMs !== null ? `${(tookMs / 1000).toFixed(1)} s` : state === 'waiting' ? 'waits' : text
  return (
    <li className="batch-host" data-state={state} title={`${services.join(', ')}${text === '' ? '' : `\n${text}`}`}>
      <Shape name={stepShape(step)} />
      <b className="cut">{host}</b>
      <span className="out-of-sight">{state}</span>
      <span className="push dim sm cut">{note}</span>
    </li>
  )
}

async function order(word: 'pause' | 'resume' | 'abort', id: string): Promise<void> {
  try {
    await homeClient.fleet.rollouts[word]({ id })
  } catch (error) {
    showError('The rollout goes on as it was', error)
  }
}
