import {
  isRolloutOver,
  messageOf,
  type NewRollout,
  type Rollout,
  type RolloutRequest,
  type RolloutStep,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import {
  afterStep,
  afterTurn,
  decide,
  type FleetSide,
  type RolloutDesk,
  type RolloutEvent,
  type StepEvent,
} from '../fleet/index.ts'
import { correlated } from '../trace.ts'
import { type Door, isAway } from './door.ts'
import type { Engine } from './engine.ts'
import { type StepWork, serviceWork } from './stepwork.ts'
import { targetsOf } from './targets.ts'
import { Waiters } from './waiters.ts'

/** The newest of those that are over are kept. */
const mostKept = 50
/** So many may be under way: two that meet on one host would not know of each other. */
const mostUnderWay = 10
const lookEveryMs = 500
const settleAgainMs = 2_000

/** Leads rollouts: does what the state machine says next, and writes down each step before it is taken. */
export class Rollouts implements RolloutDesk {
  readonly #engine: Engine
  readonly #fleet: Pick<FleetSide, 'hosts' | 'status'>
  readonly #door: Door
  readonly #services: StepWork
  readonly #bundles: StepWork
  readonly #rollouts = new Map<string, Rollout>()
  readonly #news = new Waiters()
  readonly #closing = new AbortController()

  /** `bundles` applies configuration; all else is done with services. */
  constructor(engine: Engine, fleet: Pick<FleetSide, 'hosts' | 'status'>, door: Door, bundles: StepWork) {
    this.#engine = engine
    this.#fleet = fleet
    this.#door = door
    this.#services = serviceWork(door)
    this.#bundles = bundles
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

  async create(request: NewRollout, caller: Caller): Promise<Rollout> {
    if (request.verb === 'restart' && request.onFailure === 'rollback')
      throw badInput('onFailure', 'A restart cannot be taken back: leave onFailure out, or say "stop".')
    const { randomText } = this.#engine.deps
    const steps = await targetsOf(this.#fleet.hosts(), request, this.#door, caller.author, randomText)
    if (!steps.some(({ state }) => state === 'waiting')) {
      const left = steps.map(({ host, text }) => `${host}: ${text}`).join('; ')
      throw new CoreError('NOT_FOUND', `Nothing is to be done. ${left || 'No host that is meant has such a service.'}`)
    }
    return this.lead(randomText(), request, steps, caller)
  }

  /** Begins one whose steps are known. @throws CONFLICT where too many are under way */
  async lead(id: string, request: RolloutRequest, steps: RolloutStep[], { author, trace }: Caller): Promise<Rollout> {
    if (this.list().filter((rollout) => !isRolloutOver(rollout)).length >= mostUnderWay)
      throw new CoreError('CONFLICT', `${mostUnderWay} rollouts are under way; end one first.`, { reason: 'too-many' })
    const createdAt = new Date(this.#engine.deps.clock.nowMs()).toISOString()
    const begun = { state: 'running', text: 'Begun', endedAt: null, restUntil: null } as const
    const rollout: Rollout = { id, request, author, ...correlated(trace), createdAt, steps, ...begun }
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
    // A person's word counts at once; what it leaves behind is put right when that can be done.
    if (isRolloutOver(after)) void this.#settle(after, false)
    return this.get(id)
  }

  #lead(rollout: Rollout): void {
    // Those that were under way when this agent ended are told again, by the names they have.
    rollout.steps.forEach((_step, at) => void this.#carry(rollout.id, at))
    this.#drive(rollout.id).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#engine.deps.log.error(
          { error: String(error), rollout: rollout.id, ...correlated(rollout) },
          'a rollout could not be led on',
        )
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
    const rollout = this.get(id)
    const after = afterTurn(rollout, event, text, this.#engine.deps.clock.nowMs())
    if (!after) return
    if (isRolloutOver(after) && !(await this.#settle(rollout, after.state === 'done'))) return
    // A person may have ended it meanwhile.
    if (this.get(id).state !== rollout.state) return
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

  #workOf = ({ request }: Rollout): StepWork => (request.verb === 'apply' ? this.#bundles : this.#services)

  /** Tries until it is done; false where this agent ends before. */
  async #settle(rollout: Rollout, isDone: boolean): Promise<boolean> {
    const { log } = this.#engine.deps
    while (!this.#closing.signal.aborted) {
      try {
        await this.#workOf(rollout).settle(rollout, isDone)
        return true
      } catch (error) {
        log.warn(
          { error: String(error), rollout: rollout.id, ...correlated(rollout) },
          'the end of a rollout could not be written down yet',
        )
        await this.#sleep(settleAgainMs)
      }
    }
    return false
  }

  /** What a way back would have to change again. */
  async #noteChanges(id: string, at: number): Promise<void> {
    const rollout = this.get(id)
    const step = rollout.steps[at]
    if (!step || rollout.request.onFailure !== 'rollback') return
    const changed = await this.#workOf(rollout).changes(rollout, step)
    const now = this.get(id)
    await this.#keep({ ...now, steps: now.steps.with(at, { ...step, changed }) })
  }

  /** Takes a step that has begun to its end. */
  async #carry(id: string, at: number): Promise<void> {
    const { log, clock } = this.#engine.deps
    const { timeoutMs } = this.get(id).request
    let deadlineMs = clock.monotonicMs() + timeoutMs
    try {
      for (;;) {
        const rollout = this.get(id)
        // While the server is away no host can do anything about it: its time begins when the server is back.
        const { state } = this.#fleet.status()
        if (state === 'lost' || state === 'connecting') deadlineMs = clock.monotonicMs() + timeoutMs
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
      log.error(
        { error: String(error), rollout: id, ...correlated(this.#rollouts.get(id)) },
        'a step of a rollout could not be carried on',
      )
    }
  }

  async #tryStep(rollout: Rollout, step: RolloutStep): Promise<{ event?: StepEvent; text: string }> {
    const isUndo = step.state === 'undoing'
    const work = this.#workOf(rollout)
    try {
      if (step.state !== 'settling') {
        const refused = await work.tell(rollout, step, isUndo)
        if (refused.length > 0) return { event: 'fail', text: refused.join('; ') }
        if (!isUndo) return { event: 'accept', text: 'Under way' }
      }
      const judged = await work.look(rollout, step, isUndo)
      if (judged.is === 'reached') return { event: 'reach', text: isUndo ? 'As it was' : 'Done' }
      return { ...(judged.is === 'never' ? { event: 'fail' as const } : {}), text: judged.text }
    } catch (error) {
      const text = messageOf(error)
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
    rollout: Rollout,
    what: string,
    severity: 'info' | 'warning',
    author: string,
  ): void {
    const { id, request } = rollout
    this.#engine.eventLog.append({
      kind,
      severity,
      text: `Rollout ${id} (${whatOf(request)}) ${what}`,
      author,
      ...correlated(rollout),
    })
  }
}

const badInput = (path: string, message: string): CoreError =>
  new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const whatOf = ({ verb, bundle }: RolloutRequest): string =>
  bundle ? `${verb} ${bundle.name}, revision ${bundle.revision}` : verb
