export { createLogs } from './logs.ts'
export type { Logs, RunLog, SpoolFds } from './types.ts'
