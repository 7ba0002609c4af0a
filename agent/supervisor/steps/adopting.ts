import type { Unit } from '../unit.ts'
import { unknownEnd } from './ending.ts'
import { type Handler, move } from './step.ts'
import { beginSignal } from './stopping.ts'

/** A run that an earlier agent began: it still runs, or its leader ended while nobody looked. */
export const adopted: Handler<'adopted'> = (unit, event, context) => {
  const known: Unit = {
    ...unit,
    generation: event.generation,
    startedAtMs: event.startedAtMs,
    startedMonotonicMs: context.monotonicMs - Math.max(0, context.nowMs - event.startedAtMs),
    restarts: event.restarts,
    leaderGone: event.leaderGone,
    reason: { code: 'adopted', text: 'Kept running while the agent was away' },
    end: event.leaderGone
      ? { ...unknownEnd, ...event.end, ranForMs: Math.max(0, context.nowMs - event.startedAtMs), atMs: context.nowMs }
      : null,
  }
  if (event.stopping) {
    const afterwards = unit.desired === 'up' ? 'start' : 'rest'
    return beginSignal(
      { ...known, afterwards, stopReason: unit.reason, reason: unit.reason, askedToStopAtMs: context.nowMs },
      context,
    )
  }
  if (event.leaderGone) return move(known, 'clearing', context, { sweeps: 0 }, { type: 'sweep' })
  const running = move(known, 'running', context, {}, { type: 'announce', kind: 'service.adopted', severity: 'info' })
  return { ...running, unit: { ...running.unit, sinceMs: event.startedAtMs } }
}
