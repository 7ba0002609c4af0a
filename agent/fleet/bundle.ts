import { z } from 'zod'
import type { BundleRelease, HostBundle, Selector } from '../../contract/index.ts'
import type { Judged } from './gate.ts'

/** Revisions of a bundle that are kept, so that there is a way back. */
export const mostReleases = 10

const revision = z.number().int().min(0)
const releaseHeadSchema = z.object({
  revision,
  time: z.string().max(40),
  author: z.string().max(200),
  message: z.string().max(500),
  selector: z.record(z.string(), z.string()),
})

/** What is to run where: the one thing that agents follow. Signed, so whoever keeps the store can say nothing by it. */
export const headSchema = z.object({
  v: z.literal(1),
  kind: z.literal('head'),
  /** The fleet's subject prefix: what was signed for one fleet says nothing in another. */
  fleet: z.string().max(200),
  name: z.string().max(63),
  /** Grows with every change, also over the loss of the store: an older one that is played again is known by it. */
  atMs: z.number().int(),
  /** For every host that has no word of its own. */
  stable: revision,
  hosts: z.record(z.string().max(64), revision),
  rollout: z.object({ id: z.string().max(64), hostId: z.string().max(64), host: z.string().max(200) }).nullable(),
  /** The newest first. */
  releases: z.array(releaseHeadSchema).max(mostReleases),
})
export type Head = z.infer<typeof headSchema>

/** The files of a revision, which are never changed. */
export const releaseSchema = releaseHeadSchema.extend({
  v: z.literal(1),
  kind: z.literal('release'),
  fleet: z.string().max(200),
  name: z.string().max(63),
  files: z.record(z.string(), z.string()),
})
export type Release = z.infer<typeof releaseSchema>

export const newHead = (fleet: string, name: string): Head => ({
  v: 1,
  kind: 'head',
  fleet,
  name,
  atMs: 0,
  stable: 0,
  hosts: {},
  rollout: null,
  releases: [],
})

export const matches = (selector: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([label, value]) => labels[label] === value)

/** The revision that a host shall run if the bundle is for it at all; 0 for none. */
export const revisionFor = (head: Pick<Head, 'hosts' | 'stable'>, hostId: string): number =>
  head.hosts[hostId] ?? head.stable

/** As `revisionFor`, where it is known from the selector that the bundle is for it. */
export function wantedOn(head: Head, hostId: string, labels: Readonly<Record<string, string>>): number {
  const wanted = revisionFor(head, hostId)
  const release = head.releases.find((one) => one.revision === wanted)
  return release && matches(release.selector, labels) ? wanted : 0
}

/** Later than what was there, whatever the clocks of those who write say. */
const nextTimeMs = (head: Pick<Head, 'atMs'>, nowMs: number): number => Math.max(head.atMs + 1, nowMs)

export const withHost = (head: Head, hostId: string, to: number, nowMs: number): Head => ({
  ...head,
  atMs: nextTimeMs(head, nowMs),
  hosts: { ...head.hosts, [hostId]: to },
})

/** A rollout begins; `release` is new, or one that there was. */
export function withRollout(
  head: Head,
  release: BundleRelease | undefined,
  rollout: NonNullable<Head['rollout']>,
  nowMs: number,
): Head {
  const others = head.releases.filter((one) => one.revision !== release?.revision)
  const releases = release ? [release, ...others].toSorted((a, b) => b.revision - a.revision) : others
  return { ...head, atMs: nextTimeMs(head, nowMs), rollout, releases: keptReleases(head, releases, release?.revision) }
}

/** What a host may still be at, or be sent back to, is kept whatever else is. */
function keptReleases(head: Head, releases: readonly BundleRelease[], target = 0): Head['releases'] {
  const used = new Set([head.stable, target, ...Object.values(head.hosts)])
  const spare = releases.filter((one) => !used.has(one.revision))
  const room = Math.max(0, mostReleases - (releases.length - spare.length))
  const kept = new Set(spare.slice(0, room))
  return releases.filter((one) => used.has(one.revision) || kept.has(one)).slice(0, mostReleases)
}

/** A rollout is over: with `stable` every host runs that, else hosts that are back have no word of their own any more. */
export function withoutRollout(head: Head, stable: number | undefined, nowMs: number): Head {
  const hosts = stable === undefined ? Object.entries(head.hosts).filter(([, own]) => own !== head.stable) : []
  return {
    ...head,
    atMs: nextTimeMs(head, nowMs),
    stable: stable ?? head.stable,
    hosts: Object.fromEntries(hosts),
    rollout: null,
  }
}

