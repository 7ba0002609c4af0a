import {
  type Alert,
  type AlertDetail,
  type AlertQuery,
  addressOf,
  type FleetHost,
  type Matcher,
  type NewSilence,
  type Silence,
  splitAddress,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { present } from '../present.ts'
import { alertAt } from './address.ts'
import { askAll, type Hosts, placeOf, reachable, valuesOf } from './hosts.ts'
import { followLostHosts } from './lost.ts'

/** Alerts of more hosts than these are not listed together: those that say they have some go first. */
const mostAlertHosts = 200
const mostAlerts = 2_000

function alertHosts(hosts: Hosts, service: string | undefined): FleetHost[] {
  if (service !== undefined) return [placeOf(hosts, service).host]
  return reachable(hosts, Number.POSITIVE_INFINITY)
    .toSorted((a, b) => b.alerts - a.alerts)
    .slice(0, mostAlertHosts)
}

export async function listAlerts(hosts: Hosts, query: AlertQuery, caller: Caller): Promise<{ items: Alert[] }> {
  const { service, cursor: _own, ...rest } = query
  const name = service === undefined ? undefined : splitAddress(service).name
  const asked = alertHosts(hosts, service)
  const input = present({ ...rest, service: name === '' ? undefined : name })
  const answers = await askAll<{ items: Alert[] }>(hosts, asked, ['alerts', 'list'], () => input, caller)
  const all = valuesOf(answers).flatMap(({ host, value }) => value.items.map((alert) => alertAt(alert, host.name)))
  // All that are asked are heard: only lost hosts that several tell of are drawn together.
  const items = followLostHosts(all, new Set(), ({ id }) => splitAddress(id).host ?? '')
  return {
    items: items.sort((a, b) => b.changedAt.localeCompare(a.changedAt)).slice(0, Math.min(query.limit, mostAlerts)),
  }
}

/** What is done with one alert goes to the host that has it. */
export async function withAlert(
  hosts: Hosts,
  path: readonly string[],
  input: { id: string },
  caller: Caller,
): Promise<Alert | AlertDetail> {
  const { host, name } = placeOf(hosts, input.id)
  return alertAt((await hosts.call(host, path, { ...input, id: name }, {}, caller)) as Alert, host.name)
}

const silenceAt = (silence: Silence, host: string): Silence => ({
  ...silence,
  id: addressOf(silence.id, host),
  matchers: silence.matchers.some(({ name }) => name === 'host')
    ? silence.matchers
    : [...silence.matchers, { name: 'host', op: '=', value: host }],
})

export async function listSilences(hosts: Hosts, input: object, caller: Caller): Promise<{ items: Silence[] }> {
  const asked = alertHosts(hosts, undefined)
  const answers = await askAll<{ items: Silence[] }>(hosts, asked, ['silences', 'list'], () => input, caller)
  return {
    items: valuesOf(answers).flatMap(({ host, value }) => value.items.map((silence) => silenceAt(silence, host.name))),
  }
}

export async function endSilence(hosts: Hosts, input: { id: string }, caller: Caller): Promise<Silence> {
  const { host, name } = placeOf(hosts, input.id)
  return silenceAt((await hosts.call(host, ['silences', 'end'], { id: name }, {}, caller)) as Silence, host.name)
}

/** Which hosts a silence is for, and what of its matchers is said there. */
function silenceTargets(
  hosts: Pick<Hosts, 'find'>,
  matchers: readonly Matcher[],
): { hosts: FleetHost[] | 'all'; matchers: Matcher[] } {
  const named = new Map<string, FleetHost>()
  const add = (host: FleetHost): void => void named.set(host.id, host)
  const rest: Matcher[] = []
  for (const matcher of matchers) {
    const { name, op, value } = matcher
    if (name === 'host' && op === '=') {
      add(hosts.find(value))
      continue
    }
    const address = splitAddress(value)
    if (name === 'service' && op === '=' && address.host !== undefined) {
      add(hosts.find(address.host))
      rest.push({ ...matcher, value: address.name })
    } else rest.push(matcher)
  }
  if (named.size > 1)
    throw new CoreError('BAD_INPUT', 'A silence names two hosts at once. Leave one out.', {
      errors: [{ path: 'matchers', message: 'name two hosts' }],
    })
  // A host as a whole: every alert has a name.
  const said: Matcher[] = rest.length > 0 ? rest : [{ name: 'alertname', op: '=~', value: '.+' }]
  return { hosts: named.size > 0 ? [...named.values()] : 'all', matchers: said }
}

/** Made at the host that it names; where it names none, at all that are reached. */
export async function createSilence(hosts: Hosts, input: NewSilence, caller: Caller): Promise<Silence> {
  const targets = silenceTargets(hosts, input.matchers)
  const asked = targets.hosts === 'all' ? reachable(hosts, Number.POSITIVE_INFINITY) : targets.hosts
  const made = await askAll<Silence>(
    hosts,
    asked,
    ['silences', 'create'],
    () => ({ ...input, matchers: targets.matchers }),
    caller,
    { withinMs: null },
  )
  const values = valuesOf(made)
  const [first] = values
  if (!first) throw new CoreError('UNAVAILABLE', 'No host of the fleet can be reached.', { part: 'fleet' })
  const missed = made.flatMap((answer) => ('error' in answer ? answer.host.name : []))
  if (missed.length > 0)
    throw new CoreError(
      'UNAVAILABLE',
      `It is silenced on ${values.length} hosts, but not on ${missed.slice(0, 5).join(', ')}${missed.length > 5 ? ' and others' : ''}.`,
      { part: 'fleet' },
    )
  const alerts = values.reduce((sum, { value }) => sum + value.alerts, 0)
  return { ...silenceAt(first.value, first.host.name), alerts }
}
