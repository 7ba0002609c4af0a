import type { PlannedAction } from '../../contract/index.ts'
import type { Configuration, ServiceSpec } from '../config/index.ts'
import { differencesOf } from './difference.ts'
import { followDependents } from './follow.ts'
import type { PlanQuestion } from './question.ts'
import { type Step, stepFor } from './step.ts'

type Action = PlannedAction['action']

/**
 * What a change of the files does, for every instance that it touches and for no other: what the files say of it, and
 * then what follows from that for those that depend on it.
 */
export function planChanges(question: PlanQuestion): PlannedAction[] {
  const plan = new Map<string, PlannedAction>()
  const put = (service: string, action: Action, because: string[]): void => {
    plan.set(service, { service, action, because })
  }
  const { after, before, units } = question
  const known = new Map(units.map((unit) => [unit.instance, unit]))
  for (const unit of units) {
    const spec = after.services.get(unit.service)
    const isThere = spec && question.instancesOf(spec).some(({ instance }) => instance === unit.instance)
    if (!spec) put(unit.instance, 'stop', ['it is no longer in the files'])
    else if (!isThere) put(unit.instance, 'stop', [`${unit.service} has ${spec.replicas} instances`])
  }
  for (const spec of after.services.values()) {
    const old = before?.services.get(spec.name)
    for (const { instance } of question.instancesOf(spec)) {
      const unit = known.get(instance)
      if (!unit || !old) {
        if (question.isWanted(instance, spec)) put(instance, 'start', ['it is new'])
        else put(instance, 'update', ['it is new, and does not start by itself'])
        continue
      }
      const step = stepFor(old, spec, {
        phase: unit.phase,
        enabled: question.isEnabled(spec),
        wanted: question.isWanted(instance, spec),
      })
      if (step) put(instance, step.action, because(step, before, after, spec))
    }
  }
  followDependents(question, plan, known)
  return [...plan.values()]
}

function because(step: Step, before: Configuration | undefined, after: Configuration, spec: ServiceSpec): string[] {
  const changes = before ? differencesOf(before, after, spec.name) : []
  return changes.length > 0 ? changes : [step.reason.text]
}
