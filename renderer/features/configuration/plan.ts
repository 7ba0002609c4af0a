import type { PlannedAction } from '../../../contract/index.ts'

export type Kind = PlannedAction['action']

export const kindWords: Readonly<Record<Kind, string>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  reload: 'reload',
  update: 'in place',
}

export interface PlanCounts {
  restart: number
  inPlace: number
  start: number
  stop: number
}

export function countActions(actions: readonly PlannedAction[]): PlanCounts {
  const count = (...kinds: Kind[]): number => actions.filter(({ action }) => kinds.includes(action)).length
  return { restart: count('restart'), inPlace: count('update', 'reload'), start: count('start'), stop: count('stop') }
}

/** One reason of an action, as it is drawn. */
export type Reason =
  | { kind: 'sentence'; text: string }
  | { kind: 'difference'; path: string; before: string | null; after: string | null }

/** The agent tells a difference as `command: "a" → "b"`, `tags = […]` or `user is gone`; all else is a sentence. */
export function reasonOf(text: string): Reason {
  const [, path = '', before = '', after = ''] = /^([\w.#"[\]-]+): (.*) → (.*)$/s.exec(text) ?? []
  if (path !== '') return { kind: 'difference', path, before, after }
  const [, set = '', value = ''] = /^([\w.#"[\]-]+) = (.*)$/s.exec(text) ?? []
  if (set !== '') return { kind: 'difference', path: set, before: null, after: value }
  const [, gone = ''] = /^([\w.#"[\]-]+) is gone$/.exec(text) ?? []
  if (gone !== '') return { kind: 'difference', path: gone, before: 'it was set', after: null }
  return { kind: 'sentence', text }
}

/** Why it cannot be applied now; null when it can. */
export function refusalToApply(given: {
  isLive: boolean
  busy: string | null
  edits: number
  pending: boolean
  errors: number
  conflicts: readonly string[]
}): string | null {
  const { isLive, busy, edits, pending, errors, conflicts } = given
  if (!isLive) return 'No word from the agent. Your edits are kept'
  if (busy !== null) return busy
  if (edits === 0 && !pending) return 'Nothing has been changed'
  if (conflicts.length > 0)
    return `${conflicts.join(', ')} ${conflicts.length === 1 ? 'has' : 'have'} changed on disk: merge first`
  return errors > 0 ? `Fix ${errors === 1 ? '1 error' : `${errors} errors`} before it can be applied` : null
}

export const applyLabel = (edits: number): string =>
  edits === 0 ? 'Apply' : `Apply ${edits} ${edits === 1 ? 'change' : 'changes'}`
