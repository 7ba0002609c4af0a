import { z } from 'zod'

/** What a client shows. Worst first: the order for sorting and for the state of a group. */
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
export const serviceStateSchema = z.enum(serviceStates)
export type ServiceState = z.infer<typeof serviceStateSchema>

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

export const healthSchema = z.enum(['healthy', 'unhealthy', 'starting', 'none'])
export type Health = z.infer<typeof healthSchema>

/** States in which a process of the service may be alive. */
export const liveStates: ReadonlySet<ServiceState> = new Set(['starting', 'running', 'stopping'])

/** Whether a service wants a person's attention: it is not as wanted and will not mend by itself, or keeps failing. */
export function needsAttention(service: { state: ServiceState; health: Health }): boolean {
  return service.state === 'failed' || service.state === 'backoff' || service.health === 'unhealthy'
}
