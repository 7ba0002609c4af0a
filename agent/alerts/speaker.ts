import type { Alert, FleetHost } from '../../contract/index.ts'
import type { Entry } from './book.ts'
import { lostHostRule } from './rules/index.ts'

/** Who tells of lost hosts, as one agent sees it. Times are of the evaluator's clock. */
export interface Voice {
  /** `unsettled`: it may turn out to be this one; what there is to tell waits. */
  who: 'self' | 'other' | 'unsettled'
  /** Since when this is the first of the hosts that it hears. */
  firstSinceMs: number | null
  why: string
}

export type SpeakerFacts = Pick<FleetHost, 'id' | 'name' | 'state' | 'connectionLost' | 'self'>

/** Longer than three heartbeats and the start of an agent: who comes right back goes on, and nobody takes over. */
export const takeOverMs = 15_000
/** What fired so shortly before the first host fell silent may not have been told by it: it takes a moment to tell. */
export const doubtMs = 60_000

export const noVoice: Voice = { who: 'unsettled', firstSinceMs: null, why: 'nobody has been heard yet' }

/** Of the hosts that an agent hears, itself included, the one with the lowest id tells of lost hosts: one, not all. */
export function voiceOf(before: Voice, hosts: readonly SpeakerFacts[], nowMs: number): Voice {
  const self = hosts.find((host) => host.self)
  if (!self) return before
  const lower = hosts.filter(({ id }) => id < self.id)
  const heard = lower.filter(({ state, connectionLost }) => state === 'connected' && !connectionLost)
  const [first, ...rest] = heard
  if (first) {
    const { name } = rest.reduce((lowest, host) => (host.id < lowest.id ? host : lowest), first)
    return { who: 'other', firstSinceMs: null, why: `told by ${name}, the first of the hosts that are heard` }
  }
  // Who hears nobody does not know who else speaks: it goes on as before.
  if (lower.some(({ connectionLost }) => connectionLost)) return before
  const firstSinceMs = before.firstSinceMs ?? nowMs
  if (nowMs - firstSinceMs < takeOverMs)
    return { who: 'unsettled', firstSinceMs, why: `waits until no host before ${self.name} is heard of` }
  return { who: 'self', firstSinceMs, why: `${self.name} is the first of the hosts that are heard` }
}

/** Whether this agent tells a notification of an alert; each host's own desktop is for who sits there. */
export function saysOf(alert: Alert, isDesktop: boolean, { who }: Voice): 'now' | 'later' | 'never' {
  if (!isOfLostHost(alert) || isDesktop || who === 'self') return 'now'
  return who === 'other' ? 'never' : 'later'
}

/** Whether the host that spoke before has told of it, as far as that can be known. */
export function isToldBefore({ alert, episode, steps }: Entry, { firstSinceMs }: Voice): boolean {
  if (!isOfLostHost(alert) || episode.firedAtMs === null || firstSinceMs === null) return false
  const wasOthers = steps.some(({ step, notification }) => step === othersStep && notification === undefined)
  return wasOthers && episode.firedAtMs < firstSinceMs - doubtMs
}

/** With no notification: that another host tells of it. */
export const othersStep = 'route'
const isOfLostHost = ({ name, on }: Alert): boolean => name === lostHostRule && on === 'fleet'
