import type { Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'

/** The attribute that each kind of check cannot do without. */
const needs: Readonly<Record<string, string | undefined>> = {
  http: 'url',
  tcp: 'port',
  exec: 'command',
  log: 'pattern',
  grpc: 'port',
}

/** A check says what it tries, or has the attribute from which that follows. */
export function checkHealthChecks(services: readonly BlockSettings[], problems: Problems): void {
  for (const service of services) {
    for (const check of service.blocks.get('health_check') ?? []) {
      if (check.complete) checkHealthCheck(check, problems)
    }
  }
}

function checkHealthCheck(check: BlockSettings, problems: Problems): void {
  const type = check.attributes.get('type')
  const needed = typeof type?.value === 'string' ? needs[type.value] : undefined
  if (type !== undefined && needed !== undefined && !check.attributes.has(needed)) {
    problems.error(type.place, {
      code: 'missing-attribute',
      message: `A health check of type "${type.value}" needs ${needed}.`,
      expected: `${needed} = …`,
    })
  }
  if (type === undefined && !['url', 'port', 'command', 'pattern'].some((name) => check.attributes.has(name))) {
    problems.error(check.place, {
      code: 'missing-attribute',
      message: 'This health check does not say what it tries.',
      expected: 'url, port, command or pattern, or a type',
    })
  }
}
