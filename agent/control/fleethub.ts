import { isDeepStrictEqual } from 'node:util'
import { compareHosts, type FleetHost, type FleetMessage, type FleetStatus } from '../../contract/index.ts'
import type { FleetSide } from '../fleet/index.ts'
import { type Clock, pause } from '../os/index.ts'
import { ChangeBook } from './changebook.ts'
import { Waiters } from './waiters.ts'

/** Whoever watches is told at most once a second. */
const restMs = 1_000
/** So many are noted down while nobody watches; of more than these, all are looked at. */
const mostHeard = 20_000

type Usage = Extract<FleetMessage, { type: 'delta' }>['usage'][number]

const usageOf = ({ id, cpuPercent, memoryPercent, latencyMs, clockSkewMs }: FleetHost): Usage => [
  id,
  cpuPercent,
  memoryPercent,
  latencyMs,
  clockSkewMs,
]

/** What is told apart from the rest, or counted by the reader. */
const figures: ReadonlySet<string> = new Set([
  'cpuPercent',
  'memoryPercent',
  'latencyMs',
  'clockSkewMs',
  'lastSeenAt',
] satisfies (keyof FleetHost)[])

type Change = 'host' | 'usage' | 'nothing'

/** How two looks at a host differ, for those who were told of the first. */
export function changeOf(before: FleetHost | undefined, after: FleetHost): Change {
  if (!before || !saysTheSame(before, after)) return 'host'
  const now = usageOf(after)
  return usageOf(before).every((figure, at) => figure === now[at]) ? 'nothing' : 'usage'
}

/** Asked of each host each few seconds, so only what is no plain value is looked into. */
function saysTheSame(before: FleetHost, after: FleetHost): boolean {
  const keys = Object.keys(after) as (keyof FleetHost)[]
  if (keys.length !== Object.keys(before).length) return false
  return keys.every(
    (key) => before[key] === after[key] || figures.has(key) || isDeepStrictEqual(before[key], after[key]),
  )
}

/**
 * Turns what is heard of hosts into a snapshot and deltas. A host that was heard is only noted down; whoever watches then
 * looks at those that were, for all who watch. Where nobody does, a note a host is all that it costs.
 */
export class FleetHub {
  readonly #clock: Clock
  readonly #source: Pick<FleetSide, 'status' | 'hosts' | 'known'>
  readonly #book: ChangeBook<'status'>
  readonly #waiters = new Waiters()
  /** The hosts by their ids, and how they are joined, as they were at the last look. */
  readonly #hosts = new Map<string, FleetHost>()
  #status: FleetStatus | undefined
  #self: string | undefined
  /** Those whose breaker is not closed: it turns with time, and nobody says so. */
  readonly #turning = new Set<string>()
  #heard: Set<string> | 'all' = 'all'
  #hasNews = true

  constructor(clock: Clock, source: Pick<FleetSide, 'status' | 'hosts' | 'known'>) {
    this.#clock = clock
    this.#source = source
    this.#book = new ChangeBook(clock.nowMs())
  }

  /** How this side is joined has changed, or what this host says of itself: both are looked at with every look. */
  changed(): void {
    this.#hasNews = true
    this.#waiters.wake()
  }

  /** What is known of a host has; of any, where none is named. */
  hostChanged(id?: string): void {
    if (id === undefined || (this.#heard !== 'all' && this.#heard.size >= mostHeard)) this.#heard = 'all'
    else if (this.#heard !== 'all') this.#heard.add(id)
    this.changed()
  }

  async *watch(since: number | undefined, signal: AbortSignal): AsyncGenerator<FleetMessage> {
    let sent = since ?? -1
    while (!signal.aborted) {
      const message = this.#messageSince(sent)
      if (message) {
        sent = message.seq
        yield message
      }
      await pause(this.#clock, restMs, signal)
      if (!this.#hasNews && this.#book.seq === sent && !signal.aborted) await this.#waiters.next(signal)
    }
  }

  #messageSince(sent: number): FleetMessage | undefined {
    const status = this.#look()
    if (!this.#book.canResume(sent))
      return { type: 'snapshot', seq: this.#book.seq, status, hosts: [...this.#hosts.values()].sort(compareHosts) }
    if (this.#book.seq === sent) return undefined
    const { seq, changed, used, removed, isNew } = this.#book.since(sent)
    const hostsOf = (ids: Iterable<string>): FleetHost[] => [...ids].flatMap((id) => this.#hosts.get(id) ?? [])
    return {
      type: 'delta',
      seq,
      hosts: hostsOf(changed),
      usage: hostsOf(used).map(usageOf),
      removed: [...removed],
      ...(isNew('status') ? { status } : {}),
    }
  }

  #look(): FleetStatus {
    if (!this.#hasNews && this.#status) return this.#status
    this.#hasNews = false
    const heard = this.#heard
    this.#heard = new Set()
    const used =
      heard === 'all' ? this.#lookAtAll() : this.#lookAt(new Set([...heard, ...this.#turning, this.#self ?? '']))
    if (used.length > 0) this.#book.used(used)
    const status = this.#source.status()
    if (!isDeepStrictEqual(this.#status, status)) this.#book.partChanged('status')
    this.#status = status
    return status
  }

  /** Answers with those of which figures alone are others. */
  #lookAtAll(): string[] {
    const hosts = this.#source.hosts()
    const present = new Set(hosts.map(({ id }) => id))
    for (const id of this.#hosts.keys()) if (!present.has(id)) this.#gone(id)
    this.#self = hosts.find(({ self }) => self)?.id
    return hosts.filter((host) => this.#take(host) === 'usage').map(({ id }) => id)
  }

  #lookAt(ids: ReadonlySet<string>): string[] {
    return [...ids].filter((id) => {
      const host = this.#source.known(id)
      if (host) return this.#take(host) === 'usage'
      this.#gone(id)
      return false
    })
  }

  #take(host: FleetHost): Change {
    const { id } = host
    const change = changeOf(this.#hosts.get(id), host)
    if (change === 'host') this.#book.changed(id)
    this.#hosts.set(id, host)
    if (host.breaker === 'closed') this.#turning.delete(id)
    else this.#turning.add(id)
    return change
  }

  #gone(id: string): void {
    this.#turning.delete(id)
    if (this.#hosts.delete(id)) this.#book.removed(id)
  }
}
