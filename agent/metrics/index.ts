export { quietMetrics } from './quiet.ts'
export { Sampler, type Usage } from './sampler.ts'
export type { Measurement, MetricsDesk, MetricsFeed, Sweep } from './types.ts'
