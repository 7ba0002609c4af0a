import { type MetricQuery, subjectKinds } from '../../../contract/index.ts'
import type { Core } from '../../core.ts'
import type { Chain } from '../chain.ts'

const [service] = subjectKinds
/** What a service's page shows. */
const shown = ['cpu_percent', 'memory_bytes', 'open_files', 'threads', 'processes']

export const metricHandlers = (os: Chain, core: Core) => ({
  metrics: {
    names: os.metrics.names.handler(async ({ input }) => ({ items: await core.metrics.names(input.service) })),
    query: os.metrics.query.handler(async ({ input }) => ({ items: await core.metrics.query(input) })),
    ofService: os.metrics.ofService.handler(async ({ input: { name, metric = shown, ...rest } }) => {
      const query: MetricQuery = { ...rest, on: service, service: name, metric }
      return { items: await core.metrics.query(query) }
    }),
    forecast: os.metrics.forecast.handler(({ input }) => core.metrics.forecast(input)),
  },
})
