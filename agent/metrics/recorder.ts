import type { SeriesNames, SeriesRefusal, SeriesStore } from '../store/index.ts'
import type { Measurement, Sweep } from './types.ts'

/** How much a kill of the agent may cost, in measurements. */
const saveEveryMs = 30_000
/** Numbers that wait for a store that does not answer; beyond, they are given up. */
const mostWaiting = 1_000_000
/** Names that the store has been given numbers for; beyond, those of what is measured now are given anew. */
const mostNames = 50_000
/** Never rests, and is told from when it began. */
const notKept = 'uptime_seconds'

export interface RecorderDeps {
  store: SeriesStore
  hostName: () => string
  onProblem: (problem: unknown) => void
  /** Told where something new is not recorded, since there is no room for its name. */
  onRefusal: (refusal: SeriesRefusal) => void
}

interface LastValue {
  subject: number
  key: number
  value: number
  sweep: number
}

/** Hands sweeps to the store, as what has changed since the one before, many at a time. */
export class Recorder {
  readonly #deps: RecorderDeps
  readonly #subjects = new Map<string, number>()
  readonly #keys = new Map<string, number>()
  readonly #labelTexts = new WeakMap<object, string>()
  readonly #records = new Map<string, Readonly<Record<string, number>>>()
  #services: Sweep['services'] | undefined
  readonly #last = new Map<string, LastValue>()
  #names: SeriesNames = { first: true, subjects: [], keys: [] }
  #buffer = new Float64Array(1_024)
  #length = 0
  #changes = 0
  #sweeps = 0
  /** The next sweep says all there is. */
  #isFresh = true
  /** The store has forgotten names, or has room for some that it had none for. */
  #isToName = false
  #savedAtMs = Number.NEGATIVE_INFINITY
  #sending: Promise<void> = Promise.resolve()

  constructor(deps: RecorderDeps) {
    this.#deps = deps
  }

  add(sweep: Sweep): void {
    if (this.#length > mostWaiting) this.#beginAnew()
    this.#sweeps++
    const head = this.#length
    this.#push(sweep.atMs)
    this.#push(this.#isFresh ? 1 : 0)
    this.#push(0)
    this.#changes = 0
    if (sweep.services !== this.#services) this.#addServices(sweep.services)
    const host = this.#deps.hostName()
    for (const metric in sweep.host) this.#addValue('host', host, metric, '{}', sweep.host[metric] ?? 0)
    for (const metric in sweep.agent) this.#addValue('agent', host, metric, '{}', sweep.agent[metric] ?? 0)
    for (const each of sweep.labelled)
      this.#addValue(each.on, each.subject, each.metric, this.#labelText(each), each.value)
    for (const [id, last] of this.#last)
      if (last.sweep !== this.#sweeps) {
        this.#last.delete(id)
        this.#change(last.subject, last.key, Number.NaN)
      }
    this.#buffer[head + 2] = this.#changes
    this.#isFresh = false
    if (sweep.atMs - this.#savedAtMs < saveEveryMs && sweep.atMs >= this.#savedAtMs) return
    this.#savedAtMs = sweep.atMs
    void this.flush(true)
  }

  /** Resolves when the store has what was measured until now. */
  flush(save = false): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send(save))
    return this.#sending
  }

  async #send(save: boolean): Promise<void> {
    if (this.#length === 0 && !save) return
    const batch = { names: this.#names, sweeps: this.#buffer.slice(0, this.#length), save }
    this.#names = { first: false, subjects: [], keys: [] }
    this.#length = 0
    // Nothing is lost by it: what was measured is in the batch, and the next sweep says all there is.
    if (this.#isToName || this.#keys.size + this.#subjects.size > mostNames) this.#beginAnew()
    try {
      const { refusals, hasRoomAgain } = await this.#deps.store.add(batch)
      // Where everything is about to be named, the store has not heard of it yet.
      this.#isToName = hasRoomAgain && !this.#names.first
      for (const refusal of refusals) this.#deps.onRefusal(refusal)
    } catch (error) {
      this.#beginAnew()
      this.#deps.onProblem(error)
    }
  }

  /** The store may have lost what things are called. */
  #beginAnew(): void {
    this.#subjects.clear()
    this.#keys.clear()
    this.#names = { first: true, subjects: [], keys: [] }
    this.#length = 0
    this.#records.clear()
    this.#services = undefined
    this.#last.clear()
    this.#isFresh = true
    this.#isToName = false
  }

  #addServices(services: Sweep['services']): void {
    this.#services = services
    for (const [instance, values] of services) this.#addService(instance, values)
    if (this.#records.size > services.size)
      for (const instance of this.#records.keys()) if (!services.has(instance)) this.#removeService(instance)
  }

  #addService(instance: string, values: Readonly<Record<string, number>>): void {
    const before = this.#records.get(instance)
    if (before === values) return
    const subject = this.#subject('service', instance)
    for (const metric in values) {
      const value = values[metric] ?? 0
      if (metric !== notKept && before?.[metric] !== value) this.#change(subject, this.#key(metric, '{}'), value)
    }
    for (const metric in before)
      if (metric !== notKept && !(metric in values)) this.#change(subject, this.#key(metric, '{}'), Number.NaN)
    this.#records.set(instance, values)
  }

  #removeService(instance: string): void {
    this.#records.delete(instance)
    this.#change(this.#subject('service', instance), -1, Number.NaN)
  }

  #addValue(kind: string, name: string, metric: string, labels: string, value: number): void {
    if (metric === notKept) return
    const id = `${kind}\0${name}\0${metric}\0${labels}`
    const last = this.#last.get(id)
    if (last) {
      last.sweep = this.#sweeps
      if (last.value !== value) this.#change(last.subject, last.key, value)
      last.value = value
      return
    }
    const subject = this.#subject(kind, name)
    const key = this.#key(metric, labels)
    this.#last.set(id, { subject, key, value, sweep: this.#sweeps })
    this.#change(subject, key, value)
  }

  #labelText({ labels }: Measurement): string {
    const known = this.#labelTexts.get(labels)
    if (known !== undefined) return known
    const text = JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
    this.#labelTexts.set(labels, text)
    return text
  }

  #subject(kind: string, name: string): number {
    const id = `${kind}\0${name}`
    const known = this.#subjects.get(id)
    if (known !== undefined) return known
    const given = this.#subjects.size
    this.#subjects.set(id, given)
    this.#names.subjects.push([kind, name])
    return given
  }

  #key(metric: string, labels: string): number {
    const id = `${metric}\0${labels}`
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const given = this.#keys.size
    this.#keys.set(id, given)
    this.#names.keys.push([metric, labels])
    return given
  }

  #change(subject: number, key: number, value: number): void {
    this.#push(subject)
    this.#push(key)
    this.#push(value)
    this.#changes++
  }

  #push(value: number): void {
    if (this.#length === this.#buffer.length) {
      const larger = new Float64Array(2 * this.#buffer.length)
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    this.#buffer[this.#length++] = value
  }
}
