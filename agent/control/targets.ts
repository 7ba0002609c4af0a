import { messageOf } from '../../contract/failure.ts'
import type { FleetHost, NewRollout, RolloutStep, Service, ServiceSelection } from '../../contract/index.ts'
import { CoreError, noSuchHost } from '../core.ts'
import { hasCanary, stepsOf, type Target } from '../fleet/index.ts'
import { eachAtOnce } from '../together.ts'
import type { Door } from './door.ts'

const mostHosts = 1000
const askedAtOnce = 20

/** The steps of a rollout: which services of which hosts are meant, as they are now. @throws NOT_FOUND, BAD_INPUT */
export async function targetsOf(
  hosts: readonly FleetHost[],
  request: NewRollout,
  door: Door,
  author: string,
  newOperation: () => string,
): Promise<RolloutStep[]> {
  const chosen = hostsMeant(hosts, request)
  if (chosen.length > mostHosts) {
    const message = `${chosen.length} hosts are meant; one rollout takes ${mostHosts} at most`
    throw new CoreError('BAD_INPUT', message, { errors: [{ path: 'hosts', message }] })
  }
  const targets: Target[] = []
  await eachAtOnce(chosen, askedAtOnce, async (host) => {
    const target = await look(host, request.services, door, author)
    if (target) targets.push(target)
  })
  const { canary } = request
  if (!hasCanary(targets, canary))
    throw new CoreError(
      'NOT_FOUND',
      `The canary ${canary} is not among the hosts that are meant, or has no such service.`,
    )
  return stepsOf(targets, request, newOperation)
}

function hostsMeant(hosts: readonly FleetHost[], { hosts: { all, names = [], labels } }: NewRollout): FleetHost[] {
  const unknown = names.find((name) => !hosts.some((host) => isCalled(host.name, host.id, name)))
  if (unknown !== undefined) throw noSuchHost(unknown)
  const wanted = Object.entries(labels ?? {})
  return hosts.filter(
    (host) =>
      all ||
      names.some((name) => isCalled(host.name, host.id, name)) ||
      (wanted.length > 0 && wanted.every(([label, value]) => host.labels[label] === value)),
  )
}

const isCalled = (name: string, id: string, word: string): boolean => name === word || id === word

/** Undefined where the host has nothing that is meant. */
async function look(
  { name: host, id: hostId, state, since }: FleetHost,
  selection: ServiceSelection,
  door: Door,
  author: string,
): Promise<Target | undefined> {
  if (state === 'unreachable') return { host, hostId, services: [], leftOut: `It has not been reached since ${since}` }
  try {
    const services = servicesMeant(await door.list(hostId, author), selection)
    return services.length === 0 ? undefined : { host, hostId, services }
  } catch (error) {
    return { host, hostId, services: [], leftOut: messageOf(error) }
  }
}

function servicesMeant(
  services: readonly Service[],
  { names = [], tags = [], groups = [], apps = [] }: ServiceSelection,
): string[] {
  const meant = services.filter(
    (service) =>
      names.includes(service.service) ||
      names.includes(service.name) ||
      tags.some((tag) => service.tags.includes(tag)) ||
      groups.some((group) => service.groups.includes(group)) ||
      (service.app !== null && apps.includes(service.app)),
  )
  return [...new Set(meant.map(({ service }) => service))].sort()
}
