import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '../../contract/index.ts'
import type { Marked } from './processes.ts'

export const summary = ({ state, reason, desired, pid, why }: Service): string =>
  `${state} (wanted ${desired}, pid ${pid}): ${reason.code}: ${reason.text}${why ? `: ${why.sentence}` : ''}`

/** In which way an instance is not as wanted, or not as shown. */
export function untrue(one: Service, found: readonly Marked[]): string[] {
  const own = found.filter(({ service, replica }) => service === one.service && replica === String(one.replica ?? 0))
  const problem = (text: string): string[] => [`${one.name} ${text}: ${summary(one)}`]
  if (one.type === 'service' && one.desired === 'up' && one.state !== 'running') return problem('should run')
  if (one.desired === 'down' && one.state !== 'stopped') return problem('should be stopped')
  if (one.state === 'running' && !own.some(({ pid }) => pid === one.pid)) return problem('is shown running and is not')
  if (one.state === 'stopped' && own.length > 0) return problem(`is shown stopped and has ${own.length} processes`)
  return []
}

export function countsProblems(text: string, notes: string): string[] {
  const lines = text.split('\n')
  const partial = lines.pop()
  const next = new Map<string, number>()
  const problems: string[] = []
  for (const line of lines) {
    const [run = '', number = ''] = line.split(' ')
    const expected = (next.get(run) ?? 0) + 1
    // A run that was killed while it wrote leaves the beginning of a line, and the next one's first line follows it.
    if (Number(number) !== expected) problems.push(`after ${expected - 1} of ${run} comes ${JSON.stringify(line)}`)
    next.set(run, Number(number))
  }
  if (partial) problems.push(`half a line at the end: ${partial}`)
  for (const run of existsSync(notes) ? readdirSync(notes) : []) {
    const noted = Number(readFileSync(join(notes, run), 'utf8'))
    const logged = next.get(run) ?? 0
    if (logged < noted || logged > noted + 1) problems.push(`${run} wrote ${noted} lines and ${logged} are in the log`)
  }
  return problems.slice(0, 5)
}
