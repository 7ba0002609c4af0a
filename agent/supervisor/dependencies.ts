import type { DependencyCondition, DependencySpec } from '../config/index.ts'
import type { DependencyStatus, Unit } from './unit.ts'

/** What one dependency looks like from outside: its instances and whether it may be started at all. */
export interface DependencyView {
  type: 'service' | 'task' | 'cron'
  enabled: boolean
  instances: readonly Unit[]
  /** Whether probes say that every instance answers; undefined where it has none. */
  healthy: boolean | undefined
}

type Verdict = 'met' | 'pending' | 'failed' | 'stopped' | 'disabled'

/** Whether what a service needs is there, and if not, whether it can still come by itself. */
export function dependencyStatus(
  dependsOn: readonly DependencySpec[],
  viewOf: (service: string) => DependencyView | undefined,
): DependencyStatus {
  const unmet = dependsOn
    .map((dependency) => ({
      service: dependency.service,
      verdict: judge(viewOf(dependency.service), dependency.condition),
    }))
    .filter(({ verdict }) => verdict !== 'met')
  if (unmet.length === 0) return { kind: 'met' }
  for (const why of ['failed', 'disabled', 'stopped'] as const) {
    const on = unmet.filter(({ verdict }) => verdict === why).map(({ service }) => service)
    if (on.length > 0) return { kind: 'blocked', on, why }
  }
  return { kind: 'pending', on: unmet.map(({ service }) => service) }
}

function judge(view: DependencyView | undefined, condition: DependencyCondition): Verdict {
  if (!view || view.instances.length === 0) return 'pending'
  const verdicts = view.instances.map((unit) => judgeInstance(unit, view, condition))
  const worst = (['failed', 'disabled', 'stopped', 'pending'] as const).find((verdict) => verdicts.includes(verdict))
  if (worst) return worst
  const isProbed = view.instances.some(({ phase }) => phase === 'running')
  return condition === 'healthy' && isProbed && view.healthy === false ? 'pending' : 'met'
}

function judgeInstance(unit: Unit, view: DependencyView, condition: DependencyCondition): Verdict {
  if (condition === 'completed') {
    if (unit.phase === 'completed') return 'met'
    if (unit.phase === 'scheduled' && unit.end && !unit.lastRunFailed) return 'met'
  } else {
    if (unit.phase === 'running') return 'met'
    if (view.type === 'task' && unit.phase === 'completed') return 'met'
    if (view.type === 'cron' && unit.phase === 'scheduled') return 'met'
  }
  if (unit.phase === 'failed') return 'failed'
  if (!view.enabled) return 'disabled'
  if (unit.phase === 'completed' || (unit.phase === 'stopped' && unit.desired === 'down')) return 'stopped'
  return 'pending'
}
