import type { Configuration, ServiceSpec } from '../model.ts'
import { isSamePlace, type Place, type Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'

/** All the ports that a service's instances declare, and where. */
function portsOf(service: BlockSettings): { port: number; place: Place }[] {
  const setting = service.attributes.get('ports')
  const replicas = Number(service.attributes.get('replicas')?.value ?? 1)
  const step = Number(service.attributes.get('port_step')?.value ?? 1)
  const items = Array.isArray(setting?.value) ? setting.value : []
  return items.flatMap(({ value, place }) => {
    const port = Number(value)
    const count = step === 0 ? 1 : replicas
    return Array.from({ length: count }, (_, replica) => ({ port: port + replica * step, place }))
  })
}

export function checkPorts(services: readonly BlockSettings[], problems: Problems): void {
  const holders = new Map<number, { block: BlockSettings; service: string; place: Place }>()
  for (const block of services) {
    const service = block.label ?? ''
    for (const { port, place } of portsOf(block)) {
      const holder = holders.get(port)
      if (holder === undefined) holders.set(port, { block, service, place })
      else if (holder.block === block || !isSamePlace(holder.place, place))
        reportPort(port, service, place, holder, problems)
    }
  }
}

function reportPort(
  port: number,
  name: string,
  place: Place,
  holder: { service: string; place: Place },
  problems: Problems,
): void {
  const { line } = holder.place.source.position(holder.place.start)
  const isOwn = holder.service === name
  problems.error(place, {
    code: 'duplicate-port',
    message: isOwn
      ? `Port ${port} is declared twice by ${name}.`
      : `Port ${port} is declared by ${holder.service} as well (${holder.place.source.file}:${line}).`,
    expected: 'a port of its own',
    suggestion: isOwn ? 'Remove one of them, or set port_step.' : 'Choose another port for one of them.',
  })
}

/** Replicas that share a port can do so only if they say so to the system; most cannot. */
export function checkSharedPorts(
  configuration: Configuration,
  services: readonly BlockSettings[],
  problems: Problems,
): void {
  for (const block of services) {
    const service: ServiceSpec | undefined = configuration.services.get(block.label ?? '')
    const setting = block.attributes.get('replicas')
    if (service === undefined || setting === undefined || service.replicas === 1) continue
    if (service.ports.length > 0 && service.portStep === 0) {
      problems.warning(setting.place, {
        code: 'shared-port',
        message: `All ${service.replicas} replicas are told to listen on port ${service.ports[0]?.port}.`,
        expected: 'a port_step above 0, unless they share the port',
      })
    }
  }
}
