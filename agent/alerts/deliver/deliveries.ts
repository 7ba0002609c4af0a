import type { Delivery, Notification } from '../../../contract/index.ts'
import { CoreError } from '../../core.ts'
import type { Trace } from '../../trace.ts'
import type { Deliverer, Notice } from '../types.ts'
import { channels } from './channels/index.ts'
import { judge, type Outcome } from './outcome.ts'
import type { DeliverParts } from './parts.ts'
import { type Next, Queue } from './queue.ts'
import { again, type Job, judged, lostDelivery, newJob, readDelivery, readJob, rowOf } from './record.ts'
import { Tally } from './tally.ts'
import { shownTarget, type Target, targetOf } from './target.ts'
import { previewOf, sendTest } from './trial.ts'

/** Messages that wait for one notification; beyond it the oldest is given up. */
const mostWaiting = 1000

/** Brings notices to their receivers: kept on disk until they have arrived or are given up. */
export class Deliveries implements Deliverer {
  readonly #parts: DeliverParts
  readonly #queues = new Map<string, Queue>()
  /** What could not be written yet, as on a full disk. */
  readonly #unwritten = new Map<string, Job>()
  readonly #listeners = new Set<(delivery: Delivery, notice: Notice) => void>()
  readonly #failing = new Set<string>()
  readonly #tally = new Tally()
  readonly #ending = new AbortController()

  constructor(parts: DeliverParts) {
    this.#parts = parts
  }

  /** Goes on with what an earlier agent left. */
  async open(): Promise<void> {
    const { store } = this.#parts
    for (const { notification, state, count, value } of await store.counts())
      this.#tally.know(notification, state, count, readDelivery(value))
    for (const { id, notification, atMs } of await store.waiting()) this.#queue(notification).add(id, atMs)
  }

