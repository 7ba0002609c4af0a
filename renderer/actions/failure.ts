import { messageOf as wordsOf } from '../../contract/index.ts'
import { withLocalTimes } from '../parts/index.ts'

/** What went wrong, in the agent's own words, with the times of this place. */
export const messageOf = (error: unknown): string => withLocalTimes(wordsOf(error))

/** A call that was called off is not a failure. */
export const isAborted = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'
