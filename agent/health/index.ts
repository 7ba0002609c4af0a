export { Monitor, type Turn } from './monitor.ts'
export { Prober } from './prober.ts'
export type { HealthDesk } from './types.ts'
