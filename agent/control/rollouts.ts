import {
  isRolloutOver,
  type NewRollout,
  type Rollout,
  type RolloutStep,
  type RolloutVerb,
  type Service,
} from '../../contract/index.ts'
import { type Caller, CoreError } from '../core.ts'
import {
  afterStep,
  afterTurn,
  decide,
  type FleetSide,
  judge,
  type RolloutDesk,
  type RolloutEvent,
  type StepEvent,
} from '../fleet/index.ts'
import { type Door, isAway } from './door.ts'
import type { Engine } from './engine.ts'
import { causeOf, correlated } from './events.ts'
import { targetsOf } from './targets.ts'
import { Waiters } from './waiters.ts'

/** The newest of those that are over are kept. */
const mostKept = 50
/** So many may be under way: two that meet on one host would not know of each other. */
const mostUnderWay = 10
const lookEveryMs = 500

const opposite: Readonly<Record<Exclude<RolloutVerb, 'restart'>, RolloutVerb>> = { start: 'stop', stop: 'start' }

/** Leads rollouts: does what the state machine says next, and writes down each step before it is taken. */
export class Rollouts implements RolloutDesk {
  readonly #engine: Engine
  readonly #fleet: Pick<FleetSide, 'hosts'>
  readonly #door: Door
  readonly #rollouts = new Map<string, Rollout>()
  readonly #news = new Waiters()
  readonly #closing = new AbortController()

  constructor(engine: Engine, fleet: Pick<FleetSide, 'hosts'>, door: Door) {
    this.#engine = engine
    this.#fleet = fleet
    this.#door = door
  }

  /** Goes on with what an earlier run of this agent has begun. */
  begin(): void {
    const kept = this.#engine.deps.store.kept('rollout').map((text) => JSON.parse(text) as Rollout)
    for (const rollout of kept.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
      this.#rollouts.set(rollout.id, rollout)
      if (!isRolloutOver(rollout)) this.#lead(rollout)
    }
  }

  close(): void {
    this.#closing.abort()
  }

  list(): Rollout[] {
    return [...this.#rollouts.values()].reverse()
  }

  get(id: string): Rollout {
    const found = this.#rollouts.get(id)
    if (found) return found
    throw new CoreError('NOT_FOUND', `There is no rollout ${id}. \`hxe fleet rollout list\` shows those that are.`)
  }

  async create(request: NewRollout, { author, trace }: Caller): Promise<Rollout> {
    if (request.verb === 'restart' && request.onFailure === 'rollback')
      throw badInput('onFailure', 'A restart cannot be taken back: leave onFailure out, or say "stop".')
    if (this.list().filter((rollout) => !isRolloutOver(rollout)).length >= mostUnderWay)
      throw new CoreError('CONFLICT', `${mostUnderWay} rollouts are under way; end one first.`, { reason: 'too-many' })
    const { randomText, clock } = this.#engine.deps
    const steps = await targetsOf(this.#fleet.hosts(), request, this.#door, author, randomText)
    if (!steps.some(({ state }) => state === 'waiting')) {
      const left = steps.map(({ host, text }) => `${host}: ${text}`).join('; ')
      throw new CoreError('NOT_FOUND', `Nothing is to be done. ${left || 'No host that is meant has such a service.'}`)
    }
    const rollout: Rollout = {
      id: randomText(),
      request,
      state: 'running',
      text: 'Begun',
      author,
      ...correlated(trace),
      createdAt: new Date(clock.nowMs()).toISOString(),
      endedAt: null,
      restUntil: null,
      steps,
    }
    await this.#keep(rollout)
    this.#prune()
    const hosts = steps.filter(({ state }) => state === 'waiting').length
    this.#tell('rollout.started', rollout, `begun on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`, 'info', author)
    this.#lead(rollout)
    return rollout
  }

  pause(id: string, caller: Caller): Promise<Rollout> {
    return this.#order(id, 'pause', `Paused by ${caller.author}`, caller)
  }
  resume(id: string, caller: Caller): Promise<Rollout> {
    return this.#order(id, 'resume', `Resumed by ${caller.author}`, caller)
  }
  abort(id: string, caller: Caller): Promise<Rollout> {
    return this.#order(id, 'abort', `Aborted by ${caller.author}`, caller)
  }

  async #order(id: string, event: RolloutEvent, text: string, { author }: Caller): Promise<Rollout> {
    const before = this.get(id)
    const after = afterTurn(before, event, text, this.#engine.deps.clock.nowMs())
    if (!after)
      throw new CoreError('CONFLICT', `The rollout is ${before.state}: it takes no ${event}.`, { reason: before.state })
    await this.#keep(after)
    this.#tell(isRolloutOver(after) ? 'rollout.ended' : 'rollout.changed', after, lowerFirst(text), 'info', author)
    return this.get(id)
  }

  #lead(rollout: Rollout): void {
    // Those that were under way when this agent ended are told again, by the names they have.
    rollout.steps.forEach((_step, at) => void this.#carry(rollout.id, at))
    this.#drive(rollout.id).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#engine.deps.log.error({ error: String(error), rollout: rollout.id }, 'a rollout could not be led on')
    })
  }

  async #drive(id: string): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const rollout = this.get(id)
      if (isRolloutOver(rollout)) return
      // Asked for before it is acted on: news in between are not missed.
      const news = this.#news.next(signal)
      const nowMs = this.#engine.deps.clock.nowMs()
      const next = decide(rollout, nowMs)
      if (next.do === 'turn') await this.#turn(id, next.event, next.text)
      else if (next.do === 'rest') await Promise.race([news, this.#sleep(next.untilMs - nowMs)])
      else if (next.do === 'wait') await news
      else for (const at of next.steps) await this.#beginStep(id, at, next.do)
    }
  }

