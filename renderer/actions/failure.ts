export { messageOf } from '../../contract/index.ts'

/** A call that was called off is not a failure. */
export const isAborted = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'
