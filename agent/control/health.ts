import type { HealthCheck, ServiceHealth } from '../../contract/index.ts'
import { describeProbe, type ServiceSpec } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { type HealthDesk, Monitor, Prober, type Turn } from '../health/index.ts'
import { mayHaveProcess, type Unit } from '../supervisor/index.ts'
import { correlated } from '../trace.ts'
import type { ServiceFacts } from '../why/index.ts'
import { type AgentDeps, type Engine, markChanged, traceFor, wakeWaiters } from './engine.ts'
import { findUnits } from './find.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** From its first line until a start is noted. */
const startTakesMs = 1_000

/** What probes the services of an engine. */
export function createMonitor(deps: AgentDeps, of: () => Engine): Monitor {
  const prober = new Prober({
    clock: deps.clock,
    logs: deps.logs,
    env: () => of().env,
    instance: (name) => probedInstance(of(), name),
  })
  return new Monitor({
    clock: deps.clock,
    random: deps.random,
    ask: (instance, check, signal) => prober.ask(instance, check, signal),
    turned: (instance, turn) => healthTurned(of(), instance, turn),
    restart: (instance, check, text) =>
      of().supervisor.send(instance, {
        type: 'unhealthy',
        reason: { code: 'unhealthy', text: `Unhealthy: ${check.name}: ${text}` },
        trace: of().unwell.get(instance),
      }),
    forget: (instance) => prober.forget(instance),
  })
}

function probedInstance(engine: Engine, name: string): ReturnType<ConstructorParameters<typeof Prober>[0]['instance']> {
  const unit = engine.supervisor.unit(name)
  const spec = unit && engine.specs.get(unit.service)
  if (!unit || !spec) return undefined
  return {
    spec,
    replica: unit.replica ?? 0,
    // Its first lines are older than the moment at which its start was known to have come to something.
    linesSinceMs: Math.max(unit.end?.atMs ?? 0, (unit.startedAtMs ?? 0) - startTakesMs),
    surroundings: () => {
      const where = engine.runner.surroundings(name, spec)
      return (
        where && { cwd: where.resolved.cwd, env: where.env, user: where.resolved.user, group: where.resolved.group }
      )
    },
    isAlive: () => {
      const leader = engine.runner.identity(name)
      return leader !== undefined && engine.deps.platform.check(leader) === 'match'
    },
  }
}

/** Probing follows what runs. */
export function followRun(engine: Engine, unit: Unit, before: Unit | undefined): void {
  const isRun = (one: Unit | undefined): boolean => one?.phase === 'running'
  if (isRun(unit) && (!isRun(before) || before?.generation !== unit.generation))
    engine.monitor.begin(unit.instance, engine.specs.get(unit.service)?.healthChecks ?? [])
  else if (!isRun(unit) && isRun(before)) engine.monitor.end(unit.instance)
}

/** The files say something else of a service. */
export function followChecks(engine: Engine, service: string): void {
  const checks = engine.specs.get(service)?.healthChecks ?? []
  for (const { instance, phase } of engine.supervisor.instancesOf(service))
    if (phase === 'running') engine.monitor.change(instance, checks)
}

/** Whether every instance of a service that runs answers; undefined where nothing is checked. */
export function isHealthy(engine: Engine, service: string): boolean | undefined {
  if ((engine.specs.get(service)?.healthChecks.length ?? 0) === 0) return undefined
  return engine.supervisor
    .instancesOf(service)
    .filter(({ phase }) => phase === 'running')
    .every(({ instance }) => engine.monitor.healthOf(instance) === 'healthy')
}

function healthTurned(engine: Engine, instance: string, { from, to, check, text }: Turn): void {
  const unit = engine.supervisor.unit(instance)
  if (!unit) return
  markChanged(engine, instance)
  const isBad = to === 'unhealthy'
  // That it answers at last belongs to its start; what goes wrong later is a story of its own, told to its end.
  if (isBad) engine.unwell.set(instance, traceFor(engine))
  const trace = from === 'starting' && !isBad ? unit.trace : engine.unwell.get(instance)
  if (isBad || to === 'healthy') {
    engine.eventLog.append({
      kind: isBad ? 'service.unhealthy' : 'service.healthy',
      severity: isBad ? 'warning' : 'info',
      service: instance,
      text: isBad
        ? `${instance} is unhealthy: ${check.name}: ${text}`
        : `${instance} is healthy: ${check.name}: ${text}`,
      author: 'agent',
      ...correlated(trace),
    })
  }
  if (to === 'healthy') engine.tracing?.operations.healthy(instance)
  engine.supervisor.healthTurned(unit.service)
  wakeWaiters(engine)
}

