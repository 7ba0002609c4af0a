import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import type { LogLine } from '../../contract/index.ts'
import type { LogSpec } from '../config/index.ts'
import { listFiles, newestOrder, readHeader } from './files.ts'
import { History } from './history.ts'
import { toLogLine } from './line.ts'
import { allocateBlock } from './lines.ts'
import { cookieOf, folderName, isCookie, isInstanceOf, runIdOf, spoolFile, streams } from './names.ts'
import type { News } from './protocol.ts'
import { Retention } from './retention.ts'
import { Search } from './search.ts'
import type { SpaceOptions } from './space.ts'
import { Stamps } from './stamps.ts'
import { Sweeper } from './sweep.ts'
import { type Moved, Tail, type TailHost } from './tail.ts'
import type { LogWarning, RunLog, SpoolOwner } from './types.ts'

/** What is read at once; all memory that tailing takes, whatever is written. */
const blockBytes = 1 << 20
/** One turn at a spool whose end is wanted. */
const drainBytes = 8 << 20
const retryMs = 500
/** Runs that end within this time share a flush to the disk. */
const flushMs = 1000
/** Where lines go when nobody knows whose they are. */
const unknownInstance = '(unknown)'

export interface TailerOptions extends SpaceOptions {
  dataDir: string
  nowMs(): number
  tell(news: News): void
}

interface Run {
  log: RunLog
  history: History
  tails: Tail[]
  /** Set when its processes are gone: resolves when all that they wrote was moved. */
  ending?: Promise<void>
  /** Its spools could not be removed, which was said. */
  lingers?: boolean
}

