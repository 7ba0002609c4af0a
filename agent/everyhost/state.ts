import {
  type AgentInfo,
  type ConfigStatus,
  type Service,
  type SilentHost,
  type StateMessage,
  splitAddress,
  type WatchPace,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { pause } from '../os/index.ts'
import type { Hosts } from './hosts.ts'
import { type Change, HostPart, sumOfAlerts } from './part.ts'
import { HostStreams } from './streams.ts'

/** Changes of all hosts go out together, so often at most. */
const tellEveryMs = 150
/** The first picture waits so long for hosts that are about to answer. */
const firstWaitMs = 600
/** With more hosts than these, figures come as often as they are kept, and not each second. */
const mostLiveHosts = 25
/** After the last reader has gone it goes on for a while: whoever looks at one host mostly comes back. */
const lingerMs = 60_000
/** Hosts with more services together than a page can hold are told of as silent. */
const mostServices = 50_000

/** What a reader has not been told of yet. */
class Reader {
  readonly services = new Set<string>()
  readonly usage = new Set<string>()
  readonly removed = new Set<string>()
  alerts = false
  silent = false
  /** Of this agent itself: its configuration, or that it ends. */
  own = false
  pace: WatchPace
  wake: () => void = () => undefined

  constructor(pace: WatchPace) {
    this.pace = pace
  }

  hear(change: Change): void {
    for (const address of change.removed) {
      this.removed.add(address)
      this.services.delete(address)
      this.usage.delete(address)
    }
    for (const address of change.services) {
      this.removed.delete(address)
      this.services.add(address)
    }
    for (const address of change.usage) this.usage.add(address)
    this.alerts ||= change.alerts
    this.silent ||= change.silent
    if (this.hasNews()) this.wake()
  }

  hearOwn(): void {
    this.own = true
    this.wake()
  }

  hasNews(): boolean {
    return this.services.size + this.usage.size + this.removed.size > 0 || this.alerts || this.silent || this.own
  }

  forget(): void {
    this.services.clear()
    this.usage.clear()
    this.removed.clear()
    this.alerts = false
    this.silent = false
    this.own = false
  }

  news(signal: AbortSignal): Promise<void> {
    if (this.hasNews() || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      this.wake = () => {
        signal.removeEventListener('abort', this.wake)
        resolve()
      }
      signal.addEventListener('abort', this.wake, { once: true })
    })
  }
}

export interface EveryStateOptions {
  hosts: Hosts
  caller: Caller
  /** Of this agent, which speaks for all. */
  info: () => AgentInfo
  config: () => ConfigStatus
}

/** The state of all hosts as one: kept once for all who look at it, and only while somebody does. */
export class EveryState {
  readonly #options: EveryStateOptions
  readonly #parts = new Map<string, HostPart>()
  readonly #readers = new Set<Reader>()
  #streams: HostStreams<StateMessage> | undefined
  #cancelLinger: () => void = () => undefined
  #pace: WatchPace = 'background'
  #seq = 0

  constructor(options: EveryStateOptions) {
    this.#options = options
  }

  async *watch(pace: WatchPace, signal: AbortSignal): AsyncGenerator<StateMessage> {
    const { clock } = this.#options.hosts
    const reader = new Reader(pace)
    const isNew = this.#open(reader)
    try {
      if (isNew) await this.#first(signal)
      if (signal.aborted) return
      reader.forget()
      yield this.#snapshot()
      while (!signal.aborted) {
        await reader.news(signal)
        if (signal.aborted) return
        yield this.#delta(reader)
        await pause(clock, tellEveryMs, signal)
      }
    } finally {
      this.#close(reader)
    }
  }

  end(): void {
    this.#cancelLinger()
    this.#streams?.end()
    this.#streams = undefined
    this.#parts.clear()
  }

