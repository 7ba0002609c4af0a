// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'

/** A sweep that moved something is followed by the next after this time, at the earliest. */
const sweepMs = 50
const longestSweepMs = 500
/** The same while somebody follows. */
const longestFollowedMs = 200
/** Sweeping takes at most one part in so many of a core while nothing is behind. */
const restFactor = 15
const roundsForAll = 5
const roundsOfNews = 20
/** Sweeps without much to move before the watch is trusted again. */
const calmSweeps = 4
/** A watch that was overrun so soon is armed again after twice as many, at most so many. */
const shortTrustMs = 2000
const mostCalmSweeps = 128
/** What a sweep that counts as calm may have moved. */
const calmFiles = 2
const calmBytes = 64 << 10
/** A watch is cheap while it tells less than so many writes in a window; a flood of events is not. */
const eventsPerWindow = 64
const windowMs = 250
/** Besides everything else, for what a watch may have missed. */
const slowSweepMs = 5000
/**
 * A watch loses events only when there are too many, so where it has told of none at all, nothing was lost: one slow sweep
 * in so many is for the unforeseen. With 500 idle services each takes 1 to 2 ms of a core.
 */
const slowSweepsOfSilence = 6
/** Without a watch (none left on this machine) nothing else tells of a write. */
const pollMs = 500
/** What one turn of the loop may move, so that requests are answered in between. */
const turnBytes = 16 << 20
const fileBytes = 4 << 20

export interface Sweepable {
  /** `noticed`: the watch has named it. */
  move(budgetBytes: number, noticed: boolean): { bytes: number; more: boolean }
  rest(): void
}

export interface SweeperOptions {
  folder: string
  /** Told after each round in which something was moved. */
  onMoved(): void
  /** Told once, with the cause, when the folder cannot be watched. */
  onUnwatchable(error: NodeJS.ErrnoException): void
}

/**
 * Decides when spools are read. A watch on their folder wakes it. While writes are few the watch stays and names the file
 * to read; when they become many it is closed, since it costs an event a write, and all files are read in sweeps until it
 * is calm again. A watch can lose events without a word, so a slow sweep goes on besides. With nothing written there is
 * nothing to do.
 */
export class Sweeper {
  readonly #options: SweeperOptions
  readonly #files = new Map<string, Sweepable>()
  readonly #hot = new Set<string>()
  /** The round in which a file had news last. */
  readonly #lastNews = new Map<string, number>()
  #rounds = 0
  #watch: fs.FSWatcher | undefined
  #watchedInode: number | undefined
  #watchable = true
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #slow: NodeJS.Timeout
  #calm = 0
  #calmNeeded = calmSweeps
  #armedAt = 0
  #events = 0
  #silentSlowSweeps = 0
  #windowEndsAt = 0
  #closed = false
  /** Somebody waits for lines, so they are looked for more often. */
  followed = false

  constructor(options: SweeperOptions) {
    this.#options = options
    this.#slow = setInterval(() => this.#slowSweep(), slowSweepMs)
    this.#arm()
  }

  add(name: string, file: Sweepable): void {
    this.#silentSlowSweeps = 0
    this.#files.set(name, file)
    this.#hot.add(name)
    this.#schedule(0)
  }

  remove(name: string): void {
    this.#files.delete(name)
    this.#hot.delete(name)
    this.#lastNews.delete(name)
  }

  /** Reads everything now. */
  sweepNow(): void {
    this.#sweepAll()
  }

  close(): void {
    this.#closed = true
    this.#disarm()
    clearInterval(this.#slow)
    clearTimeout(this.#timer)
    if (this.#immediate) clearImmediate(this.#immediate)
  }

  get #sweeping(): boolean {
    return this.#watch === undefined
  }

  #arm(): void {
    if (!this.#watchable || this.#watch) return
    try {
      this.#watch = fs.watch(this.#options.folder, { persistent: false }, (_event, name) => this.#onEvent(name))
      this.#watch.on('error', (error) => this.#giveUpWatching(error))
      this.#watchedInode = folderInode(this.#options.folder)
      this.#events = 0
      this.#armedAt = performance.now()
    } catch (error) {
      this.#giveUpWatching(error as Error)
    }
  }

  #giveUpWatching(error: NodeJS.ErrnoException): void {
    this.#disarm()
    this.#watchable = false
    this.#options.onUnwatchable(error)
    this.#schedule(pollMs)
  }

  #disarm(): void {
    this.#watch?.close()
    this.#watch = undefined
  }

