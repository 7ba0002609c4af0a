import { isKnown } from '../known.ts'
import type { Measurement } from '../types.ts'
import type { FamilyType, Parsed, Sample } from './parse.ts'

/** What is kept of one endpoint. */
export const mostSeries = 200

type Labels = Readonly<Record<string, string>>

/** Series of the last reading: counters for a rate, and labels, which stay one object for each series. */
export interface Reading {
  /** By the clock that never jumps. */
  atMs: number
  counters: ReadonlyMap<string, number>
  labels: ReadonlyMap<string, Labels>
}

export interface Figures {
  measurements: Measurement[]
  reading: Reading
  /** How many series there were beyond those that are kept. */
  left: number
}

const perSecond = '_per_second'

/**
 * What is kept of a reading. A gauge as it is; a counter as its rate, `requests_total` as `requests_per_second`; of
 * histograms and summaries sum and count as rates, the mean of the time between, and the quantiles, without the buckets.
 */
export function figuresOf(
  { samples, types }: Pick<Parsed, 'samples' | 'types'>,
  instance: string,
  extra: Labels,
  atMs: number,
  before: Reading | undefined,
): Figures {
  const counters = new Map<string, number>()
  const labels = new Map<string, Labels>()
  const measurements: Measurement[] = []
  const means = new Map<string, { sum?: number; count?: number; name: string; labels: Labels }>()
  const elapsedS = before ? (atMs - before.atMs) / 1000 : 0
  let left = 0
  const add = (metric: string, of: Labels, id: string, value: number): void => {
    if (!Number.isFinite(value) || isKnown('service', metric)) return
    if (measurements.length >= mostSeries) {
      left++
      return
    }
    const kept = before?.labels.get(id) ?? { ...of, ...extra }
    labels.set(id, kept)
    measurements.push({ on: 'service', subject: instance, metric, labels: kept, value })
  }
  for (const { name, labels: own, value } of samples) {
    const kind = kindOf(name, types)
    if (kind === 'left-out') continue
    const id = idOf(name, own)
    if (kind === 'gauge') {
      add(name, own, id, value)
      continue
    }
    if (counters.size < mostCounters) counters.set(id, value)
    const earlier = before?.counters.get(id)
    if (earlier === undefined || elapsedS <= 0) continue
    // One that is less than before has begun anew.
    const grown = value >= earlier ? value - earlier : value
    add(`${name.replace(/_total$/, '')}${perSecond}`, own, id, rounded(grown / elapsedS))
    if (kind === 'counter') continue
    const base = name.slice(0, name.lastIndexOf('_'))
    const meanId = idOf(base, own)
    const mean = means.get(meanId) ?? { name: base, labels: own }
    means.set(meanId, { ...mean, [kind]: grown })
  }
  for (const [id, { name, labels: own, sum, count }] of means)
    if (sum !== undefined && count !== undefined && count > 0)
      add(`${name}_mean`, own, `${id}\0mean`, rounded(sum / count))
  return { measurements, reading: { atMs, counters, labels }, left }
}

const mostCounters = 5_000

const idOf = (name: string, labels: Sample['labels']): string => {
  const pairs = Object.keys(labels)
    .sort()
    .map((label) => `${label}=${labels[label]}`)
  return [name, ...pairs].join('\0')
}

/** A rate has no more digits than it is worth. */
const rounded = (value: number): number => Number(value.toPrecision(6))

type Kind = 'gauge' | 'counter' | 'sum' | 'count' | 'left-out'

function kindOf(name: string, types: ReadonlyMap<string, FamilyType>): Kind {
  const own = types.get(name) ?? types.get(name.replace(/_total$/, ''))
  if (own === 'counter') return name.endsWith('_created') ? 'left-out' : 'counter'
  const [, base, part] = /^(.*)_(sum|count|bucket|created)$/.exec(name) ?? []
  const family = base === undefined ? undefined : types.get(base)
  if (family === 'histogram' || family === 'summary') return part === 'sum' || part === 'count' ? part : 'left-out'
  if (own === undefined && name.endsWith('_total')) return 'counter'
  return 'gauge'
}
