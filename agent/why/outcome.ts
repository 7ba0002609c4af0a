import { durationInWords } from '../../contract/format.ts'
import type { Context, Link } from './cause.ts'
import { describeExit } from './codes.ts'
import type { ServiceFacts } from './facts.ts'
import { at, clean, times } from './words.ts'

/** Whether the last run ended as a run should. */
export function failed(exit: NonNullable<ServiceFacts['exit']>): boolean {
  return exit.succeeded === undefined ? !exit.statusKnown || exit.code !== 0 : !exit.succeeded
}

/** `exited with code 1 after 0.3 s, 5 times in 60 s`. */
function runsThatEnded(facts: ServiceFacts): string {
  const ended = facts.exit ? describeExit(facts.exit, facts.program) : 'ended'
  return ended + repetition(facts)
}

function repetition({ failures, exit }: ServiceFacts): string {
  if (!(failures.count > 1) || !Number.isFinite(failures.count)) return ''
  const spanMs = exit && failures.firstAtMs !== undefined ? exit.atMs - failures.firstAtMs : Number.NaN
  return `, ${times(failures.count)} in ${durationInWords(spanMs > 0 ? spanMs : failures.windowMs)}`
}

/**
 * What comes of it: `, gave up`, or `, starts again after a pause of 4 s`. The pause is told as a whole, not
 * as what is left of it, so that the sentence stays true while it stands; clients count down from the chain's `at`.
 */
export function consequence(facts: ServiceFacts): string {
  if (facts.gaveUp && facts.state === 'failed') return facts.failures.count > 1 ? ', gave up' : ''
  const pauseMs = (facts.nextStartAtMs ?? Number.NaN) - facts.sinceMs
  if (facts.state !== 'backoff') return ''
  return pauseMs >= 1 ? `, starts again after a pause of ${durationInWords(pauseMs)}` : ', starts again'
}

/** The end of a run that is the reason for the present state. */
export function endedBadly({ facts }: Context): ServiceFacts['exit'] {
  const { exit, state } = facts
  if (!exit || facts.startError) return undefined
  // One that keeps ending with success gives up all the same.
  if (state === 'failed' || state === 'backoff') return exit
  return facts.type === 'cron' && state === 'waiting' && failed(exit) ? exit : undefined
}

/** `exited with code 1 after 0.3 s, 5 times in 60 s, gave up`. */
export function howItEnded(facts: ServiceFacts): string {
  const ofSchedule = facts.type === 'cron' && facts.state === 'waiting'
  return `${ofSchedule ? 'its last run ' : ''}${runsThatEnded(facts)}${consequence(facts)}`
}

/** The links that end every chain about a service that runs no more: how it ended, and what comes of it. */
export function outcomeLinks(facts: ServiceFacts): Link[] {
  const links: Link[] = []
  const subject = clean(facts.name, 80)
  if (facts.exit) links.push({ subject, fact: runsThatEnded(facts), ...at(facts.exit.atMs) })
  const last = lastLink(facts)
  if (last) links.push({ subject, ...last })
  return links
}

function lastLink(facts: ServiceFacts): Omit<Link, 'subject'> | undefined {
  const { count, maxRetries } = facts.failures
  if (facts.state === 'backoff') {
    const attempt = count > 0 && Number.isFinite(count) ? `: attempt ${count} of ${limit(maxRetries)}` : ''
    return { fact: `next start${attempt}`, ...at(facts.nextStartAtMs) }
  }
  if (facts.state === 'waiting' && facts.nextStartAtMs !== undefined) {
    return { fact: 'next run by its schedule', ...at(facts.nextStartAtMs) }
  }
  if (facts.state !== 'failed') return undefined
  if (facts.gaveUp && count > 1) {
    return {
      fact: `gave up: ${allowed(maxRetries)} in ${durationInWords(facts.failures.windowMs)} ${maxRetries === 1 ? 'is' : 'are'} allowed`,
      ...at(facts.sinceMs),
    }
  }
  return { fact: 'is not started again by itself', ...at(facts.sinceMs) }
}

const allowed = (retries: number): string => `${limit(retries)} ${retries === 1 ? 'restart' : 'restarts'}`
const limit = (retries: number): string => (Number.isFinite(retries) ? String(retries) : 'any number of')

/** A start that came to no process: what is done about it. */
export function startLinks(facts: ServiceFacts): Link[] {
  const last = lastLink(facts)
  return last ? [{ subject: clean(facts.name, 80), ...last }] : []
}
