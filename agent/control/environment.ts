import type { EnvironmentItem } from '../../contract/index.ts'
import { looksSecret, mask, maskAddress, type ServiceSpec } from '../config/index.ts'

interface Sources {
  /** Everything that a process of the service is given. */
  env: Readonly<Record<string, string>>
  spec: ServiceSpec
  /** The agent's own, which a service inherits. */
  inherited: Readonly<Record<string, string>>
  /** Values that the configuration makes secret, which a variable of any name may hold. */
  secrets: ReadonlySet<string>
}

/**
 * The variables of a service by name, each with where it comes from. What looks like a secret, and whatever a reference
 * leads to, is masked: the page says that it is there, not what it is.
 */
export function environmentOf({ env, spec, inherited, secrets }: Sources): EnvironmentItem[] {
  return Object.keys(env)
    .sort()
    .map((name) => describeVariable(name, env[name] ?? '', spec, inherited[name], secrets))
}

function describeVariable(
  name: string,
  value: string,
  spec: ServiceSpec,
  inherited: string | undefined,
  secrets: ReadonlySet<string>,
): EnvironmentItem {
  const written = spec.environment.get(name)
  const isReferred = written?.parts.some((part) => typeof part !== 'string') ?? false
  const isMasked =
    value !== '' && (isReferred || written?.secret === true || looksSecret(name) || isKnown(value, secrets))
  return {
    name,
    value: isMasked ? mask : maskAddress(value),
    masked: isMasked,
    ...originOf(name, value, spec, inherited),
  }
}

/** A part of a text is taken for a secret only where it is too long to be there by chance. */
const minPart = 8

function isKnown(value: string, secrets: ReadonlySet<string>): boolean {
  return secrets.has(value) || [...secrets].some((secret) => secret.length >= minPart && value.includes(secret))
}

function originOf(
  name: string,
  value: string,
  spec: ServiceSpec,
  inherited: string | undefined,
): Pick<EnvironmentItem, 'origin' | 'file' | 'line'> {
  if (/^HXE_(?:SERVICE|REPLICA|INSTANCE)$/.test(name)) return { origin: 'agent' }
  const written = spec.environment.get(name)
  if (written) return { origin: 'environment', file: written.range.file, line: written.range.line }
  if (spec.inheritEnv && inherited === value) return { origin: 'inherited' }
  if (name === 'PORT' && spec.ports.some(({ port }) => Math.abs(Number(value) - port) < spec.replicas * spec.portStep))
    return { origin: 'ports' }
  const [file] = spec.envFiles
  return file ? { origin: 'env_file', file: file.range.file, line: file.range.line } : { origin: 'agent' }
}
