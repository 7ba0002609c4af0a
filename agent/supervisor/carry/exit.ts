import { type ProcessExit, readTextNow } from '../../os/index.ts'
import type { Unit } from '../unit.ts'
import { type Carrier, dropRun, inBackground, learn, refuse } from './carrier.ts'

/** A leader has ended: how it did is told to its unit. */
export function tellExit(carrier: Carrier, exit: ProcessExit): void {
  const { deps, byPid, runs } = carrier
  const instance = byPid.get(exit.pid)
  if (instance === undefined) return
  byPid.delete(exit.pid)
  const unit = deps.unit(instance)
  if (!unit) return
  const { code, signal, statusKnown } = outcome(carrier, instance, exit)
  const end = { code, signal, statusKnown, outOfMemory: deps.platform.oomKilled(instance) }
  const tell = (): void => deps.send(instance, { type: 'exited', generation: unit.generation, end })
  if (code === 126 && runs.get(instance)?.resolved?.user !== undefined) refusedByExec(carrier, unit, tell)
  else tell()
}

/** A task's wrapper says in a file how it ended, so that it is known also when nobody was there to see it. */
function outcome(
  carrier: Carrier,
  instance: string,
  exit: { code: number | null; signal: string | null; statusKnown: boolean },
): { code: number | null; signal: string | null; statusKnown: boolean } {
  if (exit.statusKnown) return exit
  return taskOutcome(carrier.runs.get(instance)?.record.statusFile ?? null) ?? exit
}

export function taskOutcome(statusFile: string | null): { code: number; signal: null; statusKnown: true } | undefined {
  if (statusFile === null) return undefined
  try {
    const code = Number.parseInt(readTextNow(statusFile), 10)
    return Number.isInteger(code) ? { code, signal: null, statusKnown: true } : undefined
  } catch {
    // Not written: it ended before it could say how.
    return undefined
  }
}

/**
 * A change of user happens in the child, so that the user's limit of processes is met there, after the spawn: the
 * helper says so and ends with 126. That is a start that found no room, not a crash of the program.
 */
function refusedByExec(carrier: Carrier, unit: Unit, tell: () => void): void {
  inBackground(
    carrier,
    'exit',
    async () => {
      const lines = await carrier.deps.logs.lastLines(unit.instance, 1)
      const said = /^setpriv: .*: Resource temporarily unavailable$/.test(lines[0]?.text ?? '')
      const run = carrier.runs.get(unit.instance)
      if (!said || !run || unit.askedToStopAtMs !== null) return tell()
      dropRun(carrier, run)
      const message = `User ${run.resolved?.user} may have no more processes (EAGAIN)`
      learn(carrier, unit.instance, {
        startError: {
          what: 'resources',
          code: 'EAGAIN',
          subject: run.resolved?.user ?? '',
          message,
          retryable: true,
        },
      })
      refuse(carrier, unit, { code: 'resources', text: message, retryable: true })
    },
    tell,
  )
}
