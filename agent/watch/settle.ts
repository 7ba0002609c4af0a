/** When a change on disk has come to an end, so that what is there may be read: pure, the pictures and the time are given. */

/** Nobody writes a file in one step: what has not changed for this long is taken to be whole. */
export const settleMs = 300
/** The time between two looks while something changes. */
export const stepMs = 100
/** What never comes to rest is judged all the same after this time. */
export const longestMs = 30_000

/** A change that is under way. */
export interface Settling {
  /** How it looked last. */
  seen: string
  firstAtMs: number
  /** Since when it looks like that. */
  sinceMs: number
  /** The quiet that is asked of it. */
  neededMs: number
}

export type Step =
  /** It looks as it did when it was judged last: nothing has happened. */
  | { act: 'rest' }
  /** It changes still, or has only just ceased to: look again after a step. */
  | { act: 'look'; settling: Settling }
  /** It may be judged. `overdue`: only because it never comes to rest. */
  | { act: 'judge'; settling: Settling; quietMs: number; overdue: boolean }

export interface Look {
  /** How it looked when it was judged last; `undefined` when it never was. */
  judged: string | undefined
  seen: string
  atMs: number
  neededMs: number
}

export function afterLook(settling: Settling | undefined, { judged, seen, atMs, neededMs }: Look): Step {
  if (seen === judged) return { act: 'rest' }
  if (settling === undefined || settling.seen !== seen) {
    const firstAtMs = settling?.firstAtMs ?? atMs
    const next = { seen, firstAtMs, sinceMs: atMs, neededMs }
    if (atMs - firstAtMs < longestMs) return { act: 'look', settling: next }
    return { act: 'judge', settling: { ...next, firstAtMs: atMs }, quietMs: 0, overdue: true }
  }
  const quietMs = atMs - settling.sinceMs
  if (quietMs < settling.neededMs) return { act: 'look', settling }
  return { act: 'judge', settling, quietMs, overdue: false }
}
