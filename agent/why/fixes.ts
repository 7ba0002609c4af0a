import type { Range } from '../config/index.ts'
import type { Fix } from './cause.ts'
import type { ServiceFacts } from './facts.ts'
import { clean, place } from './words.ts'

/** Labels are written as they stand on buttons. */

export function startAgain(facts: ServiceFacts): Fix {
  const label = facts.state === 'backoff' ? 'Start now' : facts.exit || facts.startError ? 'Start again' : 'Start'
  return { label, action: { kind: 'service', verb: 'start', service: facts.name } }
}

export function restart(service: string): Fix {
  return { label: 'Restart', action: { kind: 'service', verb: 'restart', service } }
}

export function start(service: string): Fix {
  return { label: `Start ${clean(service, 64)}`, action: { kind: 'service', verb: 'start', service } }
}

export function stop(service: string): Fix {
  return { label: `Stop ${clean(service, 64)}`, action: { kind: 'service', verb: 'stop', service } }
}

export function enable(facts: ServiceFacts): Fix {
  return { label: 'Enable', action: { kind: 'service', verb: 'enable', service: facts.name } }
}

export function showLogs(service: string, label = 'Show logs'): Fix {
  return { label, action: { kind: 'open-logs', service } }
}

export function openService(service: string): Fix {
  return { label: `Open ${clean(service, 64)}`, action: { kind: 'open-service', service } }
}

export function openFile(range: Pick<Range, 'file' | 'line' | 'column'>): Fix {
  const { file, line, column } = range
  return { label: `Open ${place(range)}`, action: { kind: 'open-file', file, line, column } }
}

export function copyCommand(label: string, command: string): Fix {
  return { label, action: { kind: 'run-command', command } }
}

export function setAttribute(
  label: string,
  facts: ServiceFacts,
  change: { attribute: string; value: string | number | boolean; replaces?: string | number | boolean },
): Fix {
  return { label, action: { kind: 'set-attribute', service: serviceOf(facts.name), ...change } }
}

/** For a run that ended badly, whatever the cause. */
export function usualFixes(facts: ServiceFacts): Fix[] {
  return [startAgain(facts), showLogs(facts.name), openFile(facts.range)]
}

/** The name in the files: `web` for `web#0`. */
function serviceOf(instance: string): string {
  return instance.replace(/#\d+$/, '')
}
