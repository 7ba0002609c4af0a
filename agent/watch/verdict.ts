import type { FileMarks } from '../os/index.ts'

/**
 * Whether what is on disk may be taken over: pure. A file may lie there half written, and half a file is often a valid one,
 * of fewer services.
 */

/** The quiet that is asked of what looks unfinished. */
export const patienceMs = 2_500

export interface Reading {
  hasErrors: boolean
  /** The services that run by the files, and those that the files have now. */
  before: readonly string[]
  after: readonly string[]
  quietMs: number
  overdue: boolean
}

export type Verdict =
  /** It may not be whole: to be judged again after that much quiet. */
  | { act: 'wait'; neededMs: number; reason: string }
  /** It is whole and cannot be loaded. */
  | { act: 'tell' }
  | { act: 'take' }

export function verdictOn({ hasErrors, before, after, quietMs, overdue }: Reading): Verdict {
  const isPatient = quietMs >= patienceMs
  if (hasErrors) {
    if (isPatient || overdue) return { act: 'tell' }
    return { act: 'wait', neededMs: patienceMs, reason: 'it has errors, as a file that is being written has' }
  }
  const left = new Set(after)
  if (!isPatient && before.some((name) => !left.has(name)))
    return { act: 'wait', neededMs: patienceMs, reason: 'services are missing, as from a file that is being written' }
  return { act: 'take' }
}

export interface Permission {
  /** Who decides, by the configuration that runs; nothing where none does: then the first good one is taken. */
  setting: 'auto' | 'ask' | undefined
  /** The agent was told to change nothing by itself. */
  testMode: boolean
  before: readonly string[]
  after: readonly string[]
}

/** Why a change is not taken over by itself; `undefined` where it is. */
export function whyAsk({ setting, testMode, before, after }: Permission): string | undefined {
  if (setting === undefined) return undefined
  if (testMode) return 'The agent runs with --mode test, which takes files over only when asked'
  if (setting === 'ask') return 'agent.config_reload is "ask"'
  // An emptied folder or a mount that is gone looks like this; whoever means it can say so.
  if (before.length > 0 && after.length === 0)
    return `No service is left in the files, and ${before.length === 1 ? 'one runs' : `${before.length} run`} by them`
  return undefined
}

/** Files whose content is not the one that runs, new and missing ones included. */
export function changedFiles(running: FileMarks | undefined, now: FileMarks): string[] {
  const before = running?.files ?? {}
  const paths = new Set([...Object.keys(before), ...Object.keys(now.files)])
  return [...paths].filter((path) => (before[path] ?? null) !== (now.files[path] ?? null)).sort()
}

/** Whether nothing is another, names in folders included. */
export function isSame(one: FileMarks, other: FileMarks): boolean {
  const isEqual = (a: Record<string, string | null>, b: Record<string, string | null>): boolean =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([path, mark]) => b[path] === mark)
  return isEqual(one.files, other.files) && isEqual(one.folders, other.folders)
}
