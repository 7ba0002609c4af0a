import { NoHostError, SilentHostError } from './wire.ts'

/** What a call may take, by what it does. A change may wait for a service; a look may not. */
export const viewTimeoutMs = 10_000
export const changeTimeoutMs = 60_000
/** Each try of a call waits so long for the first word; then it is sent again. */
export const tryMs = 5_000
/** A host that is moving from one server to the next is heard under no subject for a moment. */
const mostTries = 6
const firstPauseMs = 100
const longestPauseMs = 2_000

export interface Silence {
  error: unknown
  isView: boolean
  /** An earlier try was sent and not answered: what it asks may be done. */
  isDoubtful: boolean
  /** How often it was sent. */
  tries: number
  /** Of the time that the call may take. */
  leftMs: number
  /** From 0 to 1. */
  chance: number
}

/** In how many milliseconds a call that brought no answer is sent again; undefined where it is not. */
export function afterSilence({ error, isView, isDoubtful, tries, leftMs, chance }: Silence): number | undefined {
  const isUnheard = error instanceof NoHostError
  if (!isUnheard && !(error instanceof SilentHostError)) return undefined
  // One who looks does it again; of what was or may have been changed somebody has to know the end.
  if ((isView || (isUnheard && !isDoubtful)) && tries >= mostTries) return undefined
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries - 1, 10)) * (0.5 + chance)
  return pauseMs < leftMs ? pauseMs : undefined
}
