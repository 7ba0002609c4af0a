import { addressOf, type FleetHost, type FleetMessage, splitAddress } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { eachAtOnce } from '../together.ts'

export interface CallOptions {
  signal?: AbortSignal
  lastEventId?: string
}

/** The hosts of the fleet and a way to ask each of them, this one included. */
export interface Hosts {
  readonly clock: Clock
  readonly random: () => number
  /** This host first. */
  list(): FleetHost[]
  /** By name or id, without a look at all the others. @throws NOT_FOUND */
  find(name: string): FleetHost
  watch(signal: AbortSignal): AsyncIterable<FleetMessage>
  /** @throws what that host answers, or UNAVAILABLE where it does not */
  call(host: FleetHost, path: readonly string[], input: unknown, options: CallOptions, caller: Caller): Promise<unknown>
}

/** Where an address leads. @throws NOT_FOUND for a name without a host, or a host that is not known */
export function placeOf(hosts: Pick<Hosts, 'list' | 'find'>, address: string): { host: FleetHost; name: string } {
  const { name, host } = splitAddress(address)
  if (host === undefined) {
    const self = hosts.list().find((each) => each.self)
    const example = addressOf(name, self?.name ?? 'HOST')
    throw new CoreError('NOT_FOUND', `Among all hosts ${name} needs its host behind it, as in ${example}.`)
  }
  return { host: hosts.find(host), name }
}

/** Addresses by their hosts, each with the names there. */
function byHost(hosts: Pick<Hosts, 'list' | 'find'>, addresses: readonly string[]): Map<FleetHost, string[]> {
  const known = new Map<string, FleetHost>()
  const groups = new Map<FleetHost, string[]>()
  for (const address of addresses) {
    const { name, host: hostName = '' } = splitAddress(address)
    const host = known.get(hostName) ?? placeOf(hosts, address).host
    known.set(hostName, host)
    const names = groups.get(host)
    if (names) names.push(name)
    else groups.set(host, [name])
  }
  return groups
}

export interface Targets {
  /** So many hosts are read together at most. */
  most: number
  /** Of so many where no address is given. */
  unnamed: number
  /** What is read of them, as a refusal says it. */
  what: string
}

/** Which hosts addresses mean, and which names there; undefined where no address is given. @throws NOT_FOUND, BAD_INPUT */
export function targetsOf(
  hosts: Pick<Hosts, 'list' | 'find'>,
  addresses: readonly string[],
  { most, unnamed, what }: Targets,
): Map<FleetHost, string[] | undefined> {
  if (addresses.length === 0) return new Map(reachable(hosts, unnamed).map((host) => [host, undefined]))
  const targets = byHost(hosts, addresses)
  if (targets.size <= most) return targets
  throw new CoreError('BAD_INPUT', `${what} of ${targets.size} hosts are not read together, of ${most} they are.`, {
    errors: [{ path: 'service', message: `names more than ${most} hosts` }],
  })
}

/** What one host answered, or why it did not. */
export type Answer<T> = { host: FleetHost } & ({ value: T } | { error: unknown })

const askedAtOnce = 32
/** A list of many hosts does not wait longer for one of them. */
const patienceMs = 10_000

export interface AskOptions extends CallOptions {
  /** Null: as long as a call may take at all. */
  withinMs?: number | null
}

/** Asks these hosts, some at a time; one that fails or is slow keeps no other from its answer. In the order of the hosts. */
export async function askAll<T>(
  hosts: Hosts,
  asked: readonly FleetHost[],
  path: readonly string[],
  inputFor: (host: FleetHost) => unknown,
  caller: Caller,
  { withinMs = patienceMs, ...options }: AskOptions = {},
): Promise<Answer<T>[]> {
  const answers: Answer<T>[] = []
  await eachAtOnce(asked, askedAtOnce, async (host, at) => {
    try {
      const call = hosts.call(host, path, inputFor(host), options, caller)
      answers[at] = { host, value: (await inTime(hosts.clock, call, host, withinMs)) as T }
    } catch (error) {
      answers[at] = { host, error }
    }
  })
  return answers
}

function inTime<T>(clock: Clock, call: Promise<T>, { name }: FleetHost, withinMs: number | null): Promise<T> {
  if (withinMs === null) return call
  return new Promise<T>((resolve, reject) => {
    const late = (): void =>
      reject(new CoreError('UNAVAILABLE', `${name} has not answered within ${withinMs / 1000} s`, { part: 'fleet' }))
    const cancel = clock.after(withinMs, late)
    call.then(resolve, reject).finally(cancel)
  })
}

/** The values of those that answered. @throws the first failure where none did */
export function valuesOf<T>(answers: readonly Answer<T>[]): { host: FleetHost; value: T }[] {
  const values = answers.flatMap((answer) => ('value' in answer ? [{ host: answer.host, value: answer.value }] : []))
  const [first] = answers
  if (values.length === 0 && first && 'error' in first) throw first.error
  return values
}

/** Those that can be asked now, the first `most` of them. */
export const reachable = (hosts: Pick<Hosts, 'list'>, most: number): FleetHost[] =>
  hosts
    .list()
    .filter(({ state }) => state === 'connected')
    .slice(0, most)
