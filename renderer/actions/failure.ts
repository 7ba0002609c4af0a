import { ORPCError } from '@orpc/client'

/** What went wrong, in the agent's own words; it says what to do. */
export function messageOf(error: unknown): string {
  if (error instanceof ORPCError && error.code === 'INTERNAL_SERVER_ERROR') {
    return error.message || 'Something went wrong inside the agent. Its log, agent.log, has the details.'
  }
  return error instanceof Error ? error.message : String(error)
}

/** A call that was called off is not a failure. */
export const isAborted = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'
