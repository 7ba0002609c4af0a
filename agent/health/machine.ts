import type { HealthCheck } from '../../contract/index.ts'

export type CheckPhase = HealthCheck['state']

/** What the files say of a check, as far as it decides. */
export interface CheckPolicy {
  retries: number
  successThreshold: number
  startPeriodMs: number
  intervalMs: number
}

/** Where one check of one run stands. A value: a step returns the next one. */
export interface CheckState {
  readonly phase: CheckPhase
  /** Wall clock of the last change of phase. */
  readonly sinceMs: number
  /** Answers of the same kind in a row, of those that count. */
  readonly consecutive: number
  readonly lastOk: boolean | null
  /** When it began to be tried, by the clock that never jumps. */
  readonly begunMonotonicMs: number
}

export type CheckEvent =
  /** The run has begun, or what this check waited for has come. */
  | { type: 'begin' }
  /** The run has ended. */
  | { type: 'end' }
  /** `held`: why a failure says nothing about the service. */
  | { type: 'answer'; ok: boolean; held?: string | undefined }

export interface CheckTime {
  nowMs: number
  monotonicMs: number
}

export interface CheckStep {
  state: CheckState
  /** Why the answer does not count. */
  ignored?: string
}

type Row = { [T in CheckEvent['type']]: Handler<T> }
type Handler<T extends CheckEvent['type']> = (
  state: CheckState,
  event: Extract<CheckEvent, { type: T }>,
  policy: CheckPolicy,
  time: CheckTime,
) => CheckStep

export const newCheck = ({ nowMs, monotonicMs }: CheckTime): CheckState => ({
  phase: 'paused',
  sinceMs: nowMs,
  consecutive: 0,
  lastOk: null,
  begunMonotonicMs: monotonicMs,
})

const stay = (state: CheckState): CheckStep => ({ state })

const begin: Handler<'begin'> = (_state, _event, _policy, time) => ({
  state: { ...newCheck(time), phase: 'starting' },
})

const end: Handler<'end'> = (_state, _event, _policy, time) => ({ state: newCheck(time) })

/** Counts an answer, and moves when as many of its kind have come in a row as it takes. */
const count: Handler<'answer'> = (state, { ok }, policy, { nowMs }) => {
  const consecutive = state.lastOk === ok ? state.consecutive + 1 : 1
  const isEnough = consecutive >= (ok ? policy.successThreshold : policy.retries)
  const phase = isEnough ? (ok ? 'passing' : 'failing') : state.phase
  const sinceMs = phase === state.phase ? state.sinceMs : nowMs
  return { state: { ...state, phase, sinceMs, consecutive, lastOk: ok } }
}

const whileStarting: Handler<'answer'> = (state, event, policy, time) => {
  const ranForMs = time.monotonicMs - state.begunMonotonicMs
  const ignored = event.ok ? undefined : (event.held ?? tooEarly(policy, ranForMs))
  if (ignored !== undefined) return { state, ignored }
  return count(state, event, policy, time)
}

/** A service is tried more often while it starts, so that its first success is seen soon; that costs it no failure. */
function tooEarly({ startPeriodMs, intervalMs }: CheckPolicy, ranForMs: number): string | undefined {
  if (ranForMs < startPeriodMs) return 'within the start period'
  return ranForMs < intervalMs ? 'it has only just started' : undefined
}

const whileRunning: Handler<'answer'> = (state, event, policy, time) =>
  !event.ok && event.held !== undefined ? { state, ignored: event.held } : count(state, event, policy, time)

/** Phase × event → what comes of it. A test walks every pair. */
export const checkTable: Readonly<Record<CheckPhase, Row>> = {
  paused: { begin, end: stay, answer: stay },
  starting: { begin: stay, end, answer: whileStarting },
  passing: { begin: stay, end, answer: whileRunning },
  failing: { begin: stay, end, answer: whileRunning },
}

export function stepCheck(state: CheckState, event: CheckEvent, policy: CheckPolicy, time: CheckTime): CheckStep {
  const handler = checkTable[state.phase][event.type] as Handler<typeof event.type>
  return handler(state, event as never, policy, time)
}

/** How an instance does, from all its checks; `healthy` when every one of them passes. */
export function healthOf(phases: readonly CheckPhase[]): 'healthy' | 'unhealthy' | 'starting' | 'none' {
  if (phases.length === 0) return 'none'
  if (phases.includes('failing')) return 'unhealthy'
  return phases.every((phase) => phase === 'passing') ? 'healthy' : 'starting'
}
