import type { LogLevel } from '../../../contract/index.ts'

export interface LogQuestion {
  /** Names of instances; none means all. */
  services: readonly string[]
  level: LogLevel | ''
  /** Only lines that match each of these are wanted. */
  grep: readonly string[]
}

export interface LogFilter {
  service?: string[]
  level?: LogLevel
  grep?: string[]
}

/** A question as the agent is asked. */
export function filterOf({ services, level, grep }: LogQuestion): LogFilter {
  return {
    ...(services.length > 0 && { service: [...services] }),
    ...(level !== '' && { level }),
    ...(grep.length > 0 && { grep: [...grep] }),
  }
}

/** What tells questions apart. */
export const keyOf = (question: LogQuestion): string => JSON.stringify(filterOf(question))
