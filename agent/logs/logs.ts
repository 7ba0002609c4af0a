import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { messageOf } from '../../contract/failure.ts'
import type {
  LogHistogram,
  LogHistogramQuery,
  LogHits,
  LogHitsQuery,
  LogLine,
  LogQuery,
  LogWhole,
  LogWholeQuery,
} from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { type Clock, ensurePrivateDir, openWorker } from '../os/index.ts'
import { Channel } from './channel.ts'
import { countLogs } from './counts.ts'
import { decodePlace, encodeCursor } from './cursor.ts'
import { followLines } from './follow.ts'
import { findHits } from './hits.ts'
import { isInstanceOf } from './names.ts'
import type { News, TailCalls, WorkerFacts } from './protocol.ts'
import { lastSeq, searchFor } from './requests.ts'
import type { SearchRequest, SearchResult } from './search.ts'
import { badInput, Searcher } from './searcher.ts'
import { listSpools, openSpoolFiles } from './spool.ts'
import type { LogBatch, LogPage, Logs, LogWarning, RunLog, SpoolFds, SpoolOwner } from './types.ts'

/** The tailing worker answers by then, or history is read without what it would have moved. */
const settleMs = 500
const lastLinesMs = 1000
const startMs = 20_000
const closeMs = 5000

export interface LogsOptions {
  /** Has `spool/` and `logs/` in it. */
  dataDir: string
  clock: Clock
  /** For tests; otherwise the built worker. */
  openWorker?: (facts: WorkerFacts) => Worker
}

/**
 * Opens the logs of a data directory, with the worker that tails.
 * @throws when a folder cannot be made or is a link, or the worker does not start
 */
export async function createLogs(options: LogsOptions): Promise<Logs> {
  for (const folder of ['spool', 'logs']) ensurePrivateDir(join(options.dataDir, folder))
  const logs = new AgentLogs(options)
  await logs.started()
  return logs
}

class AgentLogs implements Logs {
  readonly #spool: string
  readonly #clock: Clock
  readonly #tail: Channel<TailCalls>
  /** Searches with a person's pattern keep others waiting, so they have a worker of their own. */
  readonly #reader: Searcher
  readonly #searcher: Searcher
  readonly #runs = new Map<string, RunLog>()
  readonly #warningListeners = new Set<(warning: LogWarning) => void>()
  readonly #movedListeners = new Set<(order: number, instances: readonly string[]) => void>()
  #specs: ReadonlyMap<string, LogSpec> = new Map()
  #closing: Promise<void> | undefined

