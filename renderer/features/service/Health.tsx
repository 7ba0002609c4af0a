import { Activity } from 'lucide-react'
import { useCallback, useState } from 'react'
import { type HealthCheck, type ProbeResult, remainingInWords, type Service } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button, Clock, Shape } from '../../parts/index.ts'
import { showDone, showError, useIsLive, useNowMs } from '../../store/index.ts'
import { Place } from './Place.tsx'
import { answersInWords, answersOf, latencyWords, shapeOfProbe, stateWords, termsOf } from './probes.ts'

const everyMs = 2_000

/** Each probe of a service, and how it has answered. */
export function Health({ service: { name } }: { service: Service }) {
  const read = useCallback((signal: AbortSignal) => client.services.health({ name }, { signal }), [name])
  const { value, problem } = usePoll(read, everyMs)
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (value === null) return null
  if (value.items.length === 0)
    return (
      <p className="nothing dim">
        {name} has no probe: whether its process runs is all that is known. A <code>health_check</code> block in its
        configuration asks it.
      </p>
    )
  return (
    <div className="probes">
      <div className="row">
        <span className="dim">
          {value.items.filter(({ state }) => state === 'passing').length} of {value.items.length} pass
        </span>
        <ProbeNow name={name} />
      </div>
      {value.items.map((check) => (
        <Probe key={check.name} check={check} service={name} />
      ))}
    </div>
  )
}

function ProbeNow({ name }: { name: string }) {
  const [isAsking, setAsking] = useState(false)
  const isLive = useIsLive()
  const probe = async (): Promise<void> => {
    setAsking(true)
    try {
      const { items } = await client.services.probe({ name })
      const failing = items.filter(({ results }) => results[0]?.ok === false)
      if (failing.length === 0) showDone(`${name} answers`)
      else showError(`${name} does not answer as it should`, failing.map(({ results }) => results[0]?.text).join('. '))
    } catch (error) {
      showError(`${name} could not be probed`, error)
    } finally {
      setAsking(false)
    }
  }
  return (
    <Button className="push" icon={Activity} disabled={isAsking || !isLive} onClick={() => void probe()}>
      {isAsking ? 'Probing…' : 'Probe now'}
    </Button>
  )
}

/** So many answers are listed until one asks for all. */
const fewAnswers = 5

function Probe({ check, service }: { check: HealthCheck; service: string }) {
  const { name, type, purpose, target, state, since, results, file, line } = check
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? results : results.slice(0, fewAnswers)
  return (
    <section className="card probe" aria-label={`Probe ${name}`}>
      <div className="card-head">
        <Shape name={shapeOfProbe[state]} />
        <h2>{name}</h2>
        <span className="state" data-state={shapeOfProbe[state]}>
          <span className="word">{stateWords(check)}</span>
        </span>
        <span className="faint sm">
          {type}, {purpose}
        </span>
        <span className="push faint sm">
          <Next check={check} />
        </span>
      </div>
      <div className="probe-body">
        <p className="row">
          <code className="mono cut" title={target}>
            {target}
          </code>
          <span className="push sm">
            <Place file={file} line={line} />
          </span>
        </p>
        <p className="faint sm">
          {termsOf(check)} · since <Ago iso={since} />
        </p>
        <Answers results={results} />
        <ol className="answers" aria-label={`Answers of ${name} to ${service}`}>
          {shown.map((result) => (
            <AnswerLine key={result.at} result={result} />
          ))}
        </ol>
        {results.length > fewAnswers && (
          <Button small look="quiet" onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Show the last ones alone' : `Show all ${results.length}`}
          </Button>
        )}
      </div>
    </section>
  )
}

function Next({ check: { nextAt, state } }: { check: HealthCheck }) {
  const nowMs = useNowMs()
  if (state === 'paused') return 'probed when the service runs'
  if (nextAt === null) return null
  const inMs = Date.parse(nextAt) - nowMs
  return inMs <= 1000 ? 'next now' : `next in ${remainingInWords(inMs)}`
}

function AnswerLine({ result: { at, ok, latencyMs, text, ignored } }: { result: ProbeResult }) {
  return (
    <li className="row sm">
      <Shape name={ok ? 'completed' : 'failed'} />
      <Clock iso={at} className="faint tm" />
      <span className="faint num latency">{latencyMs === null ? '–' : latencyWords(latencyMs)}</span>
      <span className={ok ? 'dim' : ''}>
        {text}
        {ignored !== undefined && <span className="faint"> · does not count: {ignored}</span>}
      </span>
    </li>
  )
}

const mostShown = 50
const barPx = 8
const heightPx = 28

/** The last answers: a bar as high as its latency, a failure as a cross in a column of its own. */
function Answers({ results }: { results: readonly ProbeResult[] }) {
  const answers = answersOf(results, mostShown)
  return (
    <svg
      className="answer-strip"
      role="img"
      aria-label={answersInWords(results)}
      width={Math.max(1, answers.length) * barPx}
      height={heightPx}
    >
      {answers.map(({ result, share }, index) => {
        const x = index * barPx
        const top = heightPx - 2 - share * (heightPx - 4)
        return result.ok ? (
          <rect key={result.at} className="ok" x={x + 1} width={barPx - 3} y={top} height={heightPx - 2 - top} />
        ) : (
          <g key={result.at} className="failed">
            <rect x={x} width={barPx - 1} y={0} height={heightPx} />
            <path d={`M${x + 1.5} ${heightPx / 2 - 2}l4 4m0-4l-4 4`} />
          </g>
        )
      })}
    </svg>
  )
}
