import type { Verdict } from './evaluate.ts'

/** `gone`: there is nothing to ask any more, since the service was stopped or the rule was taken away. */
export type Sign = Verdict | 'gone'
export type Phase = 'inactive' | 'pending' | 'firing'

/** Where one rule stands with one subject. Times are of the evaluator's clock. */
export interface Episode {
  phase: Phase
  /** When the condition began to hold. */
  sinceMs: number
  firedAtMs: number | null
  /** When it began not to hold any more, or not to be known; it is still the same episode for a while. */
  quietSinceMs: number | null
  quiet: 'false' | 'unknown' | null
}

export interface Timing {
  forMs: number
  /** How long the condition must not hold before it is over: what flaps within that is one episode. */
  keepMs: number
}

export type Turn = 'none' | 'pending' | 'firing' | 'resolved' | 'dropped'
export interface Step {
  episode: Episode
  turn: Turn
  /** Why it came to an end. */
  because?: string
}

/** After so long without an answer an episode ends: what is not measured is not known to be wrong. */
export const unknownMs = 300_000

export const inactive: Episode = { phase: 'inactive', sinceMs: 0, firedAtMs: null, quietSinceMs: null, quiet: null }

type Rule = (episode: Episode, timing: Timing, nowMs: number) => Step

const stay: Rule = (episode) => ({ episode, turn: 'none' })
const drop: Rule = () => ({ episode: inactive, turn: 'dropped' })

const begin: Rule = (_episode, { forMs }, nowMs) => {
  const episode: Episode = { phase: 'pending', sinceMs: nowMs, firedAtMs: null, quietSinceMs: null, quiet: null }
  return forMs > 0 ? { episode, turn: 'pending' } : fire(episode, nowMs)
}

const fire = (episode: Episode, nowMs: number): Step => ({
  episode: { ...episode, phase: 'firing', firedAtMs: nowMs, quietSinceMs: null, quiet: null },
  turn: 'firing',
})

const holdOn: Rule = (episode, { forMs }, nowMs) => {
  // What was not known does not count towards `for`: the time begins anew.
  if (episode.quietSinceMs !== null)
    return { episode: { ...episode, sinceMs: nowMs, quietSinceMs: null, quiet: null }, turn: 'none' }
  return nowMs - episode.sinceMs >= forMs ? fire(episode, nowMs) : stay(episode, { forMs, keepMs: 0 }, nowMs)
}

const goOn: Rule = (episode) => ({
  episode: episode.quiet === null ? episode : { ...episode, quietSinceMs: null, quiet: null },
  turn: 'none',
})

/** Counts how long it has been so; over after that. */
const quieten =
  (quiet: 'false' | 'unknown', limitOf: (timing: Timing) => number, because: string): Rule =>
  (episode, timing, nowMs) => {
    const sinceMs = episode.quiet === quiet && episode.quietSinceMs !== null ? episode.quietSinceMs : nowMs
    if (nowMs - sinceMs < limitOf(timing))
      return { episode: { ...episode, quietSinceMs: sinceMs, quiet }, turn: 'none' }
    return { episode: inactive, turn: episode.phase === 'firing' ? 'resolved' : 'dropped', because }
  }

const isOver = quieten('false', ({ keepMs }) => keepMs, 'the condition no longer holds')
const isUnknown = quieten('unknown', () => unknownMs, `nothing was measured for ${unknownMs / 60_000} min`)
const end: Rule = () => ({ episode: inactive, turn: 'resolved', because: 'there is nothing to watch any more' })

/** What follows, by where it stands and what the condition says. */
const table: Readonly<Record<Phase, Readonly<Record<Sign, Rule>>>> = {
  inactive: { true: begin, false: stay, unknown: stay, gone: stay },
  pending: { true: holdOn, false: drop, unknown: isUnknown, gone: drop },
  firing: { true: goOn, false: isOver, unknown: isUnknown, gone: end },
}

export const stepEpisode = (episode: Episode, sign: Sign, timing: Timing, nowMs: number): Step =>
  table[episode.phase][sign](episode, timing, nowMs)
