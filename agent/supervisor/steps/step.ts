import { type Phase, shownState } from '../phases.ts'
import type { Step, StepContext, Unit, UnitEffect, UnitEvent, UnitEventType } from '../unit.ts'

export type EventOf<T extends UnitEventType> = Extract<UnitEvent, { type: T }>
export type Handler<T extends UnitEventType> = (unit: Unit, event: EventOf<T>, context: StepContext) => Step
/** One row of the table: what each event does in a phase. Every pair is stated. */
export type Row = { readonly [T in UnitEventType]: Handler<T> }

export const stay = (unit: Unit, ...effects: UnitEffect[]): Step => ({ unit, effects })

/** The event says nothing that matters here: a repeated wish, or a word about something that is over. */
export const ignore = (unit: Unit): Step => stay(unit)

export function move(
  unit: Unit,
  phase: Phase,
  context: StepContext,
  patch: Partial<Unit>,
  ...effects: UnitEffect[]
): Step {
  const visible = shownState[phase] !== shownState[unit.phase]
  return {
    unit: { ...unit, ...patch, phase, sinceMs: visible ? context.nowMs : unit.sinceMs },
    effects: [{ type: 'disarm' }, ...effects],
  }
}

/** What a person's start forgets of earlier failures. */
export const freshCounts = { attempt: 0, firstFailureAtMs: null, refusals: 0 } as const
