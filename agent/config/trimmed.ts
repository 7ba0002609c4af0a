import type { Configuration, ServiceSpec } from './model.ts'
import type { TrialResult } from './texts.ts'

/** A configuration on its way between threads, without the services that the other side has. */
export type Trimmed = Omit<TrialResult, 'configuration'> & {
  configuration?: Omit<Configuration, 'services'> & { services: ReadonlyMap<string, ServiceSpec | null> }
}

/** The mark of each service that the other side has. */
export type Marks = ReadonlyMap<string, string>

export function marksOf(configuration: Configuration | undefined): Marks {
  return new Map([...(configuration?.services ?? [])].map(([name, spec]) => [name, markOf(spec)]))
}

function markOf({ fingerprint, app }: ServiceSpec): string {
  return `${fingerprint} ${app ?? ''}`
}

/** Leaves out what is the same on the other side: handing a thousand services over stops its thread for 40 ms. */
export function trim(result: TrialResult, marks: Marks): Trimmed {
  const { configuration, ...rest } = result
  if (configuration === undefined) return rest
  const services = new Map<string, ServiceSpec | null>()
  for (const [name, spec] of configuration.services) {
    services.set(name, marks.get(name) === markOf(spec) ? null : spec)
  }
  const origins = configuration.origins.filter(({ service }) => service === undefined || services.get(service) !== null)
  return { ...rest, texts: {}, configuration: { ...configuration, services, origins } }
}

/** Puts in again what was left out; its places are those of the earlier files. */
export function untrim({ configuration, ...rest }: Trimmed, known: Configuration | undefined): TrialResult {
  if (configuration === undefined) return rest
  const services = new Map<string, ServiceSpec>()
  for (const [name, spec] of configuration.services) {
    const own = spec ?? known?.services.get(name)
    if (own !== undefined) services.set(name, own)
  }
  return { ...rest, configuration: { ...configuration, services } }
}
