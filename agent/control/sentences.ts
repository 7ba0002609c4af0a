import { durationInWords, type EventKind } from '../../contract/index.ts'
import type { Unit } from '../supervisor/index.ts'
import type { ServiceFacts } from '../why/index.ts'

/** What happened to a unit, as one line of the history. */
export function sentenceOf(unit: Unit, kind: EventKind, hook: ServiceFacts['hook'], nowMs: number): string {
  const name = unit.instance
  const reason = unit.reason.text.charAt(0).toLowerCase() + unit.reason.text.slice(1)
  const inMs = unit.nextStartAtMs === null ? 0 : Math.max(0, unit.nextStartAtMs - nowMs)
  switch (kind) {
    case 'service.started':
      return `${name} runs: ${reason}`
    case 'service.adopted':
      return `${name} ${reason}`
    case 'service.backoff':
      return `${name} ${reason}; starts again${inMs >= 1 ? ` in ${durationInWords(inMs)}` : ''}`
    case 'service.skipped':
      return `A run of ${name} was skipped, since the one before still runs`
    case 'service.unkillable':
      return `${name} does not end, not even by SIGKILL`
    case 'service.waiting':
      return `${name} ${reason}`
    case 'hook.failed': {
      return hook ? `${hook.name} hook of ${name} failed: ${hook.commandLine}` : `A hook of ${name} failed`
    }
    case 'service.failed':
      return `${name} failed: ${reason}`
    case 'service.stopping':
      return `${name} is being stopped: ${reason}`
    default:
      return `${name}: ${reason}`
  }
}
