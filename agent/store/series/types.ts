import type { MetricLevel, MetricStat, Point } from '../../../contract/index.ts'

/** What the numbers in a batch mean: each list goes on from what was said before, or from zero with `first`. */
export interface SeriesNames {
  first: boolean
  subjects: [kind: string, name: string][]
  /** Labels as JSON, sorted. */
  keys: [metric: string, labels: string][]
}

/** What a new name found no room in: that of its service, that of all, or that of what is measured. */
export interface SeriesRefusal {
  of: 'one' | 'all' | 'subjects'
  kind: string
  /** Whose it was. */
  name: string
  most: number
}

export interface SeriesNews {
  /** Told once, until there is much room again. */
  refusals: SeriesRefusal[]
  /** Where names were refused or forgotten: everything is to be named anew, with the next sweep saying all there is. */
  hasRoomAgain: boolean
}

/**
 * Sweeps one after the other, each as its time, whether it says all there is (1) or what has changed (0), how many
 * changes there are, and these as subject, key and value. The key -1 says that nothing more is known of the subject.
 */
export interface SeriesBatch {
  names: SeriesNames
  sweeps: Float64Array<ArrayBuffer>
  /** Whether it has to reach the disk now. */
  save: boolean
}

export interface SeriesQuery {
  kind: string
  /** Subjects by name, or services with all their instances; all when absent. */
  subjects?: string[]
  metrics: string[]
  fromMs: number
  toMs: number
  stepMs?: number
  stat: MetricStat
  points: number
  /** How often is measured, for telling a gap. */
  intervalMs: number
}

export interface FoundSeries {
  subject: string
  metric: string
  labels: Record<string, string>
  points: Point[]
}

export interface SeriesAnswer {
  level: MetricLevel
  stepMs: number
  series: FoundSeries[]
  /** Set instead of series where there would be too many of them. */
  tooMany?: number
}

export interface SeriesBounds {
  rawMs: number
  minuteMs: number
  hourMs: number
  /** For all levels together. */
  bytes: number
}
