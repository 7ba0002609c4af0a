import type { Bundle, BundleOnHost, Selector } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

export const bundleShapes: Readonly<Record<BundleOnHost['state'], ShapeName>> = {
  applied: 'running',
  pending: 'waiting',
  failed: 'failed',
  drifted: 'warning',
}

export const labelWords = (selector: Selector): string =>
  Object.entries(selector)
    .map(([label, value]) => `${label}=${value}`)
    .join(', ') || 'every host'

/** What there is to say of a bundle as a whole: the worst of its hosts, or that all is as it should be. */
export function standingWords({ hosts, rollout, revision, releases }: Bundle): { shape: ShapeName; word: string } {
  const count = (state: BundleOnHost['state']): number => hosts.filter((host) => host.state === state).length
  if (rollout !== null) return { shape: 'starting', word: 'Rolling out' }
  if (count('failed') > 0) return { shape: 'failed', word: `Failed on ${count('failed')}` }
  if (count('drifted') > 0) return { shape: 'warning', word: `Drifted on ${count('drifted')}` }
  if (count('pending') > 0) return { shape: 'waiting', word: `Pending on ${count('pending')}` }
  if (revision === 0) return { shape: 'stopped', word: releases.length > 0 ? 'Taken away' : 'Not in the store' }
  return { shape: 'running', word: 'Applied' }
}
