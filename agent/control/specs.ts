import { dirname, join } from 'node:path'
import type { ServiceSpec } from '../config/index.ts'
import type { SupervisedService, UnitPolicy } from '../supervisor/index.ts'

/** The instances of a service: itself, or `web#0`, `web#1` … */
export function instancesOf(spec: ServiceSpec): { instance: string; replica: number | null }[] {
  if (spec.replicas === 1) return [{ instance: spec.name, replica: null }]
  return Array.from({ length: spec.replicas }, (_, replica) => ({ instance: `${spec.name}#${replica}`, replica }))
}

/** What of a service decides what happens next. */
export function supervised(spec: ServiceSpec, enabled: boolean): SupervisedService {
  const policy: UnitPolicy = {
    type: spec.type,
    restart: spec.restart,
    stop: { ...spec.stop, hasCommand: spec.stop.command !== undefined },
    ...(spec.cron ? { cron: spec.cron } : {}),
    dependsOn: spec.dependsOn,
    hasPostStart: spec.hooks.postStart.length > 0,
  }
  return { name: spec.name, policy, instances: instancesOf(spec), enabled }
}

/** Where each part of a command that can be at fault is written. */
export function rangesOf(
  spec: ServiceSpec,
): Partial<
  Record<'program' | 'interpreter' | 'format' | 'arguments' | 'directory' | 'user' | 'group', ServiceSpec['range']>
> {
  const command = spec.command.range
  return {
    program: command,
    interpreter: command,
    format: command,
    arguments: command,
    ...(spec.workingDir ? { directory: spec.workingDir.range } : {}),
    ...(spec.user ? { user: spec.user.range } : {}),
    ...(spec.group ? { group: spec.group.range } : {}),
  }
}

/** A command that somebody runs once, as a task that no file describes. */
export function transientSpec(
  name: string,
  input: { argv: readonly string[]; workingDir?: string; environment?: Record<string, string> },
): ServiceSpec {
  const range = { file: join(process.cwd(), name), line: 1, column: 1, endLine: 1, endColumn: 1 }
  const text = (value: string): ServiceSpec['command']['argv'][number] => ({ parts: [value], range, secret: false })
  return {
    name,
    range: { ...range, file: join(dirname(range.file), '(run)') },
    type: 'task',
    command: { argv: input.argv.map(text), shell: false, range },
    ...(input.workingDir === undefined ? {} : { workingDir: text(input.workingDir) }),
    environment: new Map(Object.entries(input.environment ?? {}).map(([key, value]) => [key, text(value)])),
    envFiles: [],
    inheritEnv: true,
    enabled: true,
    autostart: true,
    replicas: 1,
    portStep: 1,
    dependsOn: [],
    ports: [],
    resources: {},
    restart: {
      policy: 'never',
      delayMs: 1000,
      factor: 2,
      maxDelayMs: 60_000,
      jitter: 0.2,
      maxRetries: 0,
      windowMs: 60_000,
      successExitCodes: [0],
    },
    stop: { signal: 'SIGTERM', timeoutMs: 10_000, killTree: true },
    hooks: { preStart: [], postStart: [], postStop: [] },
    scrapes: [],
    healthChecks: [],
    logs: { maxSizeBytes: 10_000_000, maxFiles: 5, format: 'auto', capture: 'file' },
    description: `Run once: ${input.argv.join(' ')}`,
    links: {},
    tags: [],
    groups: [],
    fields: new Map(),
    runFingerprint: name,
    fingerprint: name,
  }
}