/** What is known of the word of the fleet about a bundle. */
export type Word =
  | { is: 'head'; head: Head }
  /** The store cannot be asked, or has nothing of it: that says nothing about what is wanted. */
  | { is: 'unknown'; text: string }
  /** Nobody who is trusted has said it. */
  | { is: 'refused'; text: string }

export interface BundleFacts {
  name: string
  word: Word
  hostId: string
  labels: Readonly<Record<string, string>>
  /** What is here. Where a store was lost a number may come again: only with its time it says which files are meant. */
  have: { revision: number; time: string } | undefined
  /** Names of files that were changed here by hand. */
  drift: readonly string[]
  /** The time of the newest word that was followed. */
  lastAtMs: number
  mayConfigure: boolean
  /** Changes of the host's own files that wait for a person. */
  isPending: boolean
}

/** What a host does about a bundle: nothing, or one thing; either way it says how it stands with it. */
export type BundleDecision =
  | { do: 'nothing'; report: HostBundle | undefined }
  | { do: 'apply' | 'remove'; revision: number; text: string }

export function decideBundle(facts: BundleFacts): BundleDecision {
  const { name, word, have, drift, lastAtMs } = facts
  const say = (state: HostBundle['state'], text: string, wanted: number | null): BundleDecision => ({
    do: 'nothing',
    report: { name, revision: have?.revision ?? null, wanted, state, text },
  })
  const asItIs = (text: string, wanted: number | null): BundleDecision =>
    drift.length > 0 ? say('drifted', sayDrift(drift), wanted) : say('applied', text, wanted)
  if (word.is === 'refused') return say('failed', word.text, null)
  // A store that is away or was lost is no reason to take anything away.
  if (word.is === 'unknown') return have === undefined ? { do: 'nothing', report: undefined } : asItIs(word.text, null)
  const { head } = word
  if (head.atMs < lastAtMs)
    return say('failed', 'The store has an older word about it than was heard before; it is not followed.', null)
  const wanted = wantedOn(head, facts.hostId, facts.labels)
  if (wanted === 0 && !have) return { do: 'nothing', report: undefined }
  const release = head.releases.find(({ revision }) => revision === wanted)
  if (have && wanted === have.revision && release?.time === have.time) {
    return asItIs(`Revision ${wanted} runs.`, wanted)
  }
  if (!facts.mayConfigure)
    return say(
      'failed',
      'This host takes no configuration from the fleet: allow_remote in its nats block lacks "configure".',
      wanted,
    )
  if (facts.isPending)
    return say('pending', 'Changes of the files of this host wait to be applied; it comes after them.', wanted)
  const written = drift.length > 0 ? ` ${sayDrift(drift)} That is written over.` : ''
  return wanted === 0
    ? { do: 'remove', revision: 0, text: `Bundle ${name} of the fleet taken away.${written}` }
    : { do: 'apply', revision: wanted, text: `Bundle ${name} of the fleet, revision ${wanted}.${written}` }
}

const sayDrift = (files: readonly string[]): string =>
  `Changed on this host by hand: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}.`

/** How a host stands with a bundle, as seen from elsewhere: by what it has said last and by what is wanted of it. */
export function standingOf(
  name: string,
  wanted: number,
  said: HostBundle | undefined,
  isAway: boolean,
): Omit<HostBundle, 'name'> | undefined {
  if (wanted === 0 && !said) return undefined
  const runs = said?.revision ?? null
  if (isAway && runs !== (wanted === 0 ? null : wanted))
    return { revision: runs, wanted, state: 'pending', text: 'It is away; it follows when it is back.' }
  if (!said) return { revision: null, wanted, state: 'pending', text: `It has not taken ${name} yet.` }
  if (said.state === 'applied' && said.wanted !== null && said.wanted !== wanted)
    return { revision: runs, wanted, state: 'pending', text: 'It has not heard of it yet.' }
  return { revision: runs, wanted, state: said.state, text: said.text }
}

/** Whether a host has become what it was told, by what it says of itself; `wanted` is 0 where it is to run none. */
export function judgeBundle(wanted: number, said: HostBundle | undefined): Judged {
  if (!said) return wanted === 0 ? { is: 'reached' } : { is: 'not-yet', text: 'It has not heard of it yet' }
  if (said.wanted !== wanted)
    return { is: said.wanted === null && said.state === 'failed' ? 'never' : 'not-yet', text: said.text }
  if (said.state === 'pending') return { is: 'not-yet', text: said.text }
  if (said.state === 'applied' && (said.revision ?? 0) === wanted) return { is: 'reached' }
  return { is: 'never', text: said.text }
}
