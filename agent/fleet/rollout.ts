import type { NewRollout, Rollout, RolloutState, RolloutStep, StepState } from '../../contract/index.ts'

/** What happens to a host's step. */
export type StepEvent = 'begin' | 'accept' | 'reach' | 'fail' | 'skip' | 'undo'
/** What happens to the whole. */
export type RolloutEvent = 'pause' | 'resume' | 'abort' | 'fail' | 'undo' | 'finish'

/** A step is `sent` before the host is told, so that whoever comes after tells it again, under the same name. */
const stepTable: Readonly<Record<StepState, Partial<Record<StepEvent, StepState>>>> = {
  waiting: { begin: 'sent', skip: 'skipped' },
  sent: { accept: 'settling', fail: 'failed' },
  settling: { reach: 'done', fail: 'failed' },
  done: { undo: 'undoing' },
  failed: { undo: 'undoing' },
  skipped: {},
  undoing: { reach: 'undone', fail: 'not-undone' },
  undone: {},
  'not-undone': {},
}

const rolloutTable: Readonly<Record<RolloutState, Partial<Record<RolloutEvent, RolloutState>>>> = {
  running: { pause: 'paused', abort: 'aborted', fail: 'failed', undo: 'undoing', finish: 'done' },
  paused: { resume: 'running', abort: 'aborted', fail: 'failed', undo: 'undoing', finish: 'done' },
  undoing: { abort: 'aborted', finish: 'undone' },
  done: {},
  failed: {},
  aborted: {},
  undone: {},
}

/** What is to be done next, and nothing before that is done. */
export type Decision =
  | { do: 'begin' | 'undo'; steps: readonly number[] }
  /** Nothing before then. */
  | { do: 'rest'; untilMs: number }
  /** Until a step has got on, or a person says so. */
  | { do: 'wait' }
  | { do: 'turn'; event: RolloutEvent; text: string }

const underWay: ReadonlySet<StepState> = new Set(['sent', 'settling', 'undoing'])
const isUnderWay = ({ state }: RolloutStep): boolean => underWay.has(state)

export function decide(rollout: Rollout, nowMs: number): Decision {
  const { steps, state, request } = rollout
  if (steps.some(isUnderWay)) return { do: 'wait' }
  if (state === 'undoing') return decideUndo(steps)
  const failed = steps.filter((step) => step.state === 'failed')
  const [first] = failed
  if (first) {
    const text = failed.length === 1 ? `${first.host}: ${first.text}` : `${failed.length} hosts have failed`
    return { do: 'turn', event: request.onFailure === 'rollback' ? 'undo' : 'fail', text }
  }
  const next = steps.find((step) => step.state === 'waiting')
  if (!next) return { do: 'turn', event: 'finish', text: sayDone(steps) }
  if (state === 'paused') return { do: 'wait' }
  const restUntilMs = rollout.restUntil === null ? 0 : Date.parse(rollout.restUntil)
  if (restUntilMs > nowMs) return { do: 'rest', untilMs: restUntilMs }
  return {
    do: 'begin',
    steps: steps.flatMap((step, at) => (step.batch === next.batch && step.state === 'waiting' ? [at] : [])),
  }
}

/** The way back is gone one host at a time, the last one first. */
function decideUndo(steps: readonly RolloutStep[]): Decision {
  const at = steps.findLastIndex(({ state, changed }) => (state === 'done' || state === 'failed') && changed.length > 0)
  if (at >= 0) return { do: 'undo', steps: [at] }
  const left = steps.filter(({ state }) => state === 'not-undone')
  const text = left.length === 0 ? 'What was changed is as it was' : `Not put back: ${left.map(hostOf).join(', ')}`
  return { do: 'turn', event: 'finish', text }
}

function sayDone(steps: readonly RolloutStep[]): string {
  const done = steps.filter(({ state }) => state === 'done').length
  const skipped = steps.filter(({ state }) => state === 'skipped')
  return `${done} ${done === 1 ? 'host' : 'hosts'} done${skipped.length > 0 ? `, left out: ${skipped.map(hostOf).join(', ')}` : ''}`
}

const hostOf = ({ host }: RolloutStep): string => host

/** The rollout after something has happened to one of its steps; undefined where that cannot happen to it. */
export function afterStep(
  rollout: Rollout,
  at: number,
  event: StepEvent,
  text: string,
  nowMs: number,
): Rollout | undefined {
  const step = rollout.steps[at]
  const state = step && stepTable[step.state][event]
  if (!step || !state) return undefined
  const now = new Date(nowMs).toISOString()
  const steps = rollout.steps.with(at, {
    ...step,
    state,
    text,
    beganAt: event === 'begin' ? now : step.beganAt,
    endedAt: underWay.has(state) ? null : now,
  })
  const isBatchDone = state === 'done' && !steps.some(isUnderWay)
  const restUntil = isBatchDone ? new Date(nowMs + rollout.request.pauseMs).toISOString() : rollout.restUntil
  return { ...rollout, steps, restUntil }
}

/** The rollout after a turn; undefined where it does not take it. What has not begun by its end is left alone. */
export function afterTurn(rollout: Rollout, event: RolloutEvent, text: string, nowMs: number): Rollout | undefined {
  const state = rolloutTable[rollout.state][event]
  if (!state) return undefined
  const goesOn = state === 'running' || state === 'paused'
  const steps = goesOn
    ? rollout.steps
    : rollout.steps.map((step) =>
        step.state === 'waiting' ? { ...step, state: 'skipped' as const, text: 'Left alone' } : step,
      )
  const endedAt = goesOn || state === 'undoing' ? null : new Date(nowMs).toISOString()
  return { ...rollout, state, text, steps, endedAt }
}

/** A host that is meant: what of it is chosen, or why it is left out. */
export interface Target {
  host: string
  hostId: string
  services: readonly string[]
  leftOut?: string
}

/** The host of that name; where it is a number that no host is called, so many that can be asked. */
function canariesOf(targets: readonly Target[], canary: string | undefined): Target[] {
  if (canary === undefined) return []
  const called = targets.filter(({ host, hostId }) => host === canary || hostId === canary)
  if (called.length > 0 || !/^\d{1,3}$/.test(canary)) return called
  return targets.filter(({ leftOut }) => leftOut === undefined).slice(0, Number(canary))
}

export const hasCanary = (targets: readonly Target[], canary: string | undefined): boolean =>
  canary === undefined || canariesOf(targets, canary).length > 0

/** The steps in the order in which they are done: the canaries alone and first, the others by name, in batches. */
export function stepsOf(
  targets: readonly Target[],
  { batchSize, canary }: Pick<NewRollout, 'batchSize' | 'canary'>,
  newOperation: () => string,
): RolloutStep[] {
  const inOrder = targets.toSorted((a, b) => a.host.localeCompare(b.host) || a.hostId.localeCompare(b.hostId))
  const first = canariesOf(inOrder, canary)
  const rest = inOrder.filter((target) => !first.includes(target))
  // Those that are left out take no place in a batch.
  let place = 0
  const batchOf = ({ leftOut }: Target): number => first.length + Math.floor((leftOut ? place : place++) / batchSize)
  const toStep = (target: Target, batch: number): RolloutStep => ({
    host: target.host,
    hostId: target.hostId,
    batch,
    services: [...target.services],
    changed: [],
    state: target.leftOut === undefined ? 'waiting' : 'skipped',
    text: target.leftOut ?? '',
    operation: newOperation(),
    beganAt: null,
    endedAt: null,
  })
  return [...first.map((target) => toStep(target, 0)), ...rest.map((target) => toStep(target, batchOf(target)))]
}
