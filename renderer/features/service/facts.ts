import { relativeTime, remainingInWords, type Service } from '../../../contract/index.ts'
import { capitalise, wordOf } from '../../parts/index.ts'

/** One line of figures under the sentence: how it ended, how often, and when it is tried again. */
export function factsOf(service: Service, nowMs: number): string {
  const { exitCode, signal, restarts, nextStartAt, state } = service
  const facts: string[] = []
  if (signal !== null) facts.push(`Ended by ${signal}`)
  else if (exitCode !== null) facts.push(`Exit code ${exitCode}`)
  if (restarts > 0) facts.push(restarts === 1 ? 'started again once' : `started again ${restarts} times`)
  const nextMs = nextStartAt === null ? Number.NaN : Date.parse(nextStartAt) - nowMs
  if (state === 'backoff' && nextMs > 0) facts.push(`next start in ${remainingInWords(nextMs)}`)
  else facts.push(`${wordOf(service).toLowerCase()} ${relativeTime(service.since, nowMs)}`)
  return capitalise(facts.join(' · '))
}
