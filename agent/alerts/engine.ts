import type { AlertRule, AlertsSummary, Delivery } from '../../contract/index.ts'
import type { Sweep } from '../metrics/index.ts'
import type { Clock } from '../os/index.ts'
import {
  addStep,
  type Entry,
  endEntry,
  entryKey,
  fireEntry,
  openEntry,
  refreshEntry,
  type ServiceWords,
  summarize,
} from './book.ts'
import type { HostFacts } from './hosts.ts'
import type { Keeper } from './keep.ts'
import { keptOf, resumable } from './pending.ts'
import type { Rule } from './rule.ts'
import { voiceOf } from './speaker.ts'
import type { ServiceFacts } from './subjects.ts'
import type { Teller } from './teller.ts'
import { draftOf, hclOf } from './text.ts'
import { type TurnOf, Watch } from './watch.ts'

export interface EngineDeps {
  clock: Clock
  /** The machine's own name, which its figures and alerts are kept under. */
  hostName: () => string
  /** What people and other hosts call it, which may be changed. */
  shownName: () => string
  newId: () => string
  /** How a service is described in alerts about it. */
  wordsOf: (instance: string) => ServiceWords | undefined
  /** What of the alerts clients see has changed. */
  changed: () => void
  onProblem: (error: unknown) => void
  tell: (kind: 'alert.pending' | 'alert.firing' | 'alert.resolved', entry: Entry) => void
  keeper: Keeper
  teller: Teller
}

/** At most so much of the time between two looks counts: while the agent was held up, nothing was seen to hold. */
const mostStepMs = 30_000
/** Values of alerts that fire are told this often, so that they do not make a state message each second. */
const refreshMs = 5_000
const leastWaitMs = 20

/** Alerts as they are: asks the rules, keeps the episodes. */
export class AlertEngine {
  readonly #deps: EngineDeps
  readonly #watch: Watch
  readonly #entries = new Map<string, Entry>()
  /** The same, by the alert. */
  readonly #byId = new Map<string, Entry>()
  #nowMs: number
  #monotonicMs: number
  #refreshedMs = 0
  #askedAt: string | null = null
  #askedForMs: number | null = null
  #summary: AlertsSummary | undefined
  #cancelSettle: () => void = () => {}
  #ended = false

  constructor(deps: EngineDeps) {
    this.#deps = deps
    this.#watch = new Watch(deps.hostName, deps.shownName)
    this.#nowMs = deps.clock.nowMs()
    this.#monotonicMs = deps.clock.monotonicMs()
  }

