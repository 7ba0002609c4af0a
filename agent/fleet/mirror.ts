import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import type { AgentEvent } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { makeStream, readBatch } from './eventstream.ts'
import { type JetStreamAccess, type JetStreamTools, sayJetStream } from './jetstream.ts'
import { Pump } from './pump.ts'
import { hostOfSubject, isToken } from './subjects.ts'
import { type Taken, takeBatch } from './taken.ts'
import type { Wire } from './wire.ts'

/** Where in which stream; the time is that of the message there. */
export interface StreamPlace {
  created: string
  seq: number
  time: string
}
export interface HostTaken extends Taken {
  host: string
  name: string
}

/** What was read, kept on disk. */
export interface MirrorStore {
  positions(): Promise<{ stream: StreamPlace | null; hosts: HostTaken[] }>
  /** All of it or nothing. */
  add(batch: {
    stream: StreamPlace
    hosts: HostTaken[]
    events: { host: string; epoch: string; event: AgentEvent }[]
  }): Promise<void>
}

export interface MirrorOptions {
  clock: Clock
  jetStream: JetStreamAccess
  wire: Wire
  stream: string
  prefix: string
  /** All subjects of the stream. */
  subject: string
  /** Of this host, whose events are here already. */
  id: string
  /** Whether the server is one of several. */
  isCluster: () => boolean
  store: MirrorStore
  log: { info(fields: object, message: string): void }
  changed: () => void
}

const gatherMs = 250
const lookEveryMs = 30_000
const retryMs = 5_000
/** Messages asked for at once; each is at most 64 KiB. */
const messagesAtOnce = 32
/** A fleet that grows without end is one in which somebody makes names up. */
const mostHosts = 20_000

/**
 * Reads the events of all other hosts from the fleet's stream into this agent's store: first what was missed, then what
 * comes. What is heard live only wakes it. Where it has got to is written down with what was read, so that nothing is
 * read twice or left out, however either side ends; where the stream is not the one it was, all of it is read again, and
 * what is known already is left out.
 */
export class EventMirror {
  readonly #options: MirrorOptions
  readonly #pump: Pump
  #place: StreamPlace | undefined
  #hosts: Map<string, { name: string; taken: readonly Taken[] }> | undefined
  #isChecked = false
  #hasRead = false
  #problem: string | undefined

  constructor(options: MirrorOptions) {
    this.#options = options
    this.#pump = new Pump(options.clock, () => this.#work())
  }

  /** All that was missed is here, since this agent was started. */
  get hasRead(): boolean {
    return this.#hasRead
  }

  /** Why events of hosts that are away may be missing, as a sentence. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Begins, and returns the clean-up. */
  begin(): () => void {
    const { jetStream, wire, subject } = this.#options
    const cleanUps = [
      wire.subscribe(subject, () => this.#pump.wake(gatherMs)),
      jetStream.onTurn(() => {
        this.#isChecked = false
        this.#pump.wake(0)
      }),
    ]
    this.#pump.wake(0)
    return () => {
      for (const clean of cleanUps) clean()
      this.#pump.end()
    }
  }

  async #work(): Promise<number> {
    const { tools, problem } = this.#options.jetStream
    if (!tools) {
      this.#tell(problem)
      return lookEveryMs
    }
    try {
      await this.#load()
      await this.#read(tools)
      if (!this.#hasRead) this.#options.changed()
      this.#hasRead = true
      this.#tell(undefined)
      return lookEveryMs
    } catch (error) {
      this.#isChecked = false
      if (!this.#pump.hasEnded) this.#tell(`The stream of events cannot be read. ${sayJetStream(error)}`)
      return retryMs
    }
  }

  async #load(): Promise<void> {
    if (this.#hosts) return
    const { stream, hosts } = await this.#options.store.positions()
    const byHost = new Map<string, { name: string; taken: Taken[] }>()
    for (const { host, name, ...taken } of hosts)
      byHost.set(host, { name, taken: [...(byHost.get(host)?.taken ?? []), taken] })
    this.#hosts = byHost
    this.#place = stream ?? undefined
  }

  async #read(tools: JetStreamTools): Promise<void> {
    const { manager } = tools
    const { stream } = this.#options
    const { created, state } = await this.#info(tools)
    let place = this.#place ?? { created, seq: 0, time: '' }
    if (!(await this.#isSame(tools, place, created, state.last_seq))) {
      this.#options.log.info(
        { stream, place },
        'the stream of events is another one, or was set back; it is read again',
      )
      place = { created, seq: 0, time: '' }
    }
    this.#isChecked = true
    this.#place = place
    for (let next = Math.max(place.seq + 1, state.first_seq); next <= state.last_seq && !this.#pump.hasEnded; ) {
      const count = Math.min(messagesAtOnce, state.last_seq - next + 1)
      const seqs = Array.from({ length: count }, (_, i) => next + i)
      const found = await Promise.all(seqs.map((seq) => manager.streams.getMessage(stream, { seq })))
      await this.#take(
        found.flatMap((message) => message ?? []),
        created,
        next + count - 1,
      )
      next += count
    }
  }

  async #info({ manager }: JetStreamTools) {
    const { stream, subject } = this.#options
    try {
      return await manager.streams.info(stream)
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error
      await makeStream(manager, { name: stream, subject, isCluster: this.#options.isCluster() })
      return manager.streams.info(stream)
    }
  }

  /** Whether what was read is still what stands there: a stream that was set back gives its numbers again. */
  async #isSame({ manager }: JetStreamTools, place: StreamPlace, created: string, lastSeq: number): Promise<boolean> {
    if (place.seq === 0) return place.created === created
    if (place.created !== created || place.seq > lastSeq) return false
    if (this.#isChecked) return true
    const message = await manager.streams.getMessage(this.#options.stream, { seq: place.seq })
    return message === null ? place.time === '' : message.timestamp === place.time
  }

  async #take(
    messages: readonly { subject: string; seq: number; timestamp: string; data: Uint8Array }[],
    created: string,
    upTo: number,
  ): Promise<void> {
    const { prefix, id, store } = this.#options
    const known = this.#hosts
    if (!known) return
    const turned: typeof known = new Map()
    const events: { host: string; epoch: string; event: AgentEvent }[] = []
    for (const { subject, data } of messages) {
      const host = hostOfSubject(prefix, subject)
      const batch = readBatch(data)
      if (!batch || host === undefined || host === id || !isToken(host)) continue
      const before = turned.get(host) ?? known.get(host)
      if (!before && known.size + turned.size >= mostHosts) continue
      const taken = takeBatch(before?.taken ?? [], batch)
      if (!taken) continue
      turned.set(host, { name: batch.name, taken: taken.positions })
      for (const event of taken.events) events.push({ host, epoch: batch.epoch, event })
    }
    const last = messages.at(-1)
    const stream = { created, seq: upTo, time: last?.seq === upTo ? last.timestamp : '' }
    const hosts = [...turned].flatMap(([host, { name, taken }]) => taken.map((one) => ({ host, name, ...one })))
    await store.add({ stream, hosts, events })
    for (const [host, entry] of turned) known.set(host, entry)
    this.#place = stream
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#options.changed()
  }
}
