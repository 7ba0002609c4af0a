import type { MissingValue, ResolvedService, ServiceSpec } from '../../config/index.ts'
import type { RunRecord } from '../../store/index.ts'
import { portFacts } from '../../why/index.ts'
import type { StartFailure, Unit } from '../unit.ts'
import { type Carrier, inBackground, learn, type Run, refuse } from './carrier.ts'
import { runHooks } from './hooks.ts'
import { environmentFor, resolveFor } from './surroundings.ts'

export function prepareRun(carrier: Carrier, unit: Unit): void {
  const { instance, generation } = unit
  const spec = carrier.deps.specOf(unit.service)
  if (!spec) {
    refuse(carrier, unit, { code: 'removed', text: 'It is no longer in the configuration', retryable: false })
    return
  }
  carrier.facts.delete(instance)
  const resolution = resolveFor(carrier, unit, spec)
  if ('missing' in resolution) {
    refuseMissing(carrier, unit, resolution.missing)
    return
  }
  const { resolved } = resolution
  const userProblem = carrier.deps.platform.checkUser(resolved.user, resolved.group)
  if (userProblem) {
    learn(carrier, instance, {
      startError: {
        what: userProblem.what,
        code: 'USER',
        subject: resolved.user ?? resolved.group ?? '',
        message: userProblem.problem,
        retryable: false,
      },
    })
    refuse(carrier, unit, { code: 'user-not-available', text: userProblem.problem, retryable: false })
    return
  }
  const run = newRun(carrier, unit, spec, resolved)
  if (spec.ports.length === 0 && resolved.hooks.preStart.length === 0) {
    carrier.deps.send(instance, { type: 'prepared', generation })
    return
  }
  inBackground(
    carrier,
    'prepare',
    async () => {
      const failure =
        (await portTaken(carrier, unit, spec)) ??
        (await runHooks(carrier, unit, run, 'pre_start', resolved.hooks.preStart))
      if (failure) {
        refuse(carrier, unit, failure)
        return
      }
      carrier.deps.send(instance, { type: 'prepared', generation })
    },
    () =>
      refuse(carrier, unit, {
        code: 'resources',
        text: 'It could not be prepared: the agent lacks resources',
        retryable: true,
      }),
  )
}

function newRun(carrier: Carrier, unit: Unit, spec: ServiceSpec, resolved: ResolvedService): Run {
  const { instance, service, replica, generation, restarts } = unit
  const cookie = carrier.deps.newCookie(instance)
  const record: RunRecord = {
    cookie,
    instance,
    service,
    replica,
    generation,
    pid: null,
    startTime: null,
    bootId: carrier.deps.platform.bootId,
    startedAtMs: carrier.deps.clock.nowMs(),
    runFingerprint: spec.runFingerprint,
    stopping: false,
    statusFile: spec.type === 'service' ? null : carrier.deps.statusFile(cookie),
    restarts,
  }
  const env = environmentFor(carrier, unit, spec, resolved, cookie)
  const run: Run = { record, spec, abort: new AbortController(), resolved, env, notes: [] }
  carrier.runs.set(instance, run)
  return run
}

function refuseMissing(carrier: Carrier, unit: Unit, missing: readonly MissingValue[]): void {
  learn(carrier, unit.instance, {
    missing: missing.map(({ what, name, range, message }) => ({ kind: what, name, range, message })),
  })
  const [first] = missing
  refuse(carrier, unit, { code: 'missing-value', text: first?.message ?? 'A value is missing', retryable: false })
}

async function portTaken(carrier: Carrier, unit: Unit, spec: ServiceSpec): Promise<StartFailure | undefined> {
  const shift = (unit.replica ?? 0) * spec.portStep
  for (const { port: declared } of spec.ports) {
    const port = declared + shift
    const facts = await portFacts(port, carrier.deps.portLookup(unit.instance, spec, port))
    if (!facts.holder && !facts.hidden) continue
    learn(carrier, unit.instance, { port: facts })
    const holder = facts.holder ? `${facts.holder.name} (pid ${facts.holder.pid})` : 'a process of another user'
    return { code: 'port-taken', text: `Port ${port} is held by ${holder}`, retryable: false }
  }
  return undefined
}
