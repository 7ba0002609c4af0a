import type { AlertOn, Severity } from '../../../contract/index.ts'

/** A rule that every agent has; files may override each of its attributes, or set `enabled = false`. */
export interface BuiltInRule {
  name: string
  on: AlertOn
  when: string
  forMs: number
  severity: Severity
}

/** Every agent of a fleet has it, and one of them tells. */
export const lostHostRule = 'agent-lost'

export const builtInRules: readonly BuiltInRule[] = [
  { name: 'service-down', on: 'service', when: 'state == "failed"', forMs: 0, severity: 'critical' },
  {
    name: 'crash-loop',
    on: 'service',
    when: 'count(event("service.backoff"), 5m) >= 3',
    forMs: 0,
    severity: 'critical',
  },
  { name: 'unhealthy', on: 'service', when: 'health == "unhealthy"', forMs: 0, severity: 'warning' },
  {
    name: 'memory-limit-near',
    on: 'service',
    when: 'memory_bytes > 0.9 * memory_limit_bytes',
    forMs: 60_000,
    severity: 'warning',
  },
  {
    name: 'disk-filling',
    on: 'host',
    when: 'disk_percent > 90 or disk_percent > 50 and forecast(disk_percent, 4h) >= 100',
    forMs: 300_000,
    severity: 'warning',
  },
  { name: lostHostRule, on: 'fleet', when: 'state == "lost"', forMs: 30_000, severity: 'critical' },
]

/** What a rule may choose its services by. */
export const matchKeys = ['name', 'service', 'tags', 'groups', 'app', 'namespace', 'type'] as const

/** States that agents of a fleet have. */
export const agentStates: readonly string[] = ['connected', 'lost']