  close(): void {
    this.#ending.abort(new Error('The agent ends'))
    for (const queue of this.#queues.values()) queue.close()
  }

  async deliver(notice: Notice): Promise<void> {
    const { configuration, clock, store, log } = this.#parts
    const spec = configuration()?.notifications.get(notice.notification)
    const isEnd = notice.status === 'resolved' && notice.missed === undefined
    if (isEnd && spec?.sendResolved === false) return
    const nowMs = clock.nowMs()
    const job = newJob(notice, spec?.type ?? 'unknown', nowMs)
    try {
      if (!(await store.add(rowOf(job)))) return
    } catch (error) {
      // It is told all the same: what it tells of may be the disk that is full.
      log.warn({ error: String(error), delivery: notice.id }, 'a message about an alert could not be kept')
      this.#unwritten.set(notice.id, job)
    }
    this.#tally.add(job.delivery)
    const queue = this.#queue(notice.notification)
    queue.add(notice.id, nowMs)
    if (queue.size <= mostWaiting) return
    const oldest = queue.dropOldest()
    const dropped = oldest === undefined ? undefined : await this.#read(oldest)
    const text = `More than ${mostWaiting} messages waited`
    if (dropped) await this.#settle(dropped, { state: 'gave-up', atMs: nowMs, text })
  }

  onOutcome(listener: (delivery: Delivery, notice: Notice) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  notifications(): Notification[] {
    const { configuration, late } = this.#parts
    const { notifications, mail } = configuration() ?? {}
    return [...(notifications?.values() ?? [])].map((spec) => {
      const found = targetOf(spec, mail, late())
      return {
        name: spec.name,
        type: spec.type,
        target: shownTarget(spec, found),
        builtIn: spec.builtIn,
        ...(spec.title !== undefined && { title: spec.title }),
        ...(spec.text !== undefined && { text: spec.text }),
        ...this.#tally.of(spec.name),
        ...('problem' in found && { problem: found.problem }),
        ...(spec.range && { file: spec.range.file, line: spec.range.line }),
      }
    })
  }

  sendTest(name: string, trace?: Trace): Promise<{ delivered: boolean; text: string }> {
    return sendTest(name, trace, {
      ...this.#parts,
      targetOf: (asked) => this.#target(asked),
      send: (target, notice) => this.#send(target, notice),
    })
  }

  async preview(request: Parameters<Deliverer['preview']>[0]): ReturnType<Deliverer['preview']> {
    return previewOf(request, this.#parts)
  }

  async deliveries(query: Parameters<Deliverer['deliveries']>[0]): Promise<Delivery[]> {
    return (await this.#parts.store.list(query)).flatMap((value) => readDelivery(value) ?? [])
  }

  /** @throws NOT_FOUND, CONFLICT for what has arrived or is not kept whole any more */
  async retry(id: string): Promise<Delivery> {
    const { store, clock, log } = this.#parts
    const found = await store.get(id)
    const row = found === 'damaged' ? null : found
    const known = this.#unwritten.get(id)?.delivery ?? (row ? readDelivery(row.value) : undefined)
    if (!known) throw new CoreError('NOT_FOUND', `There is no delivery "${id}".`, {})
    if (known.state === 'delivered') throw new CoreError('CONFLICT', 'It has arrived already.', { reason: 'delivered' })
    const queue = this.#queue(known.notification)
    if (queue.has(id)) {
      queue.hurry()
      return known
    }
    const job = row ? readJob(row) : undefined
    if (!job) throw new CoreError('CONFLICT', 'What it said is not kept any more.', { reason: 'not-kept' })
    if (queue.size >= mostWaiting)
      throw new CoreError('CONFLICT', `${mostWaiting} messages wait for ${known.notification} already.`, {
        reason: 'full',
      })
    const waiting = again(job, clock.nowMs())
    this.#tally.retry(waiting.delivery)
    this.#unwritten.set(id, waiting)
    queue.add(id, clock.nowMs())
    // Behind it in the queue of writes comes what the try ends with.
    await store.set(rowOf(waiting)).catch((error: unknown) => {
      log.warn({ error: String(error), delivery: id }, 'a message about an alert could not be kept')
    })
    return waiting.delivery
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name)
    if (known) return known
    const queue = new Queue(this.#parts.clock, (id) => this.#attempt(id, name))
    this.#queues.set(name, queue)
    return queue
  }

  async #read(id: string): Promise<Job | undefined> {
    const unwritten = this.#unwritten.get(id)
    if (unwritten) return unwritten
    const row = await this.#parts.store.get(id)
    return row === null || row === 'damaged' ? undefined : readJob(row)
  }

  async #attempt(id: string, name: string): Promise<Next> {
    const { clock, log } = this.#parts
    try {
      const job = await this.#read(id)
      if (!job) {
        await this.#giveUpLost(id, name)
        return 'ended'
      }
      const outcome = await this.#tell(job)
      // An agent that ends has not given up: the next one tries it again.
      if (!outcome.delivered && this.#ending.signal.aborted) return 'ended'
      const createdAtMs = Date.parse(job.delivery.createdAt)
      const verdict = judge(outcome, job.delivery.attempts + 1, createdAtMs, clock.nowMs())
      const { id: delivery, notification } = job.delivery
      if (!outcome.delivered)
        log.warn({ notification, delivery, reason: outcome.detail ?? outcome.text }, 'an alert could not be told')
      await this.#settle(job, verdict)
      return verdict.state === 'waiting' ? { againAtMs: verdict.atMs } : 'ended'
    } catch (error) {
      log.warn({ error: String(error), delivery: id }, 'a message about an alert could not be read')
      return { againAtMs: clock.nowMs() + 60_000 }
    }
  }

  /** What waited is damaged, or went with a database that had to be begun anew: that it was not told is said. */
  async #giveUpLost(id: string, name: string): Promise<void> {
    const { configuration, clock, store, log, onFailing } = this.#parts
    const type = configuration()?.notifications.get(name)?.type ?? 'unknown'
    const delivery = lostDelivery({ id, notification: name, type, nowMs: clock.nowMs() })
    log.warn({ notification: name, delivery: id }, 'a message about an alert was damaged on the disk')
    await store.set(rowOf({ delivery })).catch((error: unknown) => {
      log.warn({ error: String(error), delivery: id }, 'what came of a message could not be kept')
    })
    this.#tally.change(delivery)
    onFailing(delivery)
  }

  async #tell(job: Job): Promise<Outcome> {
    // Files with errors after a restart have not taken the notification away.
    if (!this.#parts.configuration()) return { delivered: false, final: false, text: 'No configuration is loaded' }
    const found = this.#target(job.delivery.notification)
    if (!found) return { delivered: false, final: true, text: 'There is no notification of this name any more' }
    // A variable may be set, or the block be mended, within the day.
    if ('problem' in found) return { delivered: false, final: false, text: found.problem }
    return this.#send(found.target, job.notice)
  }

  #target(name: string): ReturnType<typeof targetOf> | undefined {
    const { configuration, late } = this.#parts
    const { notifications, mail } = configuration() ?? {}
    const spec = notifications?.get(name)
    return spec && targetOf(spec, mail, late())
  }

  #send(target: Target, notice: Notice): Promise<Outcome> {
    const { clock, hostName, env, showOnDesktop } = this.#parts
    const { signal } = this.#ending
    return channels[target.type]({ target, notice, nowMs: clock.nowMs(), hostName, env, showOnDesktop, signal })
  }

  /** Keeps what came of a try, and tells of it. */
  async #settle(job: Job, verdict: ReturnType<typeof judge>): Promise<void> {
    const next = judged(job, verdict)
    const { id, notification, state } = next.delivery
    try {
      await this.#parts.store.set(rowOf(next))
      this.#unwritten.delete(id)
    } catch (error) {
      this.#parts.log.warn({ error: String(error), delivery: id }, 'what came of a message could not be kept')
      if (state === 'waiting') this.#unwritten.set(id, next)
      else this.#unwritten.delete(id)
    }
    this.#tally.change(next.delivery)
    if (state === 'delivered') this.#failing.delete(notification)
    else if (!this.#failing.has(notification)) {
      this.#failing.add(notification)
      // What an earlier agent has tried already, it has told.
      if (job.delivery.attempts === 0) this.#parts.onFailing(next.delivery)
    }
    for (const listener of this.#listeners) listener(next.delivery, next.notice)
  }
}
