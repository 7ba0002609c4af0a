import { messageOf } from '../../../contract/failure.ts'
import type { Clock } from '../../os/index.ts'
import type { Measurement } from '../types.ts'
import { figuresOf, mostSeries, type Reading } from './figures.ts'
import { parseExposition } from './parse.ts'

/** An endpoint of one instance that is read from time to time. */
export interface ScrapeTarget {
  /** What tells it from all others: it is the same as long as this is. */
  id: string
  instance: string
  /** Tells several endpoints of one service apart. */
  labels: Readonly<Record<string, string>>
  url: string
  /** The same for a person, without what is secret. */
  shown: string
  intervalMs: number
}

export interface ScraperDeps {
  clock: Clock
  random: () => number
  /** What is to be read now: of services that run. */
  targets: () => readonly ScrapeTarget[]
  /** @throws with a sentence */
  fetch: (url: string, limits: { timeoutMs: number; maxBodyBytes: number }) => Promise<string>
  /** Told once until it changes. */
  onProblem: (instance: string, text: string) => void
}

/** For all endpoints together: each is a series in the store, and looked at in each sweep. */
const mostSeriesOfAll = 5_000
const mostAtOnce = 8
const maxBodyBytes = 4 * 1024 * 1024
const longestMs = 10_000
/** How often it is looked whether one is due; nothing is read more precisely than that. */
const tickMs = 1_000

interface Known {
  target: ScrapeTarget
  dueAtMs: number
  isReading: boolean
  reading: Reading | undefined
  measurements: readonly Measurement[]
  problem: string | undefined
}

/** Reads the endpoints that services name, each at its own time. With none there is no timer. */
export class Scraper {
  readonly #deps: ScraperDeps
  readonly #known = new Map<string, Known>()
  #all: readonly Measurement[] = []
  #reading = 0
  #cancel: (() => void) | undefined

  constructor(deps: ScraperDeps) {
    this.#deps = deps
  }

  /** The last values of all endpoints; the same list until one has been read. */
  measurements(): readonly Measurement[] {
    return this.#all
  }

  /** To be called when the configuration has changed or a service has come or gone. */
  follow(): void {
    const targets = this.#deps.targets()
    const nowMs = this.#deps.clock.monotonicMs()
    const wanted = new Set(targets.map(({ id }) => id))
    for (const [id, known] of this.#known)
      if (!wanted.has(id)) {
        this.#known.delete(id)
        if (known.measurements.length > 0) this.#join()
      }
    for (const target of targets) {
      if (this.#known.has(target.id)) continue
      // Endpoints that come at one time are not read at one time.
      const dueAtMs = nowMs + this.#deps.random() * Math.min(target.intervalMs, longestMs)
      const known = { target, dueAtMs, isReading: false, reading: undefined, measurements: [], problem: undefined }
      this.#known.set(target.id, known)
    }
    if (this.#known.size === 0) this.close()
    else this.#cancel ??= this.#deps.clock.after(tickMs, () => this.#tick())
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs()
    for (const known of this.#known.values()) {
      if (this.#reading >= mostAtOnce) break
      if (known.isReading || known.dueAtMs > nowMs) continue
      const missed = Math.floor((nowMs - known.dueAtMs) / known.target.intervalMs)
      known.dueAtMs += (missed + 1) * known.target.intervalMs
      void this.#read(known)
    }
    this.#cancel = this.#deps.clock.after(tickMs, () => this.#tick())
  }

  async #read(known: Known): Promise<void> {
    const { target } = known
    const timeoutMs = Math.min(target.intervalMs, longestMs)
    known.isReading = true
    this.#reading++
    try {
      const text = await this.#deps.fetch(target.url, { timeoutMs, maxBodyBytes })
      this.#take(known, text)
    } catch (error) {
      // A service that has been stopped since then does not answer, and that is no trouble.
      this.follow()
      if (this.#known.get(target.id) !== known) return
      known.measurements = [upOf(target, 0)]
      known.reading = undefined
      this.#tell(known, `Its metrics could not be read: ${messageOf(error)}`)
    } finally {
      known.isReading = false
      this.#reading--
      if (this.#known.get(target.id) === known) this.#join()
    }
  }

  #take(known: Known, text: string): void {
    const { target } = known
    const parsed = parseExposition(text)
    const nowMs = this.#deps.clock.monotonicMs()
    const { measurements, reading, left } = figuresOf(parsed, target.instance, target.labels, nowMs, known.reading)
    known.measurements = [upOf(target, 1), ...measurements]
    known.reading = reading
    if (parsed.samples.length === 0 && parsed.wrong)
      this.#tell(
        known,
        `${target.shown} does not answer in the format of Prometheus: line ${parsed.wrong.line} is "${parsed.wrong.text}"`,
      )
    else if (left > 0)
      this.#tell(known, `It tells of ${left + mostSeries} series at ${target.shown}; the first ${mostSeries} are kept`)
    else known.problem = undefined
  }

  #tell(known: Known, text: string): void {
    if (known.problem !== undefined && withoutNumbers(known.problem) === withoutNumbers(text)) return
    known.problem = text
    this.#deps.onProblem(known.target.instance, text)
  }

  #join(): void {
    const all: Measurement[] = []
    for (const { measurements } of this.#known.values()) all.push(...measurements)
    this.#all = all.slice(0, mostSeriesOfAll)
  }
}

/** The same trouble with other figures is not told again. */
const withoutNumbers = (text: string): string => text.replace(/\d+/g, '0')

/** Whether the endpoint answered, as Prometheus' own `up` says. */
const upOf = ({ instance, labels }: ScrapeTarget, value: 0 | 1): Measurement => ({
  on: 'service',
  subject: instance,
  metric: 'scrape_up',
  labels,
  value,
})