  constructor({ dataDir, clock, openWorker: open = (facts) => openWorker('logs', facts) }: LogsOptions) {
    this.#spool = join(dataDir, 'spool')
    this.#clock = clock
    this.#tail = new Channel<TailCalls>({
      clock,
      repeats: true,
      open: () => open({ role: 'tail', dataDir, progress: new SharedArrayBuffer(4) }),
      onNews: (news) => this.#onNews(news),
      onOpen: () => this.#onOpen(),
      onDeath: (error) => this.#onDeath(error),
    })
    const search = (progress: SharedArrayBuffer): Worker => open({ role: 'search', dataDir, progress })
    this.#reader = new Searcher({ clock, open: search })
    this.#searcher = new Searcher({ clock, open: search })
  }

  async started(): Promise<void> {
    const answer = await this.#within(
      startMs,
      this.#tail.call('configure', this.#specs).then(() => true),
    )
    if (answer) return
    await this.#tail.close()
    throw new Error(`The worker that reads what services write did not start within ${startMs / 1000} s`)
  }

  openSpool(run: RunLog): Promise<SpoolFds> {
    return openSpoolFiles(this.#spool, run.cookie)
  }

  attach(run: RunLog): void {
    this.#runs.set(run.cookie, run)
    this.#post('attach', run)
  }

  async finish(cookie: string): Promise<void> {
    if (!this.#runs.has(cookie)) return
    await this.#attempt(this.#tail.call('finish', cookie))
    this.#runs.delete(cookie)
  }

  async lastLines(instance: string, count: number): Promise<LogLine[]> {
    const lines = await this.#within(lastLinesMs, this.#tail.call('lastLines', instance, count))
    if (lines) return lines
    const request = { backward: true, instances: [instance], limit: count, budgetMs: lastLinesMs }
    return (await this.#attempt(this.#reader.search(request)))?.items ?? []
  }

  async query(query: LogQuery): Promise<LogPage> {
    const request = searchFor(query, this.#clock.nowMs())
    // Older pages do not change; the newest has what was written a moment ago.
    if (!(request.backward && request.before)) {
      const order = await this.#settle(request.services)
      if (order !== undefined) request.before = { order, seq: lastSeq }
    }
    const { items, next } = await this.#search(request)
    return { items, ...(next && { nextCursor: encodeCursor({ ...next, backward: request.backward }) }) }
  }

  follow(query: LogQuery, signal: AbortSignal): AsyncIterable<LogBatch> {
    return followLines(query, signal, {
      clock: this.#clock,
      settle: (services) => this.#settle(services),
      search: (request) => this.#search(request),
      onMoved: (listener) => this.#onMoved(listener),
    })
  }

  hits(query: LogHitsQuery, signal: AbortSignal): AsyncIterable<LogHits> {
    return findHits(query, signal, {
      nowMs: () => this.#clock.nowMs(),
      settle: (services) => this.#settle(services),
      search: (request) => this.#searcher.hits(request),
    })
  }

  async histogram(query: LogHistogramQuery): Promise<LogHistogram> {
    const services = query.service === undefined ? undefined : [query.service].flat()
    await this.#settle(services)
    return countLogs(query, this.#clock, (request) => this.#searcher.histogram(request))
  }

  async whole({ service, place }: LogWholeQuery): Promise<LogWhole> {
    const at = decodePlace(place)
    if (!at) throw badInput('place', `"${place}" is not the place of a line.`)
    const isJoined = [...this.#specs].some(([name, spec]) => spec.multiline && isInstanceOf(service, name))
    const found = await (isJoined ? this.#searcher : this.#reader).whole(service, at)
    if (found) return found
    throw new CoreError('NOT_FOUND', `This line of ${service} is not kept any more.`)
  }

  configure(specs: ReadonlyMap<string, LogSpec>): void {
    this.#specs = specs
    this.#post('configure', specs)
    this.#reader.configure(specs)
    this.#searcher.configure(specs)
  }

  spools(): Promise<Map<string, string>> {
    return listSpools(this.#spool)
  }

  async sweepSpools(endedCookies: ReadonlySet<string>, owners: readonly SpoolOwner[] = []): Promise<void> {
    await this.#attempt(this.#tail.call('sweepSpools', endedCookies, owners))
  }

  onWarning(listener: (warning: LogWarning) => void): () => void {
    this.#warningListeners.add(listener)
    return () => this.#warningListeners.delete(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#within(closeMs, this.#tail.call('close'))
    await Promise.all([this.#tail.close(), this.#reader.close(), this.#searcher.close()])
  }

  #search(request: SearchRequest): Promise<SearchResult> {
    const { services } = request
    const joined = [...this.#specs].some(([name, spec]) => spec.multiline && (!services || services.includes(name)))
    return request.grep !== undefined || joined ? this.#searcher.search(request) : this.#reader.search(request)
  }

  #settle(services: readonly string[] | undefined): Promise<number | undefined> {
    return this.#within(settleMs, this.#tail.call('settle', services))
  }

  #onMoved(listener: (order: number, instances: readonly string[]) => void): () => void {
    this.#movedListeners.add(listener)
    if (this.#movedListeners.size === 1) this.#post('tell', true)
    return () => {
      if (this.#movedListeners.delete(listener) && this.#movedListeners.size === 0) this.#post('tell', false)
    }
  }

  #onNews(news: News): void {
    if (news.news === 'warning') this.#warn(news.warning)
    else for (const listener of this.#movedListeners) listener(news.order, news.instances)
  }

  /** Everything here may be said twice, since calls that a worker died over are repeated. */
  #onOpen(): void {
    this.#post('configure', this.#specs)
    if (this.#movedListeners.size > 0) this.#post('tell', true)
    for (const run of this.#runs.values()) this.#post('attach', run)
  }

  #onDeath(error: Error): void {
    if (this.#closing) return
    const text = `The worker that reads what services write has ended (${error.message}) and is started again. Nothing is lost: their output waits in files.`
    this.#warn({ instance: '', code: 'cannot-write', text })
  }

  #warn(warning: LogWarning): void {
    for (const listener of this.#warningListeners) listener(warning)
  }

  #post<Name extends keyof TailCalls>(call: Name, ...args: Parameters<TailCalls[Name]>): void {
    void this.#attempt(this.#tail.call(call, ...args))
  }

  /** The supervisor is told of a failure as a warning. After the end there is none: what is left is moved the next time. */
  async #attempt<T>(promise: Promise<T>): Promise<T | undefined> {
    try {
      return await promise
    } catch (error) {
      const text = `A log could not be kept: ${messageOf(error)}`
      if (!this.#closing) this.#warn({ instance: '', code: 'cannot-write', text })
      return undefined
    }
  }

  /** What a promise gives within a time; undefined when it does not, or fails. */
  #within<T>(timeMs: number, promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeMs, () => resolve(undefined))
      promise.then(resolve, () => resolve(undefined)).finally(cancel)
    })
  }
}
