import { describe, expect, it } from 'vitest'
import type { BundleRelease, HostBundle } from '../../contract/index.ts'
import {
  type BundleFacts,
  decideBundle,
  type Head,
  judgeBundle,
  mostReleases,
  newHead,
  standingOf,
  wantedOn,
  withHost,
  withoutRollout,
  withRollout,
} from './bundle.ts'

const release = (revision: number, selector: Record<string, string> = { role: 'web' }): BundleRelease => ({
  revision,
  time: '2026-03-01T12:00:00.000Z',
  author: 'mira',
  message: '',
  selector,
})
const first = { revision: 1, time: release(1).time }
const rollout = { id: 'r1', hostId: 'L', host: 'lead' }
const head = (more: Partial<Head> = {}): Head => ({
  ...newHead('hxe', 'edge'),
  atMs: 1000,
  stable: 1,
  releases: [release(2), release(1)],
  ...more,
})
const facts = (more: Partial<BundleFacts> = {}): BundleFacts => ({
  name: 'edge',
  word: { is: 'head', head: head() },
  hostId: 'A',
  labels: { role: 'web', zone: 'eu' },
  have: undefined,
  drift: [],
  lastAtMs: 0,
  mayConfigure: true,
  isPending: false,
  ...more,
})

describe('what a host does about a bundle', () => {
  it('takes the revision that is wanted of it', () => {
    expect(decideBundle(facts())).toEqual({ do: 'apply', revision: 1, text: 'Bundle edge of the fleet, revision 1.' })
    const word = { is: 'head', head: head({ hosts: { A: 2 } }) } as const
    expect(decideBundle(facts({ word, have: first }))).toMatchObject({ do: 'apply', revision: 2 })
    expect(decideBundle(facts({ word, have: first, hostId: 'B' }))).toMatchObject({
      do: 'nothing',
      report: { state: 'applied', revision: 1, wanted: 1 },
    })
  })

  it('is not content with other files of the same number, as there are when a store was lost', () => {
    const have = { revision: 1, time: '2025-01-01T00:00:00.000Z' }
    expect(decideBundle(facts({ have }))).toMatchObject({ do: 'apply', revision: 1 })
  })

  it('has nothing to do with one that is for hosts with other labels', () => {
    expect(decideBundle(facts({ labels: { role: 'db' } }))).toEqual({ do: 'nothing', report: undefined })
  })

  it('takes away what is for it no longer, by its labels or by the word of the fleet', () => {
    expect(decideBundle(facts({ have: first, labels: {} }))).toMatchObject({ do: 'remove' })
    const word = { is: 'head', head: head({ stable: 0 }) } as const
    expect(decideBundle(facts({ have: first, word }))).toMatchObject({ do: 'remove' })
  })

  it.each([
    ['cannot be asked', { is: 'unknown', text: 'It is away.' }, 'applied'],
    ['holds what nobody trusted has said', { is: 'refused', text: 'Not signed.' }, 'failed'],
    ['tells what was said before', { is: 'head', head: head({ stable: 0, atMs: 10 }) }, 'failed'],
  ] as const)('takes nothing away when the store %s', (_title, word, state) => {
    const decision = decideBundle(facts({ word, have: first, lastAtMs: 500 }))
    expect(decision).toMatchObject({ do: 'nothing', report: { revision: 1, state } })
  })

  it('takes nothing where the host does not allow it, nor before a person has applied their own changes', () => {
    expect(decideBundle(facts({ mayConfigure: false }))).toMatchObject({
      report: { state: 'failed', text: expect.stringContaining('"configure"') },
    })
    expect(decideBundle(facts({ isPending: true }))).toMatchObject({ report: { state: 'pending' } })
  })

  it('leaves what was changed by hand and says so, until there is something new', () => {
    const drift = ['web.hcl', 'more.hcl']
    expect(decideBundle(facts({ have: first, drift }))).toMatchObject({
      report: { state: 'drifted', text: 'Changed on this host by hand: web.hcl, more.hcl.' },
    })
    const word = { is: 'head', head: head({ stable: 2 }) } as const
    expect(decideBundle(facts({ have: first, drift, word }))).toMatchObject({
      do: 'apply',
      text: expect.stringContaining('That is written over.'),
    })
  })
})

