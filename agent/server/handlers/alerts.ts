import type { Core } from '../../core.ts'
import { present } from '../../present.ts'
import type { Chain } from '../chain.ts'
import { maxPage, pageOf } from '../paging.ts'

export const alertHandlers = (os: Chain, core: Core) => {
  const { alerts } = core
  return {
    alerts: {
      list: os.alerts.list.handler(({ input }) => alerts.list({ ...input, limit: Math.min(input.limit, maxPage) })),
      get: os.alerts.get.handler(({ input }) => alerts.get(input.id)),
      ack: os.alerts.ack.handler(({ input, context }) => alerts.acknowledge(input.id, input.note, context.caller)),
      unack: os.alerts.unack.handler(({ input, context }) => alerts.unacknowledge(input.id, context.caller)),
    },
    silences: {
      list: os.silences.list.handler(async ({ input }) => ({ items: await alerts.silences({ ended: input.ended }) })),
      create: os.silences.create.handler(({ input, context }) => alerts.silence(input, context.caller)),
      end: os.silences.end.handler(({ input, context }) => alerts.endSilence(input.id, context.caller)),
    },
    rules: {
      list: os.rules.list.handler(() => ({ items: alerts.rules() })),
      draft: os.rules.draft.handler(async ({ input }) => ({ hcl: await alerts.draft(input) })),
      test: os.rules.test.handler(({ input }) => alerts.test(present(input))),
      write: os.rules.write.handler(({ input, context }) => alerts.writeRule(present(input), context.caller)),
      remove: os.rules.remove.handler(async ({ input, context }) => {
        await alerts.removeRule(input.name, context.caller)
        return { name: input.name }
      }),
    },
    notifications: {
      list: os.notifications.list.handler(() => pageOf(alerts.notifications(), maxPage, undefined)),
      test: os.notifications.test.handler(({ input, context }) => alerts.sendTest(input.name, context.caller)),
      preview: os.notifications.preview.handler(({ input }) => alerts.preview(present(input))),
      deliveries: os.notifications.deliveries.handler(async ({ input: { cursor, limit, ...rest } }) => {
        const most = Math.min(limit, maxPage)
        const items = await alerts.deliveries(present({ ...rest, limit: most + 1, before: cursor }))
        const page = items.slice(0, most)
        const last = page.at(-1)
        return { items: page, ...(items.length > most && last ? { nextCursor: last.id } : {}) }
      }),
      retry: os.notifications.retry.handler(({ input }) => alerts.retry(input.id)),
      maintenance: os.notifications.maintenance.handler(() => ({ items: alerts.maintenance() })),
    },
  }
}