  #onEvent(name: string | null): void {
    // Events of files that are nothing to it count as well: they may have pushed out others.
    this.#silentSlowSweeps = 0
    if (name !== null && this.#files.has(name)) {
      this.#hot.add(name)
      this.#schedule(sweepMs)
    }
    const now = performance.now()
    if (now > this.#windowEndsAt) {
      this.#windowEndsAt = now + windowMs
      this.#events = 0
    }
    if (++this.#events < eventsPerWindow) return
    const soon = now - this.#armedAt < shortTrustMs
    this.#calmNeeded = soon ? Math.min(this.#calmNeeded * 2, mostCalmSweeps) : calmSweeps
    this.#disarm()
    this.#calm = 0
    this.#schedule(sweepMs)
  }

  #schedule(delayMs: number): void {
    if (this.#closed || this.#timer || this.#immediate) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#round()
    }, delayMs)
  }

  /** One sweep of the files that have news as far as the watch knows, or of all when there is no watch. */
  #round(): void {
    const names = this.#sweeping ? this.#due() : [...this.#hot]
    const startedAt = performance.now()
    const { calm, behind } = this.#sweep(names, !this.#sweeping)
    const tookMs = performance.now() - startedAt
    if (behind) {
      this.#calm = 0
      this.#immediate = setImmediate(() => {
        this.#immediate = undefined
        this.#round()
      })
      return
    }
    if (!this.#sweeping) return
    const delayMs = this.#watchable ? sweepMs : pollMs
    this.#calm = calm ? this.#calm + 1 : 0
    if (this.#calm >= this.#calmNeeded && this.#watchable) {
      this.#calm = 0
      for (const file of this.#files.values()) file.rest()
      this.#arm()
      // What was written between the last sweep and the watch.
      if (!this.#sweeping) this.#sweepAll()
      return
    }
    const longestMs = this.followed ? longestFollowedMs : longestSweepMs
    this.#schedule(Math.max(delayMs, Math.min(longestMs, tookMs * restFactor)))
  }

  /** While sweeping: what had news lately each time, everything each fifth time. */
  #due(): string[] {
    this.#rounds++
    if (this.#rounds % roundsForAll === 0) return this.#all()
    for (const [name, round] of this.#lastNews) if (this.#rounds - round > roundsOfNews) this.#lastNews.delete(name)
    return [...new Set([...this.#hot, ...this.#lastNews.keys()])]
  }

  #all(): string[] {
    return [...new Set([...this.#hot, ...this.#files.keys()])]
  }

  #sweepAll(): void {
    const { behind } = this.#sweep(this.#all(), false)
    if (behind) this.#schedule(0)
  }

  #slowSweep(): void {
    this.#silentSlowSweeps++
    const isWatchSame = this.#watch && folderInode(this.#options.folder) === this.#watchedInode
    const isSilent = this.#silentSlowSweeps > 1 && this.#silentSlowSweeps % slowSweepsOfSilence !== 0
    if (isWatchSame && isSilent) return
    for (const file of this.#files.values()) file.rest()
    // A watch on a folder that was deleted and made anew tells nothing.
    if (this.#watch && !isWatchSame) {
      this.#disarm()
      this.#arm()
    }
    this.#sweepAll()
  }

  #sweep(names: readonly string[], noticed: boolean): { calm: boolean; behind: boolean } {
    let busyFiles = 0
    let movedBytes = 0
    const skipped: string[] = []
    const unfinished: string[] = []
    for (const name of names) {
      this.#hot.delete(name)
      if (movedBytes >= turnBytes) {
        skipped.push(name)
        continue
      }
      const { bytes, more } = this.#files.get(name)?.move(fileBytes, noticed) ?? { bytes: 0, more: false }
      movedBytes += bytes
      if (bytes > 0) {
        busyFiles++
        this.#lastNews.set(name, this.#rounds)
      }
      if (more) unfinished.push(name)
    }
    // Those that had no turn come first next time: a set keeps the order of insertion.
    for (const name of [...skipped, ...unfinished]) this.#hot.add(name)
    if (movedBytes > 0) this.#options.onMoved()
    return {
      calm: busyFiles <= calmFiles && movedBytes <= calmBytes,
      behind: skipped.length + unfinished.length > 0,
    }
  }
}

function folderInode(path: string): number | undefined {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.ino
}