describe('the word about a bundle', () => {
  it('has one host at another revision while a rollout is under way, and none when it is over', () => {
    const begun = withRollout(head({ releases: [release(1)] }), release(2), rollout, 2000)
    const canary = withHost(begun, 'A', 2, 2000)
    expect([wantedOn(canary, 'A', { role: 'web' }), wantedOn(canary, 'B', { role: 'web' })]).toEqual([2, 1])
    expect(withoutRollout(canary, 2, 2000)).toMatchObject({ stable: 2, hosts: {}, rollout: null })
    const back = withoutRollout(withHost(canary, 'A', 1, 2000), undefined, 2000)
    expect(back).toMatchObject({ stable: 1, hosts: {}, rollout: null })
    expect(withoutRollout(canary, undefined, 2000).hosts).toEqual({ A: 2 })
  })

  it('grows in time with every change, whatever the clock says', () => {
    const times = [withHost(head(), 'A', 2, 0), withoutRollout(head(), 2, 5000)].map(({ atMs }) => atMs)
    expect(times).toEqual([1001, 5000])
  })

  it('keeps the newest revisions, and those that hosts are at', () => {
    let now = head({ hosts: { A: 1 }, stable: 2 })
    for (let revision = 3; revision < 30; revision++) now = withRollout(now, release(revision), rollout, 0)
    const kept = now.releases.map(({ revision }) => revision)
    expect(kept).toHaveLength(mostReleases)
    expect(kept.slice(0, 2)).toEqual([29, 28])
    expect(kept.slice(-2)).toEqual([2, 1])
  })
})

describe('how a host stands with a bundle', () => {
  const said = (more: Partial<HostBundle> = {}): HostBundle => ({
    name: 'edge',
    revision: 1,
    wanted: 1,
    state: 'applied',
    text: 'Runs.',
    ...more,
  })

  it('is pending until it has heard of it, and where it is away', () => {
    expect(standingOf('edge', 2, said(), false)).toMatchObject({ state: 'pending', revision: 1, wanted: 2 })
    expect(standingOf('edge', 2, said(), true)).toMatchObject({
      state: 'pending',
      text: expect.stringContaining('when it is back'),
    })
    expect(standingOf('edge', 2, undefined, false)).toMatchObject({ state: 'pending', revision: null })
    expect(standingOf('edge', 0, undefined, false)).toBeUndefined()
  })

  it('is what it says of itself, else', () => {
    expect(standingOf('edge', 1, said(), true)).toMatchObject({ state: 'applied' })
    expect(standingOf('edge', 2, said({ wanted: 2, state: 'failed', text: 'x.hcl:1:1: no' }), false)).toMatchObject({
      state: 'failed',
      text: 'x.hcl:1:1: no',
    })
  })

  it('is judged by a rollout', () => {
    expect(judgeBundle(1, said())).toEqual({ is: 'reached' })
    expect(judgeBundle(0, undefined)).toEqual({ is: 'reached' })
    expect(judgeBundle(2, said())).toMatchObject({ is: 'not-yet' })
    expect(judgeBundle(2, undefined)).toMatchObject({ is: 'not-yet' })
    expect(judgeBundle(2, said({ wanted: 2, state: 'pending' }))).toMatchObject({ is: 'not-yet' })
    expect(judgeBundle(2, said({ wanted: 2, state: 'failed', text: 'no' }))).toEqual({ is: 'never', text: 'no' })
    expect(judgeBundle(2, said({ wanted: null, state: 'failed', text: 'unsigned' }))).toMatchObject({ is: 'never' })
  })
})
