import { type AlertOn, elapsedInWords } from '../../contract/index.ts'
import type { Episode, Step } from './episode.ts'
import type { Rule } from './rule.ts'

/** What is kept of an alert that is pending, so that its `for` does not begin anew with the agent. */
export interface KeptPending {
  /** The alert's, which it stays. */
  id: string
  startsAt: string
  rule: string
  subjectKey: string
  /** What the rule said: it goes on only with one that says the same. */
  on: AlertOn
  when: string
  forMs: number
  /** How long the condition was seen to hold. */
  heldMs: number
  /** Wall clock of the look that saw it hold last. */
  seenAtMs: number
}

/** An agent that was away for longer knows too little of what was: `for` begins anew. */
export const mostAwayMs = 3_600_000
/**
 * So long it must be seen to hold again before it fires: what an agent disturbs by coming and going has settled by then.
 * A rule with a shorter `for` gains nothing by being remembered.
 */
export const settleMs = 10_000
/** Of more, those that have held longest are kept: they are nearest to firing. */
export const mostKept = 500

/** What there is to keep of an alert's episode; nothing where its time does not run, or where it is soon over anyway. */
export function keptOf(
  { id, startsAt }: Pick<KeptPending, 'id' | 'startsAt'>,
  { name, on, when, forMs }: Pick<Rule, 'name' | 'on' | 'when' | 'forMs'>,
  { subjectKey, episode }: { subjectKey: string; episode: Episode },
  { nowMs, wallMs }: { nowMs: number; wallMs: number },
): KeptPending | undefined {
  const isRunning = episode.phase === 'pending' && episode.quietSinceMs === null
  // An agent that has just come has yet to hear who is there: a host that it does not hear may be well.
  if (!isRunning || forMs <= settleMs || on === 'fleet') return undefined
  const heldMs = nowMs - episode.sinceMs
  return { id, startsAt, rule: name, subjectKey, on, when, forMs, heldMs, seenAtMs: wallMs }
}

/** The longest-held of too many. */
export const mostHeld = (items: readonly KeptPending[]): readonly KeptPending[] =>
  items.length <= mostKept ? items : items.toSorted((a, b) => b.heldMs - a.heldMs).slice(0, mostKept)

/** Which of what an earlier agent left may go on: the rule says the same, and the agent was not away for too long. */
export function resumable(
  items: readonly KeptPending[],
  rules: readonly Pick<Rule, 'name' | 'enabled' | 'on' | 'when' | 'forMs'>[],
  wallMs: number,
): readonly KeptPending[] {
  return items.filter(({ rule, on, when, forMs, seenAtMs }) => {
    const awayMs = wallMs - seenAtMs
    // A clock that was set back does not tell how long it was.
    if (awayMs < 0 || awayMs > mostAwayMs) return false
    const same = rules.find(({ name }) => name === rule)
    return same?.enabled === true && same.on === on && same.when === when && same.forMs === forMs
  })
}

/** What has run only since then is another run, with a time of its own. */
export const isOtherRun = ({ seenAtMs }: KeptPending, startedAtMs: number | null): boolean =>
  startedAtMs !== null && startedAtMs > seenAtMs

/**
 * It is seen to hold again, and goes on. What it held before counts, as far as it does not fire before it has been seen
 * for a while; the time in between, in which nobody looked, does not, whatever the wall clock says of it.
 */
export function resume({ heldMs }: KeptPending, { forMs }: Pick<Rule, 'forMs'>, nowMs: number): Step {
  const countedMs = Math.max(0, Math.min(heldMs, forMs - settleMs))
  const episode: Episode = {
    phase: 'pending',
    sinceMs: nowMs - countedMs,
    firedAtMs: null,
    quietSinceMs: null,
    quiet: null,
  }
  return { episode, turn: 'pending' }
}

export function resumedText({ heldMs, seenAtMs }: KeptPending, wallMs: number): string {
  const away = elapsedInWords(wallMs - seenAtMs)
  return `goes on: it had held for ${elapsedInWords(heldMs)}; nobody looked for ${away}, which does not count`
}

/** What an earlier agent left pending, until it is seen whether it still holds. */
export class LeftPending {
  readonly #items = new Map<string, KeptPending>()
  #untilMs = 0

  /** Times are of the evaluator's clock. */
  set(items: readonly KeptPending[], untilMs: number): void {
    this.#items.clear()
    for (const item of items) this.#items.set(keyOf(item.rule, item.subjectKey), item)
    this.#untilMs = untilMs
  }

  /** What nobody has seen anything of yet. */
  all(nowMs: number): readonly KeptPending[] {
    if (nowMs > this.#untilMs) this.#items.clear()
    return [...this.#items.values()]
  }

  /** It is decided now, for once. */
  take(rule: string, subjectKey: string, nowMs: number): KeptPending | undefined {
    // The evaluator asks here for whatever begins, and almost always there is nothing.
    if (this.#items.size === 0) return undefined
    const key = keyOf(rule, subjectKey)
    const found = this.#items.get(key)
    this.#items.delete(key)
    return nowMs > this.#untilMs ? undefined : found
  }

  forget(isGone: (item: KeptPending) => boolean): void {
    for (const [key, item] of this.#items) if (isGone(item)) this.#items.delete(key)
  }
}

const keyOf = (rule: string, subjectKey: string): string => `${rule}\0${subjectKey}`