  #open(reader: Reader): boolean {
    this.#cancelLinger()
    this.#readers.add(reader)
    if (this.#streams) {
      this.#followPace()
      return false
    }
    this.#pace = this.#wantedPace()
    const { hosts, caller } = this.#options
    this.#streams = new HostStreams<StateMessage>(hosts, {
      wanted: (all) => all,
      open: async (host, signal) => {
        const since = this.#parts.get(host.id)?.seq
        const input = { pace: this.#pace, ...(since === undefined ? {} : { since }) }
        return (await hosts.call(host, ['state', 'watch'], input, { signal }, caller)) as AsyncIterable<StateMessage>
      },
      item: (host, message) => {
        if (host.self && message.type === 'delta' && (message.config || message.agent))
          for (const reader of this.#readers) reader.hearOwn()
        const part = this.#partOf(host)
        const others = this.#count() - part.services.size
        if (message.type === 'snapshot' && others + message.services.length > mostServices) {
          const text = `Its ${message.services.length} services are not shown: all hosts have more than ${mostServices}`
          this.#tell(part.fallSilent({ host: host.name, since: new Date(hosts.clock.nowMs()).toISOString(), text }))
        } else this.#tell(part.take(message))
      },
      silent: (host, why) => this.#tell(this.#partOf(host).fallSilent(why)),
      gone: ({ id }) => {
        const part = this.#parts.get(id)
        this.#parts.delete(id)
        if (part)
          this.#tell({ services: [], usage: [], removed: [...part.services.keys()], alerts: true, silent: true })
      },
    })
    this.#streams.begin()
    return true
  }

  #close(reader: Reader): void {
    this.#readers.delete(reader)
    this.#followPace()
    if (this.#readers.size > 0) return
    this.#cancelLinger = this.#options.hosts.clock.after(lingerMs, () => this.end())
  }

  #wantedPace(): WatchPace {
    const isLive = [...this.#readers].some(({ pace }) => pace === 'live')
    return isLive && this.#options.hosts.list().length <= mostLiveHosts ? 'live' : 'background'
  }

  #followPace(): void {
    const wanted = this.#wantedPace()
    if (wanted === this.#pace) return
    this.#pace = wanted
    this.#streams?.reopen()
  }

  /** Until each host has said something, or is silent, or has taken too long. */
  async #first(signal: AbortSignal): Promise<void> {
    const { clock, list } = this.#options.hosts
    const untilMs = clock.monotonicMs() + firstWaitMs
    const isSettled = (): boolean =>
      list().every(({ id }) => {
        const part = this.#parts.get(id)
        return part !== undefined && (part.seq !== undefined || part.silent !== null)
      })
    while (!signal.aborted && !isSettled() && clock.monotonicMs() < untilMs) await pause(clock, 20, signal)
  }

  #partOf({ id, name }: { id: string; name: string }): HostPart {
    const known = this.#parts.get(id)
    const part = known ?? new HostPart(name)
    if (!known) this.#parts.set(id, part)
    return part
  }

  #count(): number {
    let count = 0
    for (const { services } of this.#parts.values()) count += services.size
    return count
  }

  #tell(change: Change): void {
    for (const reader of this.#readers) reader.hear(change)
  }

  #silentHosts(): SilentHost[] {
    return [...this.#parts.values()].flatMap(({ silent }) => silent ?? [])
  }

  #snapshot(): StateMessage {
    const { info, config } = this.#options
    return {
      type: 'snapshot',
      seq: ++this.#seq,
      agent: info(),
      services: [...this.#parts.values()].flatMap(({ services }) => [...services.values()]),
      host: null,
      config: config(),
      alerts: sumOfAlerts(this.#parts.values()),
      silentHosts: this.#silentHosts(),
    }
  }

  #delta(reader: Reader): StateMessage {
    const parts = new Map([...this.#parts.values()].map((part) => [part.name, part]))
    const find = (address: string): Service | undefined =>
      parts.get(splitAddress(address).host ?? '')?.services.get(address)
    const { info, config } = this.#options
    const services = [...reader.services].flatMap((address) => find(address) ?? [])
    const usage = [...reader.usage].flatMap((address): [string, number | null, number | null][] => {
      const service = reader.services.has(address) ? undefined : find(address)
      return service ? [[address, service.cpuPercent, service.memoryBytes]] : []
    })
    const message: StateMessage = {
      type: 'delta',
      seq: ++this.#seq,
      services,
      usage,
      removed: [...reader.removed],
      ...(reader.alerts ? { alerts: sumOfAlerts(this.#parts.values()) } : {}),
      ...(reader.own ? { agent: info(), config: config() } : {}),
      ...(reader.silent ? { silentHosts: this.#silentHosts() } : {}),
    }
    reader.forget()
    return message
  }
}
