import type { ServiceSpec } from '../config/index.ts'
import type { PortLookup } from '../why/index.ts'
import { cookiePrefix } from './cookies.ts'
import type { Engine } from './engine.ts'

/** How to find out who holds a port, and which port is free instead. */
export function portLookup(engine: Engine, instance: string, spec: ServiceSpec, port: number): PortLookup {
  const declared = spec.ports.find((own) => own.port === port)
  const taken = new Set([...engine.specs.values()].flatMap(({ ports }) => ports.map((own) => own.port)))
  return {
    platform: engine.deps.platform,
    ownerOf: (cookie) => engine.runner.ownerOf(cookie) ?? ownerByPrefix(engine, cookie),
    instance,
    freePort: async (from) => {
      for (let candidate = from + 1; candidate <= Math.min(from + 50, 65_535); candidate++) {
        if (!taken.has(candidate) && (await engine.deps.platform.portHolder(candidate)) === undefined) return candidate
      }
      return undefined
    },
    ...(declared ? { declared: { range: declared.range, attribute: 'ports' } } : {}),
  }
}

function ownerByPrefix(engine: Engine, cookie: string): string | undefined {
  for (const unit of engine.supervisor.units())
    if (cookie.startsWith(cookiePrefix(engine, unit.instance))) return unit.instance
  return undefined
}
