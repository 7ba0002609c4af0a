import { type Health, needsAttention, type Service, serviceStates, type Why } from '../../contract/index.ts'
import type { ServiceSpec } from '../config/index.ts'
import type { Usage } from '../metrics/index.ts'
import type { RunFacts, Unit } from '../supervisor/index.ts'
import { mayHaveProcess, shownState, succeeded } from '../supervisor/index.ts'
import type { ServiceFacts } from '../why/index.ts'

export interface ViewParts {
  unit: Unit
  spec: ServiceSpec
  enabled: boolean
  usage: Usage | undefined
  pid: number | null
  notes: readonly string[]
  host: string
  why: Why | null
  health: Health
  nowMs: number
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** One instance as every client sees it. */
export function viewOf({ unit, spec, enabled, usage, pid, notes, host, why, health, nowMs }: ViewParts): Service {
  const live = pid !== null && mayHaveProcess(unit.phase)
  const shift = (unit.replica ?? 0) * spec.portStep
  return {
    name: unit.instance,
    service: unit.service,
    ...(unit.replica === null ? {} : { replica: unit.replica }),
    type: spec.type,
    description: spec.description,
    desired: unit.desired,
    state: shownState[unit.phase],
    reason: unit.reason,
    why,
    health: unit.phase === 'running' ? health : 'none',
    enabled,
    pid: live ? pid : null,
    startedAt: live ? iso(unit.startedAtMs) : null,
    uptimeMs: live && unit.startedAtMs !== null ? Math.max(0, nowMs - unit.startedAtMs) : null,
    since: new Date(unit.sinceMs).toISOString(),
    restarts: unit.restarts,
    exitCode: unit.end?.code ?? null,
    signal: unit.end?.signal ?? null,
    nextStartAt: iso(unit.nextStartAtMs),
    cpuPercent: live ? (usage?.cpuPercent ?? null) : null,
    memoryBytes: live ? (usage?.memoryBytes ?? null) : null,
    processCount: live ? (usage?.processCount ?? 1) : 0,
    ports: spec.ports.map(({ port }) => ({ port: port + shift, url: `http://localhost:${port + shift}` })),
    tags: [...spec.tags],
    groups: [...spec.groups],
    app: spec.app ?? null,
    dependsOn: spec.dependsOn.map(({ service }) => service),
    host,
    file: spec.range.file,
    line: spec.range.line,
    notes: [...notes],
  }
}

/** A service with replicas under its plain name: the worst state, the sums. */
export function rollUp(name: string, instances: readonly Service[]): Service {
  const rank = (service: Service): number => (needsAttention(service) ? -1 : serviceStates.indexOf(service.state))
  const worst = [...instances].sort((a, b) => rank(a) - rank(b))[0]
  if (!worst) throw new Error(`${name} has no instances`)
  const sum = (pick: (service: Service) => number | null): number | null =>
    instances.reduce<number | null>((total, service) => {
      const value = pick(service)
      return value === null ? total : (total ?? 0) + value
    }, null)
  const { replica: _, ...rest } = worst
  return {
    ...rest,
    name,
    restarts: sum(({ restarts }) => restarts) ?? 0,
    cpuPercent: sum(({ cpuPercent }) => cpuPercent),
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    processCount: sum(({ processCount }) => processCount) ?? 0,
  }
}

const textOf = (text: { parts: readonly unknown[] } | undefined): string | undefined =>
  text?.parts.map((part) => (typeof part === 'string' ? part : '…')).join('')

/** What is known of an instance by itself, as the ground for its explanation. */
export function factsOf(
  unit: Unit,
  spec: ServiceSpec,
  run: RunFacts,
): Omit<ServiceFacts, 'waitingFor' | 'disabledBy' | 'enabledRange' | 'stopsAfter'> {
  const words = spec.command.argv.map((word) => textOf(word) ?? '')
  const stop = stopFacts(unit, spec, run)
  return {
    name: unit.instance,
    type: spec.type,
    desired: unit.desired,
    state: shownState[unit.phase],
    reasonCode: unit.reason.code,
    range: spec.range,
    commandLine: words.join(' '),
    program: (spec.command.shell ? words[0]?.split(' ')[0] : words[0]) ?? '',
    workingDir: textOf(spec.workingDir),
    user: textOf(spec.user),
    sinceMs: unit.sinceMs,
    ...(unit.end
      ? {
          exit: {
            ...unit.end,
            memoryLimitBytes: spec.resources.memoryBytes,
            succeeded: succeeded(unit.end, spec.restart.successExitCodes),
          },
        }
      : {}),
    failures: {
      count: unit.attempt,
      windowMs: spec.restart.windowMs,
      maxRetries: spec.restart.maxRetries,
      ...(unit.firstFailureAtMs === null ? {} : { firstAtMs: unit.firstFailureAtMs }),
    },
    gaveUp: unit.phase === 'failed',
    ...(unit.nextStartAtMs === null ? {} : { nextStartAtMs: unit.nextStartAtMs }),
    ...(run.startError ? { startError: run.startError } : {}),
    ...(run.port ? { port: run.port } : {}),
    ...(run.refused ? { refused: run.refused } : {}),
    missing: run.missing ?? [],
    ...(stop ? { stop } : {}),
    ...(run.hook ? { hook: run.hook } : {}),
    lastLines: run.lastLines ?? [],
  }
}

function stopFacts(unit: Unit, spec: ServiceSpec, run: RunFacts): ServiceFacts['stop'] {
  if (unit.askedToStopAtMs === null) return undefined
  return {
    signal: spec.stop.signal,
    askedAtMs: unit.askedToStopAtMs,
    timeoutMs: spec.stop.timeoutMs,
    remaining: run.remaining ?? [],
    ...(unit.killedAtMs === null ? {} : { killedAtMs: unit.killedAtMs }),
    unkillable: unit.phase === 'unkillable',
  }
}
