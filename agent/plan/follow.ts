import type { PlannedAction } from '../../contract/index.ts'
import type { ServiceSpec } from '../config/index.ts'
import { isResting, type Phase } from '../supervisor/index.ts'
import type { PlanQuestion, PlanUnit } from './question.ts'

type Action = PlannedAction['action']

/**
 * What comes of a plan for dependents: restarted with what they depend on, or started because they need wait no longer.
 * Each is judged after everything that it needs, so that what follows from what follows is there as well.
 */
export function followDependents(
  { after, instancesOf }: Pick<PlanQuestion, 'after' | 'instancesOf'>,
  plan: Map<string, PlannedAction>,
  known: ReadonlyMap<string, PlanUnit>,
): void {
  const outcomes = new Map<string, Outcome>()
  for (const spec of needsFirst(after.services)) {
    const needs = spec.dependsOn.map(({ service, restart }) => ({ service, restart, ...outcomes.get(service) }))
    const areMet = needs.every(({ willRun }) => willRun === true)
    const anew = needs.find(({ restart, comesAnew }) => restart && comesAnew === true)
    const instances = instancesOf(spec).map(({ instance }) => ({ instance, phase: known.get(instance)?.phase }))
    for (const { instance, phase } of instances) {
      const action = plan.get(instance)?.action
      if (action !== undefined && action !== 'update') continue
      if (phase === 'running' && anew !== undefined) {
        plan.set(instance, { service: instance, action: 'restart', because: [`${anew.service} restarts`] })
      } else if (phase === 'waiting' && areMet) {
        const names = needs.map(({ service }) => service).join(', ')
        const reason = names === '' ? 'it waits for nothing any more' : `it need not wait for ${names} any more`
        plan.set(instance, { service: instance, action: 'start', because: [reason] })
      }
    }
    const ends = instances.map(({ instance, phase }) => ({ action: plan.get(instance)?.action, phase }))
    outcomes.set(spec.name, outcomeOf(ends, areMet))
  }
}

/** What comes of a service. */
interface Outcome {
  /** All of it runs, or has completed, when the plan has been carried out. */
  willRun: boolean
  /** Some of it comes up that was not up, or is up once more. */
  comesAnew: boolean
}

/** What is told to start waits as long as something that it needs does not run. */
function outcomeOf(
  ends: readonly { action: Action | undefined; phase: Phase | undefined }[],
  areMet: boolean,
): Outcome {
  return {
    willRun: ends.length > 0 && ends.every(({ action, phase }) => (isStart(action) ? areMet : isUp(action, phase))),
    comesAnew: areMet && ends.some(({ action }) => isStart(action)),
  }
}

const isStart = (action: Action | undefined): boolean => action === 'start' || action === 'restart'

function isUp(action: Action | undefined, phase: Phase | undefined): boolean {
  if (action === 'stop' || phase === undefined) return false
  return !isResting(phase) ? phase !== 'waiting' && phase !== 'backoff' : phase === 'completed'
}

/** The services, each behind all that it needs; a valid configuration has no circle. */
function needsFirst(services: ReadonlyMap<string, ServiceSpec>): ServiceSpec[] {
  const dependents = new Map<string, ServiceSpec[]>()
  const missing = new Map<string, number>()
  for (const spec of services.values()) {
    const needs = new Set(spec.dependsOn.map(({ service }) => service).filter((name) => services.has(name)))
    missing.set(spec.name, needs.size)
    for (const name of needs) {
      const others = dependents.get(name)
      if (others === undefined) dependents.set(name, [spec])
      else others.push(spec)
    }
  }
  const ordered = [...services.values()].filter(({ name }) => missing.get(name) === 0)
  // It grows while it is walked: each service that is done may be the last one that others wait for.
  for (const { name } of ordered) {
    for (const dependent of dependents.get(name) ?? []) {
      const left = (missing.get(dependent.name) ?? 0) - 1
      missing.set(dependent.name, left)
      if (left === 0) ordered.push(dependent)
    }
  }
  return ordered
}