  async #turn(id: string, event: RolloutEvent, text: string): Promise<void> {
    const after = afterTurn(this.get(id), event, text, this.#engine.deps.clock.nowMs())
    if (!after) return
    await this.#keep(after)
    const isBad = after.state === 'failed' || after.state === 'undoing'
    const kind = isRolloutOver(after) ? 'rollout.ended' : 'rollout.changed'
    this.#tell(kind, after, `${after.state}. ${text}`, isBad ? 'warning' : 'info', after.author)
  }

  async #beginStep(id: string, at: number, what: 'begin' | 'undo'): Promise<void> {
    if (what === 'begin') await this.#noteChanges(id, at)
    // A person may have paused or ended it meanwhile.
    const { state } = this.get(id)
    if (what === 'begin' && state !== 'running') return
    await this.#step(id, at, what, what === 'begin' ? 'Told' : 'Being put back')
    void this.#carry(id, at)
  }

  /** What a way back would have to change again. */
  async #noteChanges(id: string, at: number): Promise<void> {
    const rollout = this.get(id)
    const step = rollout.steps[at]
    const { verb, onFailure } = rollout.request
    if (!step || onFailure !== 'rollback') return
    const before = await Promise.all(
      step.services.map((name) => this.#door.get(step.hostId, name, rollout.author).catch(() => undefined)),
    )
    const isUp = (service: Service | undefined): boolean => service?.desired === 'up'
    const changed = step.services.filter((_name, index) => isUp(before[index]) !== (verb === 'start'))
    const now = this.get(id)
    await this.#keep({ ...now, steps: now.steps.with(at, { ...step, changed }) })
  }

  /** Takes a step that has begun to its end. */
  async #carry(id: string, at: number): Promise<void> {
    const { log, clock } = this.#engine.deps
    const deadlineMs = clock.monotonicMs() + this.get(id).request.timeoutMs
    try {
      for (;;) {
        const rollout = this.get(id)
        const step = rollout.steps[at]
        if (!step || this.#closing.signal.aborted) return
        if (step.state !== 'sent' && step.state !== 'settling' && step.state !== 'undoing') return
        const isLate = clock.monotonicMs() >= deadlineMs
        const came = await this.#tryStep(rollout, step)
        if (this.#closing.signal.aborted) return
        if (came.event !== undefined) await this.#step(id, at, came.event, came.text)
        else if (isLate) await this.#step(id, at, 'fail', came.text)
        else await this.#sleep(lookEveryMs)
      }
    } catch (error) {
      log.error({ error: String(error), rollout: id }, 'a step of a rollout could not be carried on')
    }
  }

  async #tryStep(rollout: Rollout, step: RolloutStep): Promise<{ event?: StepEvent; text: string }> {
    const { verb, gate } = rollout.request
    const { hostId, services, changed, operation, state } = step
    const { author } = rollout
    const isUndo = state === 'undoing'
    const does: RolloutVerb = isUndo && verb !== 'restart' ? opposite[verb] : verb
    const names = isUndo ? changed : services
    try {
      if (state !== 'settling') {
        const once = { name: isUndo ? `${operation}-undo` : operation }
        const refused = await this.#door.act(hostId, does, names, once, { author, trace: causeOf(rollout) })
        if (refused.length > 0) return { event: 'fail', text: refused.join('; ') }
        if (!isUndo) return { event: 'accept', text: 'Under way' }
      }
      const seen = await Promise.all(names.map((name) => this.#door.get(hostId, name, author)))
      const judged = judge(seen, does === 'stop' ? 'stopped' : isUndo ? 'running' : gate)
      if (judged.is === 'reached') return { event: 'reach', text: isUndo ? 'As it was' : 'Done' }
      return { ...(judged.is === 'never' ? { event: 'fail' as const } : {}), text: judged.text }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return { ...(isAway(error) ? {} : { event: 'fail' as const }), text }
    }
  }

  async #step(id: string, at: number, event: StepEvent, text: string): Promise<void> {
    const after = afterStep(this.get(id), at, event, text, this.#engine.deps.clock.nowMs())
    if (after) await this.#keep(after)
  }

  /** At once for whoever looks, and on disk before anything is done on its account. */
  async #keep(rollout: Rollout): Promise<void> {
    this.#rollouts.set(rollout.id, rollout)
    await this.#engine.deps.store.keep('rollout', rollout.id, JSON.stringify(rollout))
    this.#news.wake()
  }

  #prune(): void {
    const over = [...this.#rollouts.values()].filter(isRolloutOver)
    for (const { id } of over.slice(0, Math.max(0, over.length - mostKept))) {
      this.#rollouts.delete(id)
      this.#engine.deps.store.keep('rollout', id, null).catch(() => undefined)
    }
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#closing
      if (signal.aborted) return resolve()
      const end = (): void => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#engine.deps.clock.after(delayMs, end)
      signal.addEventListener('abort', end, { once: true })
    })
  }

  #tell(
    kind: 'rollout.started' | 'rollout.changed' | 'rollout.ended',
    { id, request, correlationId }: Rollout,
    what: string,
    severity: 'info' | 'warning',
    author: string,
  ): void {
    const about = correlationId === undefined ? {} : { correlationId }
    this.#engine.eventLog.append({ kind, severity, text: `Rollout ${id} (${request.verb}) ${what}`, author, ...about })
  }
}

const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
