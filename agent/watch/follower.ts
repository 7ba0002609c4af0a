import { type Clock, type Picture, pictureOf, type Watch, type WatchScope, watchOnce } from '../os/index.ts'
import { afterLook, type Settling, settleMs, stepMs } from './settle.ts'

/** How often is looked where the system cannot tell. */
const pollMs = 2_000

/** What has come to rest. */
export interface Quiet {
  /** Paths that look otherwise than when they were judged last. */
  changed: readonly string[]
  quietMs: number
  /** It never came to rest, and was waited for long enough. */
  overdue: boolean
  /** Whether it still looks as it did when it was found to be at rest. */
  isStill(): Promise<boolean>
}

export interface FollowerOptions {
  clock: Clock
  /** What is looked at; asked each time, since what is read may name more. */
  scope(): Promise<WatchScope> | WatchScope
  /** Judges what is there. Answers how much quiet it needs to judge better; nothing when that was the last word. */
  judge(quiet: Quiet): Promise<number | undefined>
  /** What is there at first is judged as well; else only what comes later. */
  judgeFirst: boolean
  /** The quiet that a change must be followed by. */
  settleMs?: number
  /** How often is looked all the same: file systems of other machines tell nothing of what happens there. */
  sweepMs: number
  /** Why changes are looked for every two seconds instead of being told; undefined when they are told again. */
  onBlind(problem: string | undefined): void
  onError(error: unknown): void
}

/**
 * Follows what happens to files. A sign from the system only wakes it: then it looks until all has been quiet for a while,
 * whatever the number and the kind of writes, and sets the watches anew.
 */
export class Follower {
  readonly #options: FollowerOptions
  #judged: Picture | undefined
  #problem: string | undefined
  #closed = false
  #woken = false
  #resume: () => void = () => undefined

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Returns the clean-up; what is being judged then may still end. */
  start(): () => void {
    void this.#run()
    return () => {
      this.#closed = true
      this.#resume()
    }
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (!this.#options.judgeFirst) this.#judged ??= await pictureOf(await this.#options.scope())
        await this.#rest()
        await this.#settle()
      } catch (error) {
        if (this.#closed) return
        this.#options.onError(error)
        await this.#pause(pollMs)
      }
    }
  }

  /** Ends when there may be something to see. */
  async #rest(): Promise<void> {
    const scope = await this.#options.scope()
    this.#woken = false
    const watch = await watchOnce(scope, () => this.#wake())
    try {
      this.#tell(watch)
      // What happened before the watches were set has given no sign.
      if (this.#judged === undefined || textOf(await pictureOf(scope)) !== textOf(this.#judged)) return
      await this.#pause(watch.problem === undefined ? this.#options.sweepMs : pollMs)
    } finally {
      watch.close()
    }
  }

  #tell({ problem }: Watch): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#options.onBlind(problem)
  }

  async #settle(): Promise<void> {
    const { clock, judge } = this.#options
    const needed = this.#options.settleMs ?? settleMs
    let settling: Settling | undefined
    // The sign has been heard; while it is looked at, no watch is set.
    this.#woken = false
    while (!this.#closed) {
      const scope = await this.#options.scope()
      const picture = await pictureOf(scope)
      const seen = textOf(picture)
      const judged = this.#judged && textOf(this.#judged)
      const step = afterLook(settling, { judged, seen, atMs: clock.monotonicMs(), neededMs: needed })
      if (step.act === 'rest') return
      settling = step.settling
      if (step.act === 'judge') {
        const isStill = async (): Promise<boolean> => textOf(await pictureOf(scope)) === seen
        const changed = changesOf(this.#judged, picture)
        const more = await judge({ changed, quietMs: step.quietMs, overdue: step.overdue, isStill })
        if (more === undefined) {
          this.#judged = picture
          return
        }
        settling = { ...settling, neededMs: more }
      }
      await this.#pause(stepMs)
    }
  }

  #wake(): void {
    this.#woken = true
    this.#resume()
  }

  /** Ends early when there has been a sign since it was last asked to wait for one. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#woken || this.#closed) return resolve()
      const cancel = this.#options.clock.after(delayMs, () => this.#resume())
      this.#resume = () => {
        this.#resume = () => undefined
        cancel()
        resolve()
      }
    })
  }
}

const textOf = (picture: Picture): string => [...picture].map(([path, look]) => `${path}\n${look}`).join('\n')

function changesOf(before: Picture | undefined, now: Picture): string[] {
  const paths = [...new Set([...(before?.keys() ?? []), ...now.keys()])]
  return paths.filter((path) => before?.get(path) !== now.get(path))
}
