import type { Core } from '../../core.ts'
import type { Chain } from '../chain.ts'

export const bundleHandlers = ({ fleet: { bundles } }: Chain, core: Core) => ({
  list: bundles.list.handler(async () => ({ items: await core.fleet.bundles.list() })),
  get: bundles.get.handler(({ input }) => core.fleet.bundles.get(input.name)),
  release: bundles.release.handler(({ input }) => core.fleet.bundles.release(input.name, input.revision)),
  plan: bundles.plan.handler(({ input, context }) => core.fleet.bundles.plan(input, context.caller)),
  apply: bundles.apply.handler(({ input, context }) => core.fleet.bundles.apply(input, context.caller)),
  applied: bundles.applied.handler(() => ({ items: core.fleet.bundles.applied() })),
  preview: bundles.preview.handler(({ input }) => core.fleet.bundles.preview(input.name, input.files)),
})
