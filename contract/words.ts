/**
 * What a client shows of a service's state, without a schema: the command line and its start-up time can do without
 * loading zod. The schemas are in `states.ts`.
 */

/** Worst first: the order for sorting and for the state of a group. */
export const serviceStates = [
  'failed',
  'backoff',
  'stopping',
  'starting',
  'waiting',
  'stopped',
  'completed',
  'running',
] as const
export type ServiceState = (typeof serviceStates)[number]

/** The word a person reads for each state, in the window, the tray and the command line alike. */
export const stateWords: Readonly<Record<ServiceState, string>> = {
  failed: 'Failed',
  backoff: 'Backing off',
  stopping: 'Stopping',
  starting: 'Starting',
  waiting: 'Waiting',
  stopped: 'Stopped',
  completed: 'Completed',
  running: 'Running',
}

export const healths = ['healthy', 'unhealthy', 'starting', 'none'] as const
export type Health = (typeof healths)[number]

/** States in which a process of the service may be alive. */
export const liveStates: ReadonlySet<ServiceState> = new Set(['starting', 'running', 'stopping'])

/** Whether a service wants a person's attention: it is not as wanted and will not mend by itself, or keeps failing. */
export function needsAttention(service: { state: ServiceState; health: Health }): boolean {
  return service.state === 'failed' || service.state === 'backoff' || service.health === 'unhealthy'
}
