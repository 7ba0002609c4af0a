import type { HealthCheckSpec, LateText, ProbeSpec } from '../model.ts'
import type { Problems } from '../problems.ts'
import type { Fields } from '../settings/fields.ts'
import { readCommand } from './commands.ts'
import { optional } from './optional.ts'

/** The checks of a service, each with a name of its own. One that says too little is left out: that is told elsewhere. */
export function readHealthChecks(fields: Fields, problems: Problems): HealthCheckSpec[] {
  const taken = new Set(fields.all('health_check').flatMap(({ block }) => block?.label ?? []))
  return fields.all('health_check').flatMap((check): HealthCheckSpec[] => {
    const probe = readProbe(check, problems)
    if (probe === undefined || check.block === undefined) return []
    const { label, place } = check.block
    const name = label ?? freeName(probe.type, taken)
    taken.add(name)
    return [
      {
        name,
        purpose: check.text('purpose') as HealthCheckSpec['purpose'],
        onFailure: check.text('on_failure') as HealthCheckSpec['onFailure'],
        intervalMs: check.number('interval'),
        timeoutMs: check.number('timeout'),
        retries: check.number('retries'),
        successThreshold: check.number('success_threshold'),
        startPeriodMs: check.number('start_period'),
        probe,
        range: place.source.range(place),
      },
    ]
  })
}

function freeName(type: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? type : `${type}-${number}`
    if (!taken.has(name)) return name
  }
}

/** The kind of a check, said or to be seen from what it names. */
function probeTypeOf(has: (attribute: string) => boolean, said: string | undefined): string | undefined {
  if (said !== undefined) return said
  const [, type] = [
    ['url', 'http'],
    ['port', 'tcp'],
    ['command', 'exec'],
    ['pattern', 'log'],
  ].find(([attribute = '']) => has(attribute)) ?? [undefined, undefined]
  return type
}

function readProbe(check: Fields, problems: Problems): ProbeSpec | undefined {
  // A command that cannot be split is wrong whatever the check does with it.
  const command = readCommand(check, 'command', problems)
  const url = check.late('url')
  const port = check.optionalNumber('port')
  const pattern = check.optionalText('pattern')
  const host = optional('host', check.late('host'))
  const skipVerify = check.bool('tls_skip_verify')
  const type = probeTypeOf((name) => check.has(name), check.optionalText('type'))
  if (type === 'process') return { type }
  if (type === 'http' && url !== undefined) {
    return {
      type,
      url,
      method: check.text('method'),
      headers: readHeaders(check),
      expectStatus: check.numbers('expect_status'),
      ...optional('expectBody', check.optionalText('expect_body')),
      skipVerify,
    }
  }
  if (type === 'tcp' && port !== undefined) return { type, ...host, port }
  if (type === 'exec' && command !== undefined) return { type, command }
  if (type === 'log' && pattern !== undefined) return { type, pattern }
  if (type === 'grpc' && port !== undefined) {
    const service = optional('service', check.optionalText('grpc_service'))
    return { type, ...host, port, ...service, tls: check.bool('grpc_use_tls'), skipVerify }
  }
  return undefined
}

function readHeaders(check: Fields): Map<string, LateText> {
  const headers = new Map<string, LateText>()
  for (const [name, { value }] of check.entries('headers')) headers.set(name, value as LateText)
  return headers
}
