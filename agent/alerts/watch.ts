import type { Sweep } from '../metrics/index.ts'
import { type Episode, inactive, type Sign, type Step, stepEpisode, type Turn, unknownMs } from './episode.ts'
import { countedName, evaluate, type Reading, type Subject, type Window } from './evaluate.ts'
import { type HostFacts, HostSubjects } from './hosts.ts'
import { isOtherRun, type KeptPending, LeftPending, resume } from './pending.ts'
import { countedOf, isFor, type Rule, spansOf } from './rule.ts'
import {
  findSeries,
  isAtRest,
  isChosenAlike,
  isMeant,
  otherSubjects,
  type ServiceFacts,
  seriesKey,
} from './subjects.ts'
import { Happenings, History } from './window.ts'

/** One rule's episode with one subject has begun, gone on to fire, or ended. */
export interface TurnOf {
  rule: Rule
  subject: Subject
  turn: Exclude<Turn, 'none'>
  episode: Episode
  reading: Reading
  because: string | undefined
  /** It goes on with what an earlier agent knew of it. */
  left: KeptPending | undefined
}

interface ServiceSubject extends Subject {
  facts: ServiceFacts
  values: Readonly<Record<string, number>>
}

interface Standing {
  episode: Episode
  subject: Subject
}

const nothing: Readonly<Record<string, number>> = {}
const keyOf = (service: string): string => `service:${service}`

/** Asks all rules of all subjects, and keeps what they look back on. */
export class Watch {
  /** Nothing that was before now. */
  static readonly nothing: Window = { history: new History(new Map()), happenings: new Happenings() }
  #rules: readonly Rule[] = []
  #window: Window = { history: new History(new Map()), happenings: new Happenings() }
  #counted = new Set<string>()
  readonly #services = new Map<string, ServiceSubject>()
  readonly #standing = new Map<string, Map<string, Standing>>()
  readonly #chosen = new Map<string, ServiceSubject[]>()
  #others: Subject[] = []
  readonly #hosts = new HostSubjects()
  readonly #left = new LeftPending()
  #sweep: Sweep | undefined
  /** What is looked back on of services; the window has that of the machine too. */
  #lookedOfServices: readonly string[] = []
  /** Services of which a rule without a time may say otherwise than when all were asked last. */
  readonly #stale = new Set<string>()
  /** It may of any of them. */
  #isAllStale = true
  readonly #hostName: () => string
  readonly #shownName: () => string

  constructor(hostName: () => string, shownName = hostName) {
    this.#hostName = hostName
    this.#shownName = shownName
  }

  get rules(): readonly Rule[] {
    return this.#rules
  }

