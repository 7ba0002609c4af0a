import { useCallback, useState } from 'react'
import { addressOf, type FleetHost, formatPercent, mostMetricHosts, type Series } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Button, Shape, Sparkline } from '../../parts/index.ts'
import { useFleet } from '../../store/index.ts'
import { mostSeries } from '../charts/index.ts'

const shownAtOnce = 12
const everyMs = 30_000

interface HostCardsProps {
  /** Those on the charts below. */
  chosen: readonly string[]
  onChosen: (names: readonly string[]) => void
}

/** Each host with what it does now and did in the last hour; a box takes it to the charts. */
export function HostCards({ chosen, onChosen }: HostCardsProps) {
  const hosts = useFleet((fleet) => fleet.hosts)
  const [most, setMost] = useState(shownAtOnce)
  const shown = hosts.slice(0, most)
  const past = useHostsPast(shown.filter(({ state }) => state === 'connected').map(({ name }) => name))
  const toggle = (name: string): void =>
    onChosen(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name])
  return (
    <section aria-label="Hosts">
      <ul className="host-cards">
        {shown.map((host) => (
          <HostCard
            key={host.id}
            host={host}
            past={past}
            isChosen={chosen.includes(host.name)}
            isFull={chosen.length >= mostSeries}
            onToggle={() => toggle(host.name)}
          />
        ))}
      </ul>
      {hosts.length > most && (
        <Button small look="quiet" onClick={() => setMost(most + shownAtOnce)}>
          {hosts.length - most} more hosts
        </Button>
      )}
    </section>
  )
}

interface HostCardProps {
  host: FleetHost
  past: readonly Series[]
  isChosen: boolean
  isFull: boolean
  onToggle: () => void
}

function HostCard({ host, past, isChosen, isFull, onToggle }: HostCardProps) {
  const { name, state, since, cpuPercent, memoryPercent } = host
  const isAway = state === 'unreachable'
  const valuesOf = (metric: string): number[] =>
    past
      .find((series) => series.metric === metric && series.subject === name)
      ?.points.map(([, value]) => value ?? Number.NaN) ?? []
  return (
    <li className="card host-card" data-away={isAway}>
      <label className="row">
        <input
          type="checkbox"
          className="check"
          aria-label={`Compare ${name}`}
          checked={isChosen}
          disabled={isAway || (isFull && !isChosen)}
          onChange={onToggle}
        />
        <h2 className="medium cut">{name}</h2>
      </label>
      {isAway ? (
        <span className="row dim">
          <Shape name="unknown" />
          No word since <Ago iso={since} />
        </span>
      ) : (
        <>
          <HostFigure word="CPU" percent={cpuPercent} values={valuesOf('cpu_percent')} />
          <HostFigure word="Memory" percent={memoryPercent} values={valuesOf('memory_percent')} />
        </>
      )}
    </li>
  )
}

function HostFigure({ word, percent, values }: { word: string; percent: number | null; values: number[] }) {
  return (
    <span className="row">
      <span className="dim">{word}</span>
      <span className="push num">{percent === null ? '–' : formatPercent(percent)}</span>
      <Sparkline values={values} top={100} />
    </span>
  )
}

const noSeries: readonly Series[] = []

/** The last hour of hosts, a value a minute. */
function useHostsPast(names: readonly string[]): readonly Series[] {
  const key = names.join('\n')
  const read = useCallback(
    async (signal: AbortSignal) => {
      if (key === '') return noSeries
      const service = key
        .split('\n')
        .slice(0, mostMetricHosts)
        .map((name) => addressOf('', name))
      const metric = ['cpu_percent', 'memory_percent']
      const { items } = await client.metrics.query({ on: 'host', metric, service, from: '1h', step: '1m' }, { signal })
      return items
    },
    [key],
  )
  return usePoll(read, everyMs).value ?? noSeries
}