  entryOf(id: string): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Goes on with the alerts that an earlier agent left firing or pending; the rules are known by now. */
  restore(): void {
    const { keeper, clock } = this.#deps
    const left = keeper.load()
    // What was told is never ahead of now, even where the clock was set back meanwhile.
    const times = [...keeper.groups.values()].map(({ beganMs, toldMs }) => Math.max(beganMs, toldMs ?? 0))
    this.#nowMs = Math.max(this.#nowMs, ...times, ...left.map(({ episode }) => episode.firedAtMs ?? episode.sinceMs))
    for (const entry of left) {
      const { alert, subjectKey: key, subjectName: name, subjectLabels: labels, episode } = entry
      if (this.rules.some((rule) => rule.name === alert.name && rule.enabled)) {
        this.#watch.restore(
          alert.name,
          { key, on: alert.on, name, labels, values: {}, own: {}, fields: {}, find: () => undefined },
          episode,
        )
        this.#enter(entryKey(alert.name, key), entry)
      } else {
        endEntry(entry, 'its rule was taken away', clock.nowMs())
        keeper.close(entry)
      }
    }
    this.#watch.remember(resumable(keeper.pending, this.rules, clock.nowMs()), this.#nowMs)
    this.touch()
  }

  /** Judges what is told of and tells what is due; again when the next is. */
  settle(): void {
    const { clock, teller } = this.#deps
    const entries = [...this.#entries.values()]
    if (teller.judge(entries, clock.nowMs())) this.touch()
    this.#cancelSettle()
    teller.tell(entries, this.now(), clock.nowMs()).then(
      (nextMs) => {
        if (nextMs !== undefined && !this.#ended) this.#settleIn(Math.max(leastWaitMs, nextMs - this.now()))
      },
      (error: unknown) => this.#deps.onProblem(error),
    )
  }

  #settleIn(delayMs: number): void {
    this.#cancelSettle()
    this.#cancelSettle = this.#deps.clock.after(Math.min(delayMs, mostStepMs), () => this.settle())
  }

  /** What came of a message about alerts. */
  noteOutcome({ notification, state, text, at }: Delivery, alerts: readonly { id: string }[]): void {
    const because = text === '' ? '' : ` (${text})`
    const words = {
      delivered: 'it arrived',
      waiting: `it did not arrive yet${because}`,
      'gave-up': `it was given up${because}`,
    }[state]
    for (const { id } of alerts) {
      const entry = this.entryOf(id) ?? this.#deps.keeper.history.get(id)
      if (!entry) continue
      const when = state === 'waiting' ? new Date(this.#deps.clock.nowMs()).toISOString() : at
      if (addStep(entry, 'delivery', `${notification}: ${words}`, when, notification)) void this.#deps.keeper.put(entry)
    }
  }

  end(): void {
    this.#ended = true
    this.#cancelSettle()
  }

  /** The evaluator's clock: it never jumps, and does not count what nobody saw. */
  now(): number {
    const monotonicMs = this.#deps.clock.monotonicMs()
    this.#nowMs += Math.min(Math.max(0, monotonicMs - this.#monotonicMs), mostStepMs)
    this.#monotonicMs = monotonicMs
    return this.#nowMs
  }

  get rules(): readonly Rule[] {
    return this.#watch.rules
  }

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries
  }

  setRules(rules: readonly Rule[]): void {
    this.#apply(this.#watch.setRules(rules))
    for (const entry of this.#entries.values()) {
      const rule = rules.find(({ name }) => name === entry.alert.name)
      if (rule) entry.notify = rule.notify
    }
    this.#deps.teller.reconfigured()
    this.touch()
  }

  setService(name: string, facts: ServiceFacts | undefined): void {
    this.#watch.setService(name, facts)
  }

  /** All hosts of the fleet, this one included. */
  setHosts(hosts: readonly HostFacts[]): void {
    const nowMs = this.now()
    const { teller } = this.#deps
    teller.voice = voiceOf(teller.voice, hosts, nowMs)
    this.#watch.setHosts(
      hosts.filter(({ self }) => !self),
      nowMs,
    )
  }

  noteEvent(service: string | undefined, kind: string, agoMs = 0): void {
    this.#watch.noteEvent(service, kind, this.now() - agoMs)
  }

  noteLines(service: string, pattern: string, count: number): void {
    this.#watch.noteLines(service, pattern, this.now(), count)
  }

  /** A look at everything. */
  take(sweep: Sweep | undefined): TurnOf[] {
    const nowMs = this.now()
    const startedMs = this.#deps.clock.monotonicMs()
    if (sweep) this.#watch.take(sweep, nowMs)
    const turns = this.#watch.ask(nowMs)
    this.#askedForMs = this.#deps.clock.monotonicMs() - startedMs
    this.#askedAt = new Date(this.#deps.clock.nowMs()).toISOString()
    this.#apply(turns)
    this.#refresh(nowMs)
    this.settle()
    return turns
  }

  /** Something of these services has changed. */
  ask(services: ReadonlySet<string>): TurnOf[] {
    const turns = this.#watch.ask(this.now(), services)
    this.#apply(turns)
    // What is not well may now be the cause of what fires elsewhere.
    if (turns.length > 0 || this.#entries.size > 0) this.settle()
    return turns
  }

  forget(): void {
    this.#watch.forget()
  }

  summary(): AlertsSummary {
    this.#summary ??= summarize([...this.#entries.values()].map(({ alert }) => alert))
    return this.#summary
  }

  /** Rules as clients see them. */
  ruleViews(): AlertRule[] {
    const alerts = [...this.#entries.values()].map(({ alert }) => alert)
    return this.rules.map((rule) => {
      const own = alerts.filter(({ name }) => name === rule.name)
      const draft = draftOf(rule)
      const isFiring = own.some(({ state }) => state === 'firing')
      return {
        ...draft,
        builtIn: rule.builtIn,
        enabled: rule.enabled,
        hcl: hclOf({ ...draft, enabled: rule.enabled }),
        state: rule.enabled ? (isFiring ? 'firing' : own.length > 0 ? 'pending' : 'ok') : 'off',
        active: own.length,
        evaluatedAt: this.#askedAt,
        evaluationMs: this.#askedForMs,
        ...(rule.place ?? {}),
      }
    })
  }

  #apply(turns: readonly TurnOf[]): void {
    if (turns.length === 0) return
    const { clock, newId: id, shownName, wordsOf: service, tell, keeper } = this.#deps
    const around = { id, wallMs: clock.nowMs(), hostName: shownName(), service }
    const notPending = new Set<string>()
    for (const turn of turns) {
      const key = entryKey(turn.rule.name, turn.subject.key)
      const entry = this.#entries.get(key) ?? openEntry(turn, around)
      if (turn.turn === 'pending') {
        this.#enter(key, entry)
        tell('alert.pending', entry)
      } else if (turn.turn === 'firing') {
        fireEntry(entry, turn, around)
        this.#enter(key, entry)
        notPending.add(entry.alert.id)
        void keeper.put(entry)
        tell('alert.firing', entry)
      } else {
        this.#entries.delete(key)
        this.#byId.delete(entry.alert.id)
        notPending.add(entry.alert.id)
        if (turn.turn === 'dropped') continue
        endEntry(entry, turn.because, around.wallMs)
        keeper.close(entry)
        tell('alert.resolved', entry)
      }
    }
    keeper.dropPending(notPending)
    this.touch()
  }

  #enter(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#byId.set(entry.alert.id, entry)
  }

  #refresh(nowMs: number): void {
    if (nowMs - this.#refreshedMs < refreshMs) return
    this.#refreshedMs = nowMs
    let isChanged = false
    for (const entry of this.#entries.values()) {
      const rule = this.rules.find(({ name }) => name === entry.alert.name)
      const reading = rule && this.#watch.reading(rule, entry.subjectKey, nowMs)
      if (!rule || !reading) continue
      const words = entry.alert.service === undefined ? undefined : this.#deps.wordsOf(entry.alert.service)
      if (refreshEntry(entry, rule, reading, words)) isChanged = true
    }
    this.#keepPending(nowMs)
    if (isChanged) this.touch()
  }

  /** With each of these looks, so that a kill costs what was seen since, and no more. */
  #keepPending(nowMs: number): void {
    const { keeper, clock } = this.#deps
    const times = { nowMs, wallMs: clock.nowMs() }
    const own = [...this.#entries.values()].flatMap(({ alert, subjectKey }) => {
      const rule = alert.state === 'pending' ? this.rules.find(({ name }) => name === alert.name) : undefined
      const episode = rule && this.#watch.episodeOf(rule.name, subjectKey)
      return (rule && episode && keptOf(alert, rule, { subjectKey, episode }, times)) ?? []
    })
    keeper.keepPending([...this.#watch.remembered(nowMs), ...own])
  }

  /** Something of the alerts is no longer as clients have it. */
  touch(): void {
    this.#summary = undefined
    this.#deps.changed()
  }
}
