import { type LateContext, LateTexts, type MissingValue } from './late.ts'
import type { HealthCheckSpec, LateText, ProbeSpec, ServiceSpec } from './model.ts'
import { mask, maskAddress } from './values/secrets.ts'

/** A probe of one instance with every value known. */
export type ResolvedProbe =
  | {
      type: 'http'
      url: string
      method: string
      headers: Readonly<Record<string, string>>
      expectStatus: readonly number[]
      expectBody: string | undefined
      skipVerify: boolean
    }
  | { type: 'tcp'; host: string; port: number }
  | { type: 'exec'; argv: readonly string[] }
  | { type: 'log'; pattern: string }
  | { type: 'grpc'; host: string; port: number; service: string; tls: boolean; skipVerify: boolean }
  | { type: 'process' }

export interface ProbeContext extends LateContext {
  /** The number of the instance, from 0. */
  replica: number
}

/** `$PORT` and `${PORT}` as they stand in a text after HCL has read it. */
export const portVariable = /\$(?:PORT\b|\{PORT\})/g

const thisMachine = 'localhost'

/** What a check of one instance tries: the ports of its service move on with the replica, as `PORT` does. */
export function resolveProbe(
  spec: ServiceSpec,
  { probe }: HealthCheckSpec,
  context: ProbeContext,
): { probe: ResolvedProbe } | { missing: MissingValue[] } {
  const late = new LateTexts(spec.range.file, context)
  const text = (value: LateText): string => late.text(value)
  const ports = portsOf(spec, context.replica, text)
  const resolved = withValues(probe, text, ports)
  return late.missing.length > 0 ? { missing: late.missing } : { probe: resolved }
}

/** What a check of one instance tries, for a person; what is secret or not known yet is not shown. */
export function describeProbe(spec: ServiceSpec, { probe }: HealthCheckSpec, replica: number): string {
  const text = ({ parts, secret }: LateText): string => {
    const isPlain = parts.every((part) => typeof part === 'string')
    if (secret && isPlain) return mask
    return parts.map((part) => (typeof part === 'string' ? part : secret ? mask : '…')).join('')
  }
  const resolved = withValues(probe, text, portsOf(spec, replica, text))
  switch (resolved.type) {
    case 'http':
      return `${resolved.method} ${maskAddress(resolved.url)}`
    case 'tcp':
    case 'grpc':
      return `${resolved.host}:${resolved.port}`
    case 'exec':
      return resolved.argv.join(' ')
    case 'log':
      return resolved.pattern
    case 'process':
      return 'its first process'
  }
}

interface Ports {
  /** `PORT` of the instance, where it has one. */
  own: string | undefined
  moved: (port: number) => number
}

function portsOf(spec: ServiceSpec, replica: number, text: (value: LateText) => string): Ports {
  const said = spec.environment.get('PORT')
  const variable = said === undefined ? undefined : text(said)
  const known = new Set(spec.ports.map(({ port }) => port))
  if (variable !== undefined && /^\d{1,5}$/.test(variable)) known.add(Number(variable))
  const moved = (port: number): number => (known.has(port) ? port + replica * spec.portStep : port)
  const first = variable ?? (spec.ports[0] === undefined ? undefined : String(spec.ports[0].port))
  return { own: first !== undefined && /^\d{1,5}$/.test(first) ? String(moved(Number(first))) : first, moved }
}

function withValues(probe: ProbeSpec, text: (value: LateText) => string, ports: Ports): ResolvedProbe {
  switch (probe.type) {
    case 'http': {
      const { method, expectStatus, expectBody, skipVerify } = probe
      const headers: Record<string, string> = Object.create(null)
      for (const [name, value] of probe.headers) headers[name] = text(value)
      return {
        type: 'http',
        url: movedUrl(text(probe.url), ports),
        method,
        headers,
        expectStatus,
        expectBody,
        skipVerify,
      }
    }
    case 'exec':
      return { type: 'exec', argv: probe.command.argv.map(text) }
    case 'tcp':
      return { type: 'tcp', ...placeOf(probe, text, ports) }
    case 'grpc': {
      const { service = '', tls, skipVerify } = probe
      return { type: 'grpc', ...placeOf(probe, text, ports), service, tls, skipVerify }
    }
    default:
      return probe
  }
}

function placeOf(
  { host, port }: { host?: LateText; port: number },
  text: (value: LateText) => string,
  ports: Ports,
): { host: string; port: number } {
  return { host: host === undefined ? thisMachine : text(host), port: ports.moved(port) }
}

/** The address as it was written but for its port: what a person reads is what stands in the file. */
function movedUrl(written: string, { own, moved }: Ports): string {
  const named = own === undefined ? written : written.replace(portVariable, own)
  if (named !== written) return named
  return written.replace(
    /^(https?:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:@]*):)(\d{1,5})(?=[/?#]|$)/i,
    (_, head, port) => `${head}${moved(Number(port))}`,
  )
}
