import type { LateText } from '../model.ts'
import { portVariable } from '../probe.ts'
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
  checkUrl(check, problems)
  if (type === undefined && !['url', 'port', 'command', 'pattern'].some((name) => check.attributes.has(name))) {
    problems.error(check.place, {
      code: 'missing-attribute',
      message: 'This health check does not say what it tries.',
      expected: 'url, port, command or pattern, or a type',
    })
  }
}

/** An address that is known now is one that can be asked. */
function checkUrl(check: BlockSettings, problems: Problems): void {
  const setting = check.attributes.get('url')
  const parts = (setting?.value as LateText | undefined)?.parts ?? []
  if (setting === undefined || parts.some((part) => typeof part !== 'string')) return
  const text = parts.join('').replace(portVariable, '1')
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return
  problems.error(setting.place, {
    code: 'wrong-format',
    message: `"${parts.join('')}" is no address that an http check could ask.`,
    expected: 'http://… or https://…',
    suggestion: 'For anything else there are type = "tcp" with host and port, and type = "exec".',
  })
}
