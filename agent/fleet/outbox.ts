import { randomBytes } from 'node:crypto'
import { NoRespondersError } from 'nats'
import type { AgentEvent } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import { cutBatch, eventsKeptMs, mostEventsOfMessage, readBatch } from './eventstream.ts'
import { type JetStreamAccess, type JetStreamTools, sayJetStream } from './jetstream.ts'
import { Pump } from './pump.ts'
import { type Standing, whereToGoOn } from './standing.ts'

/** The events of this agent, of which its own store is the truth. */
export interface EventHistory {
  /** What is on disk, and that alone: a number that was told is never given again to another event. */
  saved(after: number, limit: number): Promise<AgentEvent[]>
  savedBack(upTo: number, sinceMs: number, limit: number): Promise<{ count: number; after: number }>
  nextSeq(): number
  /** Returns the clean-up. */
  onSaved(listener: () => void): () => void
  /** What was written down last of how far they have got. */
  sent(): Standing | undefined
  keepSent(sent: Standing): Promise<void>
}

export interface OutboxOptions {
  clock: Clock
  jetStream: JetStreamAccess
  stream: string
  subject: string
  /** Of this host. */
  id: string
  name: () => string
  history: EventHistory
  log: { info(fields: object, message: string): void }
  changed: () => void
}

/** What happens at about one time goes as one message. */
const gatherMs = 250
/** How often the stream is asked what it has of this host, though nothing was heard of a loss. */
const lookEveryMs = 60_000
const retryMs = [1_000, 2_000, 5_000, 15_000, 30_000] as const
const answerLimitMs = 10_000
/** Of a history that the stream has lost, so much is told again, and, where the server has not been away, not more often. */
const mostToldAgain = 10_000
const tellAgainEveryMs = 3_600_000

/**
 * Brings this agent's events to the fleet's stream, in order, each once. Each message names the one before it, so the
 * server refuses what does not follow; after any failure, and when the server is back, the stream is asked how far it has
 * got, and what is missing there is read from the agent's store, a page at a time.
 */
