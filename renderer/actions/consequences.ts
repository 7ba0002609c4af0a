import type { Service } from '../../contract/index.ts'

type Services = ReadonlyMap<string, Service>

/** It runs, or will without anybody doing more. */
export const isUp = ({ state }: Service): boolean =>
  state === 'running' || state === 'starting' || state === 'backoff' || state === 'waiting'

/** What is up and needs one of these, directly or through others; those who would be hit last come first. */
export function dependentsOf(services: Services, chosen: readonly Service[]): Service[] {
  const hit = new Set(chosen.map(({ service }) => service))
  const found: Service[] = []
  for (let grown = true; grown; ) {
    grown = false
    for (const service of services.values()) {
      if (hit.has(service.service) || !isUp(service) || !service.dependsOn.some((name) => hit.has(name))) continue
      found.push(...instancesOf(services, service.service).filter(isUp))
      hit.add(service.service)
      grown = true
    }
  }
  return found.reverse()
}

/**
 * What these need and a person has stopped: the agent leaves that as it is, so whoever starts them is asked. What only
 * is not up yet the agent starts by itself.
 */
export function stoppedNeedsOf(services: Services, chosen: readonly Service[]): Service[] {
  const seen = new Set(chosen.map(({ service }) => service))
  const found: Service[] = []
  const byName = new Map<string, Service[]>()
  for (const service of services.values()) {
    const instances = byName.get(service.service)
    if (instances) instances.push(service)
    else byName.set(service.service, [service])
  }
  const look = (service: Service): void => {
    for (const name of service.dependsOn) {
      if (seen.has(name)) continue
      seen.add(name)
      for (const needed of byName.get(name) ?? []) {
        look(needed)
        if (needed.enabled && needed.desired === 'down' && needed.state === 'stopped') found.push(needed)
      }
    }
  }
  for (const service of chosen) look(service)
  return found
}

const instancesOf = (services: Services, name: string): Service[] =>
  [...services.values()].filter(({ service }) => service === name)
