import { type ResolvedService, resolveService, type ServiceSpec } from '../../config/index.ts'
import { readTextNow } from '../../os/index.ts'
import type { Unit } from '../unit.ts'
import type { Carrier } from './carrier.ts'

export function resolveFor(carrier: Carrier, unit: Unit, spec: ServiceSpec): ReturnType<typeof resolveService> {
  return resolveService(spec, {
    env: carrier.deps.lookupEnv(),
    replica: unit.replica ?? 0,
    readFile: (path) => readTextNow(path),
  })
}

export function environmentFor(
  carrier: Carrier,
  unit: Unit,
  spec: ServiceSpec,
  resolved: ResolvedService,
  cookie: string | undefined,
): Record<string, string> {
  const env: Record<string, string> = Object.create(null)
  if (spec.inheritEnv) Object.assign(env, carrier.deps.baseEnv())
  Object.assign(env, resolved.environment)
  env.HXE_SERVICE = unit.service
  env.HXE_REPLICA = String(unit.replica ?? 0)
  if (cookie !== undefined) env.HXE_INSTANCE = cookie
  return env
}

/** What a hook, an exec or a signal of this instance runs with; the present run's or a fresh one. */
export function surroundings(
  carrier: Carrier,
  instance: string,
  spec: ServiceSpec,
): { resolved: ResolvedService; env: Record<string, string> } | undefined {
  const run = carrier.runs.get(instance)
  if (run?.resolved && run.env) return { resolved: run.resolved, env: run.env }
  const unit = carrier.deps.unit(instance)
  if (!unit) return undefined
  const resolution = resolveFor(carrier, unit, spec)
  if ('missing' in resolution) return undefined
  return { resolved: resolution.resolved, env: environmentFor(carrier, unit, spec, resolution.resolved, undefined) }
}
