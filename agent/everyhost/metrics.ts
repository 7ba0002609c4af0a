import {
  addressOf,
  type FleetHost,
  type Forecast,
  type MetricInfo,
  type MetricQuery,
  mostMetricHosts,
  type Series,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { askAll, type Hosts, placeOf, reachable, targetsOf, valuesOf } from './hosts.ts'

/** Where no host is named, series of so many come. */
const mostUnnamed = 24

/** Which hosts are meant, and which services there. Of hosts themselves the address has no name: `@atlas`. */
function metricTargets(
  hosts: Hosts,
  { on, service }: Pick<MetricQuery, 'on' | 'service'>,
): Map<FleetHost, string[] | undefined> {
  const targets = targetsOf(hosts, [service ?? []].flat(), {
    most: mostMetricHosts,
    unnamed: mostUnnamed,
    what: 'Series',
  })
  return on === 'service' ? targets : new Map([...targets.keys()].map((host) => [host, undefined]))
}

/** Series of services by their addresses, of hosts by their names. */
export async function queryMetrics(hosts: Hosts, query: MetricQuery, caller: Caller): Promise<{ items: Series[] }> {
  const targets = metricTargets(hosts, query)
  const { service: _all, ...rest } = query
  const input = (host: FleetHost): object => {
    const service = targets.get(host)
    return service === undefined ? rest : { ...rest, service }
  }
  const asked = [...targets.keys()].filter(({ state }) => state === 'connected')
  const answers = await askAll<{ items: Series[] }>(hosts, asked, ['metrics', 'query'], input, caller)
  return {
    items: valuesOf(answers).flatMap(({ host, value }) =>
      value.items.map((series) => ({
        ...series,
        subject: series.on === 'service' ? addressOf(series.subject, host.name) : host.name,
      })),
    ),
  }
}

/** What any of them measures. */
export async function metricNames(hosts: Hosts, caller: Caller): Promise<{ items: MetricInfo[] }> {
  const asked = reachable(hosts, mostUnnamed)
  const answers = await askAll<{ items: MetricInfo[] }>(hosts, asked, ['metrics', 'names'], () => ({}), caller)
  const known = new Map<string, MetricInfo>()
  for (const { value } of valuesOf(answers))
    for (const info of value.items)
      if (!known.has(`${info.on} ${info.metric}`)) known.set(`${info.on} ${info.metric}`, info)
  return { items: [...known.values()] }
}

export async function forecastOf(hosts: Hosts, input: { service?: string }, caller: Caller): Promise<Forecast> {
  if (input.service === undefined)
    throw new CoreError('BAD_INPUT', 'A forecast is of one service or of one host.', {
      errors: [{ path: 'service', message: 'is missing' }],
    })
  const { host, name } = placeOf(hosts, input.service)
  const { service: _address, ...rest } = input
  const asked = name === '' ? rest : { ...rest, service: name }
  const forecast = (await hosts.call(host, ['metrics', 'forecast'], asked, {}, caller)) as Forecast
  return { ...forecast, subject: name === '' ? host.name : addressOf(forecast.subject, host.name) }
}
