export { createLogs, type LogsOptions } from './logs.ts'
export type { LogBatch, LogPage, Logs, LogWarning, RunLog, SpoolFds } from './types.ts'