/** The tailing worker's work: spools of runs on one side, histories of instances on the other. */
export class Tailer {
  readonly #options: TailerOptions
  readonly #spool: string
  readonly #root: string
  readonly #stamps: Stamps
  readonly #runs = new Map<string, Run>()
  readonly #histories = new Map<string, History>()
  readonly #liveRunIds = new Set<string>()
  readonly #sweeper: Sweeper
  readonly #retention: Retention
  readonly #search: Search
  readonly #block = allocateBlock(blockBytes)
  readonly #moved = new Set<string>()
  #specs: ReadonlyMap<string, LogSpec> = new Map()
  #telling = false
  #hasPassed = false
  #flushTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: TailerOptions) {
    this.#options = options
    this.#spool = join(options.dataDir, 'spool')
    this.#root = join(options.dataDir, 'logs')
    this.#stamps = new Stamps(options.nowMs)
    this.#search = new Search(this.#root, { enter() {}, leave() {} })
    for (const file of listFiles(this.#spool)) {
      const cookie = cookieOf(file)
      if (cookie) this.#liveRunIds.add(runIdOf(cookie))
    }
    this.#sweeper = new Sweeper({
      folder: this.#spool,
      onMoved: () => this.#tellMoved(),
      onUnwatchable: (error) => this.#warn('', 'not-watched', unwatchableText(this.#spool, error)),
    })
    this.#retention = new Retention({
      root: this.#root,
      nowMs: options.nowMs,
      histories: this.#histories,
      makeHistory: (facts, spec) => this.#makeHistory(facts.instance, facts.service, spec),
    })
  }

  /** @throws when the cookie cannot be one */
  attach(log: RunLog): void {
    if (this.#runs.has(log.cookie)) return
    if (!isCookie(log.cookie)) throw new Error(`"${log.cookie}" cannot name a spool file`)
    this.#liveRunIds.add(runIdOf(log.cookie))
    const spec = this.#specs.get(log.service) ?? log.spec
    let history = this.#histories.get(log.instance)
    if (!history) {
      history = this.#makeHistory(log.instance, log.service, spec)
      this.#histories.set(log.instance, history)
    }
    history.spec = spec
    const run: Run = { log, history, tails: [] }
    for (const stream of streams) {
      const tail = new Tail(this.#spool, log.cookie, stream, history, this.#hostFor(log.instance))
      run.tails.push(tail)
      this.#sweeper.add(spoolFile(log.cookie, stream), {
        move: (budgetBytes, noticed) => this.#move(log.instance, tail, budgetBytes, { noticed }),
        rest: () => tail.rest(),
      })
    }
    this.#runs.set(log.cookie, run)
  }

  finish(cookie: string): Promise<void> {
    const run = this.#runs.get(cookie)
    if (!run) return Promise.resolve()
    run.ending ??= this.#drain(run)
    return run.ending
  }

  lastLines(instance: string, count: number): LogLine[] {
    const runs = [...this.#runs.values()].filter((run) => run.log.instance === instance)
    for (const run of runs) this.#settleRun(run)
    this.#tellMoved()
    const { items } = this.#search.run({
      backward: true,
      instances: [instance],
      limit: count,
      budgetMs: 1000,
    })
    const unfinished = runs.flatMap((run) => this.#unfinishedOf(run, (items.at(-1)?.seq ?? 0) + 1))
    return [...items, ...unfinished].slice(-count)
  }

  settle(services: readonly string[] | undefined): number {
    for (const run of this.#runs.values()) {
      if (!services || services.some((service) => isInstanceOf(run.log.instance, service))) this.#settleRun(run)
    }
    this.#tellMoved()
    this.#passHistory()
    return this.#stamps.next().order
  }

  /** What an earlier agent wrote comes before what this one writes, also when the clock was set back in between. */
  #passHistory(): void {
    if (this.#hasPassed) return
    this.#hasPassed = true
    for (const name of listFiles(this.#root)) this.#stamps.raise(newestOrder(join(this.#root, name)))
  }

  configure(specs: ReadonlyMap<string, LogSpec>): void {
    this.#specs = specs
    this.#search.configure(specs)
    for (const history of this.#histories.values()) history.spec = specs.get(history.facts.service) ?? history.spec
    this.#retention.configure(specs)
  }

  async sweepSpools(ended: ReadonlySet<string>, declared: readonly SpoolOwner[] = []): Promise<void> {
    const cookies = new Set<string>()
    for (const file of listFiles(this.#spool)) {
      const cookie = cookieOf(file)
      if (cookie && ended.has(cookie) && !this.#runs.has(cookie)) cookies.add(cookie)
    }
    if (cookies.size === 0) return
    const owners = this.#ownersOf(cookies)
    const endings: Promise<void>[] = []
    for (const cookie of cookies) {
      const { instance, service, spec } =
        owners.get(cookie) ?? declared.find((owner) => cookie.startsWith(owner.cookiePrefix)) ?? unknownOwner
      this.attach({ cookie, instance, service, spec })
      endings.push(this.finish(cookie))
    }
    await Promise.all(endings)
  }

  /** Removes what is too old now; otherwise done from time to time. */
  retainNow(): void {
    this.#retention.run()
  }

  tell(wanted: boolean): void {
    this.#telling = wanted
    this.#sweeper.followed = wanted
  }

  close(): void {
    if (this.#closed) return
    this.#sweeper.sweepNow()
    this.#flush()
    for (const history of this.#histories.values()) history.flush()
    this.stop()
  }

  /** Gives everything back as it is, without moving what is left. */
  stop(): void {
    this.#closed = true
    this.#sweeper.close()
    this.#retention.close()
    clearTimeout(this.#flushTimer)
    for (const run of this.#runs.values()) for (const tail of run.tails) tail.close()
    for (const history of this.#histories.values()) history.close()
  }

  #makeHistory(instance: string, service: string, spec: LogSpec): History {
    return new History({ folder: join(this.#root, folderName(instance)), instance, service }, spec, {
      stamp: this.#stamps.next,
      raiseOrder: (order) => this.#stamps.raise(order),
      nowMs: this.#options.nowMs,
      isLive: (runId) => this.#liveRunIds.has(runId),
      warn: (code, text) => this.#warn(instance, code, text),
    })
  }

  #hostFor(instance: string): TailHost {
    return {
      block: this.#block,
      freer: this.#options.freer,
      collapseAboveBytes: this.#options.collapseAboveBytes,
      dateFrom: (timeMs) => this.#stamps.dateFrom(timeMs),
      warn: (code, text) => this.#warn(instance, code, text),
    }
  }

  #move(instance: string, tail: Tail, budgetBytes: number, how: Parameters<Tail['move']>[1]): Moved {
    const moved = tail.move(budgetBytes, how)
    if (moved.bytes > 0 && this.#telling) this.#moved.add(instance)
    return moved
  }

  #settleRun(run: Run): void {
    for (const tail of run.tails) while (this.#move(run.log.instance, tail, drainBytes, { noticed: true }).more);
  }

  /** Moves all that is left, in turns so that others are served meanwhile; waits while the disk refuses. */
  async #drain(run: Run): Promise<void> {
    for (;;) {
      if (this.#closed) return
      let more = false
      for (const tail of run.tails)
        if (this.#move(run.log.instance, tail, drainBytes, { final: true }).more) more = true
      if (run.tails.every((tail) => tail.drained)) break
      this.#tellMoved()
      await new Promise<void>((resolve) => (more ? setImmediate(resolve) : setTimeout(resolve, retryMs)))
    }
    this.#tellMoved()
    for (const stream of streams) this.#sweeper.remove(spoolFile(run.log.cookie, stream))
    this.#flushTimer ??= setTimeout(() => this.#flush(), flushMs)
  }

  /** Spools of ended runs go when their lines are safe on the disk, and the histories that nobody writes are closed. */
  #flush(): void {
    this.#flushTimer = undefined
    for (const [cookie, run] of this.#runs) {
      if (!run.ending || !run.tails.every((tail) => tail.drained)) continue
      run.history.flush()
      if (run.history.failing) {
        this.#flushTimer ??= setTimeout(() => this.#flush(), flushMs)
        continue
      }
      if (!this.#removeSpools(run)) {
        this.#flushTimer ??= setTimeout(() => this.#flush(), flushMs)
        continue
      }
      run.history.forget(runIdOf(cookie))
      this.#liveRunIds.delete(runIdOf(cookie))
      this.#runs.delete(cookie)
    }
    const used = new Set([...this.#runs.values()].map((run) => run.history))
    for (const [instance, history] of this.#histories) {
      if (used.has(history)) continue
      history.close()
      this.#histories.delete(instance)
    }
  }

  #removeSpools(run: Run): boolean {
    try {
      for (const tail of run.tails) tail.remove()
      return true
    } catch (error) {
      const text = `Spools of ${run.log.instance} cannot be removed yet: ${messageOf(error)}`
      if (!run.lingers) this.#warn(run.log.instance, 'cannot-write', text)
      run.lingers = true
      return false
    }
  }

  /** Whose the spools are that no journal knows: the index of the one who wrote has the cookie. */
  #ownersOf(cookies: ReadonlySet<string>): Map<string, { instance: string; service: string; spec: LogSpec }> {
    const owners = new Map<string, { instance: string; service: string; spec: LogSpec }>()
    for (const name of listFiles(this.#root)) {
      const header = readHeader(join(this.#root, name))
      if (!header) continue
      const history = this.#histories.get(header.instance)
      const asked = history ?? this.#makeHistory(header.instance, header.service, header.spec)
      for (const cookie of cookies) if (asked.knows(runIdOf(cookie))) owners.set(cookie, header)
      if (!history) asked.close()
    }
    return owners
  }

  #unfinishedOf(run: Run, seq: number): LogLine[] {
    return run.tails.flatMap((tail) => {
      const rest = tail.unfinished()
      if (!rest) return []
      const line = { order: 0, seq, timeMs: this.#options.nowMs(), truncated: false, stderr: rest.stderr }
      return [toLogLine({ ...line, text: rest.text.toString() }, run.log.instance, run.history.spec.format)]
    })
  }

  #tellMoved(): void {
    if (this.#moved.size === 0) return
    this.#options.tell({ news: 'moved', order: this.#stamps.lastOrder, instances: [...this.#moved] })
    this.#moved.clear()
  }

  #warn(instance: string, code: LogWarning['code'], text: string): void {
    this.#options.tell({ news: 'warning', warning: { instance, code, text } })
  }
}

const unknownOwner: { instance: string; service: string; spec: LogSpec } = {
  instance: unknownInstance,
  service: unknownInstance,
  spec: { maxSizeBytes: 10 << 20, maxFiles: 5, format: 'auto', capture: 'file' },
}

function unwatchableText(folder: string, error: NodeJS.ErrnoException): string {
  const limit = error.code === 'ENOSPC' || error.code === 'EMFILE'
  const help = limit ? ' Raise it: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024.' : ''
  const cause = limit ? "the system's limit of file watches is reached" : error.message
  return `${folder} cannot be watched: ${cause}. Output is looked for twice a second instead.${help}`
}
