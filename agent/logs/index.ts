export { createLogs } from './logs.ts'
export type { Logs } from './types.ts'
