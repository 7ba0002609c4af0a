import type { BundlePreview, HostBundle } from '../../contract/index.ts'
import type { FleetSide } from '../fleet/index.ts'
import type { HostBundles } from './bundles.ts'

/** What is asked of a host about its bundles, whether it is this one or another. */
export interface BundleDoor {
  preview(host: string, name: string, files: Record<string, string> | null, author: string): Promise<BundlePreview>
  applied(host: string, author: string): Promise<HostBundle[]>
}

export function openBundleDoor(own: HostBundles, fleet: Pick<FleetSide, 'call' | 'isSelf'>): BundleDoor {
  return {
    async preview(host, name, files, author) {
      if (fleet.isSelf(host)) return own.preview(name, files)
      return (await fleet.call(host, ['fleet', 'bundles', 'preview'], { name, files }, {}, { author })) as BundlePreview
    },
    async applied(host, author) {
      if (fleet.isSelf(host)) return own.reports()
      const answer = await fleet.call(host, ['fleet', 'bundles', 'applied'], undefined, {}, { author })
      return (answer as { items: HostBundle[] }).items
    },
  }
}
