import type { Forecast, ForecastQuery, MetricInfo, MetricQuery, Series, SubjectKind } from '../../contract/index.ts'

/** What carriers ask about measurements. */
export interface MetricsDesk {
  names(service: string | undefined): Promise<MetricInfo[]>
  /** @throws NOT_FOUND for a service that is not there, BAD_INPUT for a metric or a time that is none */
  query(query: MetricQuery): Promise<Series[]>
  forecast(query: ForecastQuery): Promise<Forecast>
  /** What Prometheus reads, in its text format. */
  exposition(): string
}

/** All that one look measured. Names of metrics are those of the API in snake case: `cpu_percent`. */
export interface Sweep {
  atMs: number
  /** By instance. Where nothing has changed since the last look it is the same object. */
  services: ReadonlyMap<string, Readonly<Record<string, number>>>
  host: Readonly<Record<string, number>>
  agent: Readonly<Record<string, number>>
  /** What has several series of one name: disks, network links, cores, what services tell of themselves. */
  labelled: readonly Measurement[]
}

/** One value of one series. */
export interface Measurement {
  on: SubjectKind
  /** The instance, else the machine's name. */
  subject: string
  metric: string
  labels: Readonly<Record<string, string>>
  value: number
}

/** Measurements for the other parts of the agent. */
export interface MetricsFeed {
  /** After each look. Returns the clean-up. */
  onSweep(listener: (sweep: Sweep) => void): () => void
  latest(): Sweep | undefined
}