  /** Other rules from now on; answers with what has ended by that. */
  setRules(rules: readonly Rule[]): TurnOf[] {
    const enabled = rules.filter((rule) => rule.enabled)
    const history = new History(spansOf(enabled))
    history.takeOver(this.#window.history)
    this.#window = { history, happenings: this.#window.happenings }
    this.#counted = new Set(countedOf(enabled).map(countedName))
    this.#chosen.clear()
    this.#lookedOfServices = [...spansOf(enabled.filter(({ on }) => on === 'service')).keys()]
    this.#isAllStale = true
    const before = this.#rules
    this.#rules = rules
    // A condition that says something else begins anew; all else of a rule may change while it fires.
    const ended = before.filter(
      (old) => !enabled.some(({ name, when, on }) => name === old.name && when === old.when && on === old.on),
    )
    this.#left.forget(({ rule }) => ended.some(({ name }) => name === rule))
    return ended.flatMap((rule) => this.#endAll(rule))
  }

  /** An episode that an earlier agent left firing goes on. */
  restore(ruleName: string, subject: Subject, episode: Episode): void {
    this.#standingOf(ruleName).set(subject.key, { episode, subject })
  }

  /** What an earlier agent left pending goes on where it is seen to hold, as soon as anything is seen of it. */
  remember(items: readonly KeptPending[], nowMs: number): void {
    this.#isAllStale = true
    this.#left.set(items, nowMs + unknownMs)
  }

  /** What is remembered and not decided yet. */
  remembered(nowMs: number): readonly KeptPending[] {
    return this.#left.all(nowMs)
  }

  episodeOf(ruleName: string, subjectKey: string): Episode | undefined {
    return this.#standing.get(ruleName)?.get(subjectKey)?.episode
  }

  setService(name: string, facts: ServiceFacts | undefined): void {
    const key = keyOf(name)
    const known = this.#services.get(key)
    this.#stale.add(name)
    if (!facts) {
      this.#services.delete(key)
      this.#chosen.clear()
      return
    }
    if (!known || !isChosenAlike(known.facts, facts)) this.#chosen.clear()
    const { state, health, desired, reason } = facts
    const fields = { state, desired, reason, ...(health === undefined ? {} : { health }) }
    const own: Readonly<Record<string, number>> =
      facts.memoryLimitBytes === undefined ? nothing : { memory_limit_bytes: facts.memoryLimitBytes }
    if (known) {
      Object.assign(known, { facts, fields, own })
      return
    }
    const subject: ServiceSubject = {
      key,
      on: 'service',
      name,
      labels: {},
      values: nothing,
      own,
      fields,
      facts,
      find: (metric, labels) => this.#find('service', name, metric, labels),
    }
    this.#services.set(key, subject)
  }

  /** The other hosts of the fleet, as they are now. */
  setHosts(hosts: readonly HostFacts[], nowMs: number): void {
    this.#hosts.set(hosts, nowMs)
  }

  /** Something was told of a service; only what rules count is kept. */
  noteEvent(service: string | undefined, kind: string, atMs: number): void {
    if (!this.#counted.has(`event:${kind}`)) return
    this.#window.happenings.add(
      service === undefined ? `host:${this.#hostName()}` : keyOf(service),
      `event:${kind}`,
      atMs,
    )
  }

  noteLines(service: string, pattern: string, atMs: number, count: number): void {
    for (let each = 0; each < Math.min(count, mostNoted); each += 1)
      this.#window.happenings.add(keyOf(service), `log:${pattern}`, atMs)
  }

  /** What was measured; times are of the evaluator's clock. */
  take(sweep: Sweep, nowMs: number): void {
    const isNew = sweep.services !== this.#sweep?.services
    this.#sweep = sweep
    const { history } = this.#window
    if (isNew || this.#stale.size > 0 || this.#lookedOfServices.length > 0) this.#takeServices(sweep, nowMs)
    const looked = [...history.metrics]
    this.#others = otherSubjects(sweep, { host: this.#hostName(), name: this.#shownName() }, this.#others, (...asked) =>
      this.#find(...asked),
    )
    for (const subject of this.#others) {
      for (const metric of looked) {
        const value = subject.values[metric]
        if (value !== undefined) history.add(subject.key, metric, nowMs, value)
      }
    }
    for (const one of sweep.labelled)
      if (one.on === 'service') history.add(seriesKey(one), one.metric, nowMs, one.value)
  }

  #takeServices({ services }: Sweep, nowMs: number): void {
    const { history } = this.#window
    for (const subject of this.#services.values()) {
      const values = services.get(subject.name) ?? nothing
      if (subject.values !== values) this.#stale.add(subject.name)
      subject.values = values
      for (const metric of this.#lookedOfServices) {
        const value = values[metric]
        if (value !== undefined) history.add(subject.key, metric, nowMs, value)
      }
    }
  }

  /** Asks the rules, all of them or those of some services, and answers with what has turned. */
  ask(nowMs: number, only?: ReadonlySet<string>): TurnOf[] {
    const turns: TurnOf[] = []
    for (const rule of this.#rules) {
      if (!rule.enabled) continue
      const standing = this.#standingOf(rule.name)
      const isAtRest = standing.size === 0
      const seen = only || isAtRest ? undefined : new Set<string>()
      for (const subject of this.#toAsk(rule, standing, only)) {
        seen?.add(subject.key)
        this.#askOne(rule, subject, standing, nowMs, turns)
      }
      // What has begun in this look is there.
      if (isAtRest) continue
      for (const [key, { subject }] of standing) {
        // Before the first look nobody knows what the machine has.
        const isKnown = subject.on === 'service' || this.#sweep !== undefined
        if (subject.on === 'fleet') {
          if (seen && !seen.has(key)) this.#stepHost(rule, subject, standing, nowMs, turns)
          continue
        }
        const isGone = only ? only.has(subject.name) && !this.#services.has(key) : isKnown && !seen?.has(key)
        if (isGone) this.#step(rule, subject, 'gone', standing, nowMs, turns)
      }
    }
    if (!only) {
      this.#stale.clear()
      this.#isAllStale = false
    }
    return turns
  }

  /** What a rule without a time said of the others it would say again; what stands goes on, and is asked always. */
  #toAsk(rule: Rule, standing: ReadonlyMap<string, Standing>, only?: ReadonlySet<string>): readonly Subject[] {
    if (rule.on !== 'service') return only ? [] : this.#subjectsOf(rule)
    if (!only && (this.#isAllStale || !rule.isTimeless)) return this.#subjectsOf(rule)
    const keys = new Set([...(only ?? this.#stale)].map(keyOf))
    if (!only) for (const key of standing.keys()) keys.add(key)
    return [...keys].flatMap((key) => {
      const subject = this.#services.get(key)
      return subject && isFor(rule, subject.facts) ? [subject] : []
    })
  }

  /** What the rule's numbers are now, for those that go on firing. */
  reading(rule: Rule, subjectKey: string, nowMs: number): Reading | undefined {
    const standing = this.#standingOf(rule.name).get(subjectKey)
    return standing && rule.condition.read(standing.subject, this.#window, nowMs)
  }

  forget(): void {
    const keys = new Set([...this.#services.keys(), ...this.#others.map(({ key }) => key)])
    // Series of services carry their labels behind the key of the service.
    const isThere = (key: string): boolean => keys.has(key) || keys.has(key.split('\u0001')[0] ?? '')
    this.#window.history.keepOnly(isThere)
    this.#window.happenings.keepOnly((key) => keys.has(key) || key.startsWith('host:'))
  }

  #askOne(rule: Rule, subject: Subject, standing: Map<string, Standing>, nowMs: number, turns: TurnOf[]): void {
    const verdict = evaluate(rule.condition, subject, this.#window, nowMs)
    const isQuiet = !standing.has(subject.key)
    if (isQuiet && verdict !== 'true') {
      if (verdict === 'false') this.#left.take(rule.name, subject.key, nowMs)
      return
    }
    if (subject.on === 'fleet' && verdict === 'unknown') {
      this.#stepHost(rule, subject, standing, nowMs, turns)
      return
    }
    // A service that rests has nothing left to measure: what was wrong with it is over.
    const isStopped = subject.on === 'service' && subject.fields.desired === 'down' && isAtRest(subject.fields.state)
    this.#step(rule, subject, verdict !== 'true' && isStopped ? 'gone' : verdict, standing, nowMs, turns)
  }

  #stepHost(rule: Rule, subject: Subject, standing: Map<string, Standing>, nowMs: number, turns: TurnOf[]): void {
    const isFiring = standing.get(subject.key)?.episode.phase === 'firing'
    const sign = this.#hosts.signOf(subject.key, isFiring, nowMs)
    if (sign !== 'hold') this.#step(rule, subject, sign, standing, nowMs, turns)
  }

  #step(
    rule: Rule,
    subject: Subject,
    sign: Sign,
    standing: Map<string, Standing>,
    nowMs: number,
    turns: TurnOf[],
  ): void {
    const known = standing.get(subject.key)?.episode
    const before = known ?? inactive
    const left = known === undefined && sign === 'true' ? this.#takeLeft(rule, subject, nowMs) : undefined
    const step: Step = left ? resume(left, rule, nowMs) : stepEpisode(before, sign, rule, nowMs)
    const { episode, turn, because } = step
    if (episode.phase === 'inactive') standing.delete(subject.key)
    else standing.set(subject.key, { episode, subject })
    if (turn === 'none') return
    const reading = rule.condition.read(subject, this.#window, nowMs)
    turns.push({
      rule,
      subject,
      turn,
      episode: turn === 'resolved' || turn === 'dropped' ? before : episode,
      reading,
      because,
      left,
    })
  }

  #takeLeft(rule: Rule, { key }: Subject, nowMs: number): KeptPending | undefined {
    const left = this.#left.take(rule.name, key, nowMs)
    return left && !isOtherRun(left, this.#services.get(key)?.facts.startedAtMs ?? null) ? left : undefined
  }

  #endAll(rule: Rule): TurnOf[] {
    const turns: TurnOf[] = []
    const standing = this.#standingOf(rule.name)
    for (const { subject, episode } of standing.values()) {
      turns.push({
        rule,
        subject,
        turn: episode.phase === 'firing' ? 'resolved' : 'dropped',
        episode,
        reading: { metric: null, value: null, threshold: null },
        because: 'the rule was changed or taken away',
        left: undefined,
      })
    }
    this.#standing.delete(rule.name)
    return turns
  }

  #standingOf(rule: string): Map<string, Standing> {
    const known = this.#standing.get(rule)
    if (known) return known
    const made = new Map<string, Standing>()
    this.#standing.set(rule, made)
    return made
  }

  #subjectsOf(rule: Rule): readonly Subject[] {
    if (rule.on === 'fleet') return this.#hosts.all
    if (rule.on !== 'service') return this.#others.filter((subject) => subject.on === rule.on && isMeant(rule, subject))
    const known = this.#chosen.get(rule.name)
    if (known) return known
    const chosen = [...this.#services.values()].filter(({ facts }) => isFor(rule, facts))
    this.#chosen.set(rule.name, chosen)
    return chosen
  }

  #find(on: string, name: string, metric: string, labels: Readonly<Record<string, string>>) {
    return this.#sweep && findSeries(this.#sweep, { on, name }, metric, labels)
  }
}

/** More lines at once than any rule would count. */
const mostNoted = 600
