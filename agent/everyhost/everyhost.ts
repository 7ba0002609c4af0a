import {
  type AgentInfo,
  type AlertQuery,
  addressOf,
  type ConfigStatus,
  type FleetEvents,
  type FleetEventsQuery,
  type LogHistogramQuery,
  type LogHitsQuery,
  type LogLine,
  type LogQuery,
  type MetricQuery,
  type NewSilence,
  type Service,
  type ServiceVerb,
  splitAddress,
  type WatchPace,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { actOnAll } from './act.ts'
import { serviceAt } from './address.ts'
import { createSilence, endSilence, listAlerts, listSilences, withAlert } from './alerts.ts'
import { type EventsQuery, followEvents, listEvents } from './events.ts'
import { followLogs } from './followlogs.ts'
import { askAll, type CallOptions, type Hosts, placeOf, reachable, valuesOf } from './hosts.ts'
import { histogramOf, hitsOf, queryLogs, wholeOf } from './logs.ts'
import { forecastOf, metricNames, queryMetrics } from './metrics.ts'
import { EveryState } from './state.ts'

export interface EveryHostOptions {
  hosts: Hosts
  /** Who reads for all who look. */
  reader: Caller
  info: () => AgentInfo
  config: () => ConfigStatus
  events: (query: FleetEventsQuery, caller: Caller) => Promise<FleetEvents>
  /** Whether a procedure only looks. */
  isView: (path: readonly string[]) => boolean
  /** A stream as carriers take it. */
  stream: <Item extends object>(
    signal: AbortSignal | undefined,
    open: (signal: AbortSignal) => AsyncIterable<Item>,
    idOf?: (item: Item) => string,
  ) => unknown
}

type Handler = (input: never, caller: Caller, options: CallOptions) => unknown

/** Of more services a list of all hosts gives no more. */
const mostListed = 10_000
const mostListHosts = 200

/** The contract answered by all hosts together: each call goes to the one that its address names, or to all of them. */
export class EveryHost {
  readonly #options: EveryHostOptions
  readonly #state: EveryState
  readonly #handlers: Readonly<Record<string, Handler>>

  constructor(options: EveryHostOptions) {
    const { hosts, reader, info, config, events, stream } = options
    this.#options = options
    this.#state = new EveryState({ hosts, caller: reader, info, config })
    this.#handlers = {
      'state.watch': ({ pace = 'live' }: { pace?: WatchPace }, _caller, { signal }) =>
        stream(signal, (inner) => this.#state.watch(pace, inner)),
      'services.list': (input: object, caller) => this.#listServices(input, caller),
      'services.act': (input: { verb: ServiceVerb; names: string[] }, caller) => actOnAll(hosts, input, caller),
      'logs.query': (input: LogQuery, caller) => queryLogs(hosts, input, caller),
      'logs.follow': (input: LogQuery, caller, { signal, lastEventId }) =>
        stream(
          signal,
          (inner) => followLogs(hosts, lastEventId ? { ...input, cursor: lastEventId } : input, caller, inner),
          ({ cursor }) => cursor,
        ),
      'logs.hits': (input: LogHitsQuery, caller, { signal }) =>
        stream(signal, async function* () {
          yield await hitsOf(hosts, input, caller)
        }),
      'logs.histogram': (input: LogHistogramQuery, caller) => histogramOf(hosts, input, caller),
      'logs.whole': (input: { service: string; place: string }, caller) => wholeOf(hosts, input, caller),
      'events.list': (input: EventsQuery, caller) => listEvents((query) => events(query, caller), input),
      'events.follow': (input: EventsQuery, caller, { signal }) =>
        stream(signal, (inner) => followEvents(hosts, input, caller, inner)),
      'metrics.names': (_input: object, caller) => metricNames(hosts, caller),
      'metrics.query': (input: MetricQuery, caller) => queryMetrics(hosts, input, caller),
      'metrics.forecast': (input: { service?: string }, caller) => forecastOf(hosts, input, caller),
      'alerts.list': (input: AlertQuery, caller) => listAlerts(hosts, input, caller),
      'alerts.get': (input: { id: string }, caller) => withAlert(hosts, ['alerts', 'get'], input, caller),
      'alerts.ack': (input: { id: string }, caller) => withAlert(hosts, ['alerts', 'ack'], input, caller),
      'alerts.unack': (input: { id: string }, caller) => withAlert(hosts, ['alerts', 'unack'], input, caller),
      'silences.list': (input: object, caller) => listSilences(hosts, input, caller),
      'silences.create': (input: NewSilence, caller) => createSilence(hosts, input, caller),
      'silences.end': (input: { id: string }, caller) => endSilence(hosts, input, caller),
      // Each host has its own; they are looked at there.
      'rules.list': () => ({ items: [] }),
    } satisfies Record<string, Handler>
  }

  async call(path: readonly string[], input: unknown, options: CallOptions, caller: Caller): Promise<unknown> {
    const name = path.join('.')
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined
    if (handler) return handler((input ?? {}) as never, caller, options)
    if (hasName(input)) return this.#passOn(path, input, options, caller)
    const { hosts, isView } = this.#options
    const self = hosts.list().find((host) => host.self)
    if (self && isView(path)) return hosts.call(self, path, input, options, caller)
    throw new CoreError('BAD_INPUT', `${name} is done on one host. Choose which.`, {
      errors: [{ path: 'host', message: 'is all hosts' }],
    })
  }

  end(): void {
    this.#state.end()
  }

  /** To the host of the address; what comes back about services has their addresses. */
  async #passOn(
    path: readonly string[],
    input: { name: string },
    options: CallOptions,
    caller: Caller,
  ): Promise<unknown> {
    const { hosts } = this.#options
    const { host, name } = placeOf(hosts, input.name)
    const answer = await hosts.call(host, path, { ...input, name }, options, caller)
    if (isService(answer)) return serviceAt(answer, host.name)
    if (path.join('.') !== 'services.logs') return answer
    const { items, ...rest } = answer as { items: LogLine[] }
    return { ...rest, items: items.map((line) => ({ ...line, service: addressOf(line.service, host.name) })) }
  }

  async #listServices(input: object, caller: Caller): Promise<{ items: Service[] }> {
    const { hosts } = this.#options
    const { search, cursor: _own, ...rest } = input as { search?: string; cursor?: string; limit?: number }
    const { name, host } = splitAddress(search ?? '')
    const asked = reachable(hosts, mostListHosts).filter((each) => host === undefined || each.name === host)
    const query = { ...rest, ...(name === '' ? {} : { search: name }) }
    const answers = await askAll<{ items: Service[] }>(hosts, asked, ['services', 'list'], () => query, caller)
    const items = valuesOf(answers).flatMap((each) =>
      each.value.items.map((service) => serviceAt(service, each.host.name)),
    )
    return { items: items.slice(0, Math.min(rest.limit ?? mostListed, mostListed)) }
  }
}

const hasName = (input: unknown): input is { name: string } =>
  typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string'

const isService = (answer: unknown): answer is Service =>
  typeof answer === 'object' && answer !== null && 'dependsOn' in answer && 'desired' in answer && 'name' in answer
