import type { ServiceState } from '../../contract/index.ts'

/**
 * The inner states of one instance. A client sees the coarser `ServiceState`, by the table below.
 *
 *                    ┌──────────── due ────────────┐
 *      start         ▼                             │
 *  stopped ───► (waiting) ───► preparing ───► starting ───► running
 *     ▲          dependencies   checks,        spawned,        │ exits by itself
 *     │                         pre_start      post_start      ▼
 *     │                            ▲                        clearing    what it left is ended
 *     │                            │ timer                     │
 *     │                         backoff ◄── restart policy ─ finishing  post_stop, last lines
 *     │                                                        │    └──► completed · failed · scheduled
 *     └──────────── tree is empty ◄── stop-kill ◄── stop-signal ◄── stop-command ◄── stop
 *                                        └──► unkillable (said so, watched, no second start)
 */
export const phases = [
  'stopped',
  'completed',
  'failed',
  'scheduled',
  'waiting',
  'backoff',
  'preparing',
  'starting',
  'running',
  'stop-command',
  'stop-signal',
  'stop-kill',
  'unkillable',
  'clearing',
  'finishing',
] as const
export type Phase = (typeof phases)[number]

export const shownState: Readonly<Record<Phase, ServiceState>> = {
  stopped: 'stopped',
  completed: 'completed',
  failed: 'failed',
  scheduled: 'waiting',
  waiting: 'waiting',
  backoff: 'backoff',
  preparing: 'starting',
  starting: 'starting',
  running: 'running',
  'stop-command': 'stopping',
  'stop-signal': 'stopping',
  'stop-kill': 'stopping',
  unkillable: 'stopping',
  clearing: 'stopping',
  finishing: 'stopping',
}

const of = (...names: Phase[]): ReadonlySet<Phase> => new Set(names)

const resting = of('stopped', 'completed', 'failed')
const withProcess = of('starting', 'running', 'stop-command', 'stop-signal', 'stop-kill', 'unkillable', 'clearing')
const stopping = of('stop-command', 'stop-signal', 'stop-kill', 'unkillable')

/** Nothing runs and nothing will happen by itself. */
export const isResting = (phase: Phase): boolean => resting.has(phase)
/** A process of the instance may be alive. */
export const mayHaveProcess = (phase: Phase): boolean => withProcess.has(phase)
/** A stop is under way. */
export const isStopping = (phase: Phase): boolean => stopping.has(phase)
