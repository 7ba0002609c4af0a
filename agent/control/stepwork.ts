import type { Rollout, RolloutStep, RolloutVerb, Service } from '../../contract/index.ts'
import { type Judged, judge } from '../fleet/index.ts'
import type { Door } from './door.ts'
import { causeOf } from './events.ts'

/** What a rollout does on a host, and back. */
export interface StepWork {
  /** What a way back would have to change again. */
  changes(rollout: Rollout, step: RolloutStep): Promise<string[]>
  /** Tells a host, however often under one name; what was refused of it is answered in words. */
  tell(rollout: Rollout, step: RolloutStep, isUndo: boolean): Promise<string[]>
  /** Whether the host has become what was asked of it. */
  look(rollout: Rollout, step: RolloutStep, isUndo: boolean): Promise<Judged>
  /** Written down before it is over. @throws where that cannot be done now */
  settle(rollout: Rollout, isDone: boolean): Promise<void>
}

const opposite: Readonly<Record<Exclude<RolloutVerb, 'restart'>, RolloutVerb>> = { start: 'stop', stop: 'start' }

/** Services are started, stopped or restarted. */
export function serviceWork(door: Door): StepWork {
  const verbOf = ({ request: { verb } }: Rollout): RolloutVerb => (verb === 'apply' ? 'restart' : verb)
  const does = (rollout: Rollout, isUndo: boolean): RolloutVerb => {
    const verb = verbOf(rollout)
    return isUndo && verb !== 'restart' ? opposite[verb] : verb
  }
  const namesOf = ({ services, changed }: RolloutStep, isUndo: boolean): string[] => (isUndo ? changed : services)
  return {
    async changes(rollout, { hostId, services }) {
      const before = await Promise.all(
        services.map((name) => door.get(hostId, name, rollout.author).catch(() => undefined)),
      )
      const isUp = (service: Service | undefined): boolean => service?.desired === 'up'
      return services.filter((_name, index) => isUp(before[index]) !== (verbOf(rollout) === 'start'))
    },
    tell(rollout, step, isUndo) {
      const once = { name: isUndo ? `${step.operation}-undo` : step.operation }
      const by = { author: rollout.author, trace: causeOf(rollout) }
      return door.act(step.hostId, does(rollout, isUndo), namesOf(step, isUndo), once, by)
    },
    async look(rollout, step, isUndo) {
      const names = namesOf(step, isUndo)
      const seen = await Promise.all(names.map((name) => door.get(step.hostId, name, rollout.author)))
      return judge(seen, does(rollout, isUndo) === 'stop' ? 'stopped' : isUndo ? 'running' : rollout.request.gate)
    },
    settle: async () => {},
  }
}