export class EventOutbox {
  readonly #options: OutboxOptions
  readonly #pump: Pump
  #at: Standing | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #toldAgainAtMs = Number.NEGATIVE_INFINITY
  #restUntilMs = 0
  #failures = 0
  #hasEnded = false
  #hasTold = false
  #problem: string | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#pump = new Pump(options.clock, () => this.#work())
  }

  /** All that had happened has arrived, once at least. */
  get hasTold(): boolean {
    return this.#hasTold
  }

  /** Why events of this host do not arrive, as a sentence. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Begins, and returns the clean-up. */
  begin(): () => void {
    const { jetStream, history } = this.#options
    const cleanUps = [
      history.onSaved(() => this.#pump.wake(gatherMs)),
      jetStream.onTurn(() => {
        this.#at = undefined
        this.#toldAgainAtMs = Number.NEGATIVE_INFINITY
        this.#restUntilMs = 0
        this.#pump.wake(0)
      }),
    ]
    this.#pump.wake(0)
    return () => {
      this.#hasEnded = true
      for (const clean of cleanUps) clean()
      this.#pump.end()
    }
  }

  /** The last that has happened goes too, before this agent does. */
  async finish(): Promise<void> {
    this.#restUntilMs = 0
    // What is written after it is on disk after it: then all that has happened can be read.
    if (this.#at) await this.#options.history.keepSent(this.#at)
    await this.#pump.finish()
  }

  async #work(): Promise<number> {
    const { clock, jetStream } = this.#options
    const { tools } = jetStream
    if (!tools) return lookEveryMs
    const restMs = this.#restUntilMs - clock.monotonicMs()
    if (restMs > 0) return restMs
    try {
      const isDue = clock.monotonicMs() - this.#lookedAtMs >= lookEveryMs
      let at = this.#at
      if (!at || isDue) at = await this.#look(tools)
      await this.#send(tools, at)
      this.#failures = 0
      if (!this.#hasTold) this.#options.changed()
      this.#hasTold = true
      this.#tell(undefined)
      return lookEveryMs
    } catch (error) {
      this.#at = undefined
      const waitMs = retryMs[Math.min(this.#failures++, retryMs.length - 1)] ?? lookEveryMs
      this.#restUntilMs = clock.monotonicMs() + waitMs
      if (!this.#hasEnded) this.#tell(sayOutbox(error))
      return waitMs
    }
  }

  /** How far the stream has got with this host, and where that leaves it. */
  async #look({ manager }: JetStreamTools): Promise<Standing> {
    const { clock, history, stream, subject, log } = this.#options
    const last = await manager.direct.getMessage(stream, { last_by_subj: subject })
    const batch = last && readBatch(last.data)
    const found = batch
      ? { epoch: batch.epoch, seq: batch.seq, count: batch.index + batch.events.length, streamSeq: last.seq }
      : last && { epoch: '', seq: 0, count: 0, streamSeq: last.seq }
    const sent = history.sent() ?? { epoch: randomBytes(8).toString('hex'), seq: 0, count: 0, streamSeq: 0 }
    const next = whereToGoOn(sent, found ?? undefined, history.nextSeq())
    const nowMs = clock.monotonicMs()
    this.#lookedAtMs = nowMs
    let at: Standing
    if (next.kind === 'on') at = next.from
    else if (next.kind === 'anew')
      at = { epoch: randomBytes(8).toString('hex'), seq: history.nextSeq() - 1, count: 0, streamSeq: next.streamSeq }
    else if (nowMs - this.#toldAgainAtMs < tellAgainEveryMs) at = { ...sent, streamSeq: next.streamSeq }
    else {
      this.#toldAgainAtMs = nowMs
      const upTo = sent.count === 0 ? Number.MAX_SAFE_INTEGER : sent.seq
      const { count, after } = await history.savedBack(upTo, clock.nowMs() - eventsKeptMs, mostToldAgain)
      const isFirst = sent.count === 0
      // Nothing that is new enough: what follows is told, and that alone.
      const seq = count === 0 ? (isFirst ? history.nextSeq() - 1 : sent.seq) : after
      at = { ...sent, seq, count: Math.max(0, sent.count - count), streamSeq: next.streamSeq }
    }
    if (next.kind !== 'on') log.info({ reason: next.reason, from: at.seq }, 'events go to the stream of the fleet')
    // Before any of it is sent: a history whose name is lost would be told as another one.
    if (next.kind !== 'on') await history.keepSent(at)
    this.#at = at
    return at
  }

  async #send({ client }: JetStreamTools, from: Standing): Promise<void> {
    const { history, id, name, stream, subject } = this.#options
    let at = from
    while (!this.#hasEnded) {
      const events = await history.saved(at.seq, mostEventsOfMessage)
      const batch = cutBatch(events, { name: name(), epoch: at.epoch, index: at.count })
      if (!batch) return
      const count = at.count + batch.count
      const { seq: streamSeq } = await client.publish(subject, batch.data, {
        msgID: `${id}.${at.epoch}.${at.count}-${count}`,
        expect: { streamName: stream, lastSubjectSequence: at.streamSeq },
        timeout: answerLimitMs,
      })
      at = { epoch: at.epoch, seq: batch.seq, count, streamSeq }
      this.#at = at
      await history.keepSent(at)
    }
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#options.changed()
  }
}

function sayOutbox(error: unknown): string {
  const { name, cause } = error as Error
  const isMissing =
    name === 'JetStreamNotEnabled' || error instanceof NoRespondersError || cause instanceof NoRespondersError
  return isMissing
    ? 'Events of this host wait: the server has no stream for them yet. An agent that may command makes it.'
    : `Events of this host wait. ${sayJetStream(error)}`
}