/** Which check fails, and what it answered: of what runs by its probes, of what was ended for it by its reason. */
export function unhealthyFacts(engine: Engine, unit: Unit, spec: ServiceSpec): Pick<ServiceFacts, 'unhealthy'> {
  if (unit.phase !== 'running') {
    const [, check, text] =
      unit.reason.code === 'unhealthy' ? (/^Unhealthy: (.+?): (.*)$/s.exec(unit.reason.text) ?? []) : []
    return check === undefined || text === undefined ? {} : { unhealthy: { check, text } }
  }
  const failing = engine.monitor.checksOf(unit.instance).find(({ state }) => state.phase === 'failing')
  const answer = failing?.answers.findLast(({ ok, ignored }) => !ok && ignored === undefined)
  if (!failing || !answer) return {}
  const { spec: check, state } = failing
  return {
    unhealthy: {
      check: check.name,
      text: answer.text,
      target: describeProbe(spec, check, unit.replica ?? 0),
      sinceMs: state.sinceMs,
      failures: state.consecutive,
      range: check.range,
    },
  }
}

/** What carriers ask about probes. */
export function openHealth(engine: Engine): HealthDesk {
  return {
    of: (name) => healthOfService(engine, name),
    async probe(name) {
      const running = findUnits(engine, name).filter(({ phase }) => phase === 'running')
      if (running.length === 0)
        throw new CoreError('CONFLICT', `${name} does not run, so there is nothing to probe`, { reason: 'not-running' })
      await Promise.all(running.map(({ instance }) => engine.monitor.probe(instance)))
      return healthOfService(engine, name)
    },
  }
}

function healthOfService(engine: Engine, name: string): ServiceHealth {
  const units = findUnits(engine, name)
  const healths = units.map(({ instance }) => engine.monitor.healthOf(instance) ?? 'none')
  const worst = (['unhealthy', 'starting', 'healthy'] as const).find((health) => healths.includes(health))
  const items = units.flatMap((unit) => checksOf(engine, unit, unit.instance !== name))
  return { health: worst ?? 'none', items }
}

function checksOf(engine: Engine, unit: Unit, isNamed: boolean): HealthCheck[] {
  const spec = engine.specs.get(unit.service)
  if (!spec) return []
  const live = new Map(engine.monitor.checksOf(unit.instance).map((check) => [check.spec.name, check]))
  const nowMs = engine.deps.clock.nowMs()
  return spec.healthChecks.map((check) => {
    const known = live.get(check.name)
    return {
      name: isNamed ? `${unit.instance}: ${check.name}` : check.name,
      type: check.probe.type,
      purpose: check.purpose,
      onFailure: check.onFailure,
      target: describeProbe(spec, check, unit.replica ?? 0),
      intervalMs: check.intervalMs,
      timeoutMs: check.timeoutMs,
      retries: check.retries,
      successThreshold: check.successThreshold,
      startPeriodMs: check.startPeriodMs,
      state: known && mayHaveProcess(unit.phase) ? known.state.phase : 'paused',
      since: iso(known?.state.sinceMs ?? unit.sinceMs),
      consecutive: known?.state.consecutive ?? 0,
      nextAt: known?.nextInMs == null ? null : iso(nowMs + known.nextInMs),
      results: (known?.answers ?? [])
        .map(({ atMs, ok, latencyMs, text, ignored }) => ({
          at: iso(atMs),
          ok,
          latencyMs,
          text,
          ...(ignored === undefined ? {} : { ignored }),
        }))
        .reverse(),
      file: check.range.file,
      line: check.range.line,
    }
  })
}
