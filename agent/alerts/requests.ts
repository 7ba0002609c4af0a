import { messageOf } from '../../contract/failure.ts'
import type { Alert, NewSilence, Silence } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { parseDuration } from '../time.ts'
import { addStep, type Entry } from './book.ts'
import type { AlertEngine } from './engine.ts'
import { isSilenced, type StoredSilence, silenceState } from './hush.ts'
import type { Keeper } from './keep.ts'
import { compileMatcher, matcherText } from './rules/index.ts'

export interface RequestDeps {
  engine: AlertEngine
  keeper: Keeper
  nowMs: () => number
  newId: () => string
  note: (
    kind: 'alert.acknowledged' | 'silence.created' | 'silence.ended',
    text: string,
    caller: Pick<Caller, 'author' | 'trace'>,
    alert?: Alert,
  ) => void
}

/** A year: who wants longer changes the rule. */
const longestSilenceMs = 366 * 86_400_000
/** Silences that have not ended. */
const mostOpen = 500

const badInput = (path: string, message: string): never => {
  throw new CoreError('BAD_INPUT', `${path}: ${message}`, { errors: [{ path, message }] })
}

/** @throws NOT_FOUND, and CONFLICT for one that is over */
function activeEntry({ engine, keeper }: RequestDeps, id: string): Entry {
  const entry = engine.entryOf(id)
  if (entry) return entry
  if (keeper.history.has(id)) throw new CoreError('CONFLICT', 'This alert is resolved already.', { reason: 'resolved' })
  throw new CoreError('NOT_FOUND', `There is no alert "${id}".`, {})
}

export async function acknowledge(deps: RequestDeps, id: string, note: string, caller: Caller): Promise<Alert> {
  const entry = activeEntry(deps, id)
  const at = new Date(deps.nowMs()).toISOString()
  const { author } = caller
  entry.alert = { ...entry.alert, acknowledged: true, acknowledgedBy: { author, at, note }, changedAt: at }
  const words = note === '' ? '' : `: ${note}`
  addStep(entry, 'acknowledgement', `acknowledged by ${author}${words}`, at)
  deps.note('alert.acknowledged', `${entry.alert.name} acknowledged${words}`, caller, entry.alert)
  if (entry.alert.state === 'firing') await deps.keeper.put(entry)
  deps.engine.settle()
  deps.engine.touch()
  return entry.alert
}

export async function unacknowledge(deps: RequestDeps, id: string, caller: Caller): Promise<Alert> {
  const entry = activeEntry(deps, id)
  const at = new Date(deps.nowMs()).toISOString()
  const { acknowledgedBy: _, ...rest } = entry.alert
  entry.alert = { ...rest, acknowledged: false, changedAt: at }
  addStep(entry, 'acknowledgement', `acknowledgement taken back by ${caller.author}`, at)
  if (entry.alert.state === 'firing') await deps.keeper.put(entry)
  deps.engine.settle()
  deps.engine.touch()
  return entry.alert
}

export function silenceView({ engine }: RequestDeps, silence: StoredSilence, wallMs: number): Silence {
  const { createdAtMs, startsAtMs, endsAtMs, ...rest } = silence
  const iso = (ms: number): string => new Date(ms).toISOString()
  const held = [...engine.entries.values()].filter(
    ({ alert }) => alert.state === 'firing' && isSilenced(silence, alert.labels, wallMs),
  )
  return {
    ...rest,
    createdAt: iso(createdAtMs),
    startsAt: iso(startsAtMs),
    endsAt: iso(endsAtMs),
    state: silenceState(silence, wallMs),
    alerts: held.length,
  }
}

export async function createSilence(deps: RequestDeps, input: NewSilence, caller: Caller): Promise<Silence> {
  const wallMs = deps.nowMs()
  for (const matcher of input.matchers) {
    try {
      compileMatcher(matcher)
    } catch (error) {
      badInput('matchers', messageOf(error))
    }
  }
  const startsAtMs = input.startsAt === undefined ? wallMs : timeOf('startsAt', input.startsAt)
  const lengthMs = input.duration === undefined ? undefined : parseDuration(input.duration)
  if (input.duration !== undefined && lengthMs === undefined) badInput('duration', 'is no length of time, such as 2h')
  const endsAtMs = input.endsAt === undefined ? startsAtMs + (lengthMs ?? 0) : timeOf('endsAt', input.endsAt)
  if (input.endsAt === undefined && lengthMs === undefined)
    badInput('endsAt', 'a silence has an end: give endsAt or duration')
  if (endsAtMs <= Math.max(startsAtMs, wallMs)) badInput('endsAt', 'the end is not after the beginning')
  if (endsAtMs - startsAtMs > longestSilenceMs) badInput('endsAt', 'a silence lasts a year at most')
  const open = [...deps.keeper.silences.values()].filter((each) => silenceState(each, wallMs) !== 'ended')
  if (open.length >= mostOpen)
    throw new CoreError('CONFLICT', `There are ${mostOpen} silences already: end some of them first.`, {})
  const { matchers, reason } = input
  const id = deps.newId()
  const silence: StoredSilence = {
    id,
    matchers,
    reason,
    author: caller.author,
    createdAtMs: wallMs,
    startsAtMs,
    endsAtMs,
  }
  await deps.keeper.putSilence(silence, wallMs)
  deps.note('silence.created', `Silenced ${matchers.map(matcherText).join(' ')}: ${reason}`, caller)
  deps.engine.settle()
  return silenceView(deps, silence, wallMs)
}

function timeOf(path: string, text: string): number {
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(atMs) ? atMs : badInput(path, `"${text}" is no time, such as 2026-01-31T15:00:00Z`)
}

export async function endSilence(deps: RequestDeps, id: string, caller: Caller): Promise<Silence> {
  const wallMs = deps.nowMs()
  const silence = deps.keeper.silences.get(id)
  if (!silence) throw new CoreError('NOT_FOUND', `There is no silence "${id}".`, {})
  const ended =
    silenceState(silence, wallMs) === 'ended'
      ? silence
      : { ...silence, endsAtMs: wallMs, startsAtMs: Math.min(silence.startsAtMs, wallMs) }
  if (ended !== silence) {
    await deps.keeper.putSilence(ended, wallMs)
    deps.note('silence.ended', `No longer silenced: ${silence.matchers.map(matcherText).join(' ')}`, caller)
    deps.engine.settle()
  }
  return silenceView(deps, ended, wallMs)
}
