import { expect, it } from 'vitest'
import type { Bundle, BundleOnHost } from '../../../contract/index.ts'
import { labelWords, standingWords } from './bundles.ts'

const bundle = (states: readonly BundleOnHost['state'][], more: Partial<Bundle> = {}): Bundle => ({
  name: 'edge',
  revision: 2,
  releases: [],
  rollout: null,
  hosts: states.map((state, at) => ({
    host: `h${at}`,
    hostId: `${at}`,
    isAway: false,
    revision: 2,
    wanted: 2,
    text: '',
    state,
  })),
  ...more,
})

it.each([
  [bundle(['applied', 'failed', 'drifted']), 'Failed on 1'],
  [bundle(['applied', 'drifted', 'pending']), 'Drifted on 1'],
  [bundle(['applied', 'pending', 'pending']), 'Pending on 2'],
  [bundle(['applied']), 'Applied'],
  [bundle(['applied'], { rollout: 'r1' }), 'Rolling out'],
  [bundle([], { revision: 0 }), 'Not in the store'],
])('the worst of its hosts stands for a bundle: %#', (of, word) => {
  expect(standingWords(of).word).toBe(word)
})

it('labels are said as they are written, and none is every host', () => {
  expect([labelWords({ env: 'prod', role: 'web' }), labelWords({})]).toEqual(['env=prod, role=web', 'every host'])
})
