import type { MetricUnit } from '../../../contract/index.ts'
import { knownMetrics } from '../../metrics/known.ts'

/** What rules know of a service besides what is measured. */
const ownMetrics: Readonly<Record<string, Readonly<Record<string, MetricUnit>>>> = {
  service: { memory_limit_bytes: 'bytes' },
}

/** The names of metrics that a rule about this can be sure of. */
export function ruleMetrics(on: string): ReadonlySet<string> {
  const measured = knownMetrics.filter((info) => info.on === on).map(({ metric }) => metric)
  return new Set([...measured, ...Object.keys(ownMetrics[on] ?? {})])
}

export function metricUnit(on: string, metric: string): MetricUnit {
  return (
    knownMetrics.find((info) => info.on === on && info.metric === metric)?.unit ?? ownMetrics[on]?.[metric] ?? 'none'
  )
}
