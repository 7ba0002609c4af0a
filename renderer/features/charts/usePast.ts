import { useEffect, useRef } from 'react'
import type { Series } from '../../../contract/index.ts'
import { isAborted } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { addPast, type HostMeasure, type Measure, type Past, showError, slotMs, useIsLive } from '../../store/index.ts'
import { summed } from './series.ts'

const step = `${slotMs / 1000}s`
const hostMeasures: Readonly<Record<string, HostMeasure>> = {
  cpu_percent: 'cpu',
  memory_used_bytes: 'memory',
  disk_used_bytes: 'disk',
  network_receive_bytes_per_second: 'network',
  network_transmit_bytes_per_second: 'network',
}
const serviceMeasures: Readonly<Record<string, Measure>> = { cpu_percent: 'cpu', memory_bytes: 'memory' }

/** Gives the traces of the machine the hour that the agent has kept, once for each line to it. */
export function useHostPast(mount: string | undefined): void {
  const isLive = useIsLive()
  useEffect(() => {
    if (!isLive) return
    const ended = new AbortController()
    const query = { metric: Object.keys(hostMeasures), on: 'host', from: '1h', step } as const
    client.metrics
      .query(query, { signal: ended.signal })
      .then(({ items }) => addPast(hostPasts(items, mount)), tell(ended))
    return () => ended.abort()
  }, [isLive, mount])
}

function hostPasts(series: readonly Series[], mount: string | undefined): Past[] {
  const of = (measure: HostMeasure): Series[] =>
    series.filter(({ metric, labels }) => {
      const isOther = measure === 'disk' && labels.mount !== mount
      return hostMeasures[metric] === measure && !isOther
    })
  const measures = [...new Set(Object.values(hostMeasures))]
  // What the state tells of the network is of all links together.
  return measures.map((measure) => ({ measure, points: summed(of(measure)) }))
}

/** So long what is in sight has to stay, so that nothing is asked for what only passes. */
const restMs = 100
const mostAtOnce = 100

/** Gives the traces of services that are in sight the minutes that the agent has kept: those of all new ones in one call. */
export function useServicesPast(names: readonly string[]): void {
  const asked = useRef(new Set<string>())
  const isLive = useIsLive()
  const key = isLive ? names.join('\n') : ''
  useEffect(() => {
    const fresh = key === '' ? [] : key.split('\n').filter((name) => !asked.current.has(name))
    if (fresh.length === 0) return
    const ended = new AbortController()
    const timer = setTimeout(() => {
      const service = fresh.slice(0, mostAtOnce)
      for (const name of service) asked.current.add(name)
      const query = { metric: Object.keys(serviceMeasures), service, from: '10m', step }
      client.metrics.query(query, { signal: ended.signal }).then(
        ({ items }) => addPast(servicePasts(items)),
        (error) => {
          for (const name of service) asked.current.delete(name)
          tell(ended)(error)
        },
      )
    }, restMs)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [key])
}

const servicePasts = (series: readonly Series[]): Past[] =>
  series.flatMap(({ subject, metric, points }) => {
    const measure = serviceMeasures[metric]
    return measure === undefined ? [] : [{ service: subject, measure, points }]
  })

const tell =
  (ended: AbortController) =>
  (error: unknown): void => {
    if (!ended.signal.aborted && !isAborted(error)) showError('What was measured before could not be read', error)
  }
