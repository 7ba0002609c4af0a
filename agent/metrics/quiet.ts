import type { MetricsDesk } from './types.ts'

/** An agent that keeps no measurements. */
export const quietMetrics: MetricsDesk = {
  names: async () => [],
  query: async () => [],
  exposition: () => '',
  forecast: async ({ metric, service }) => ({
    metric,
    unit: 'none',
    subject: service ?? '',
    method: 'Nothing is kept yet',
    points: [],
    outliers: [],
    limit: null,
    reachesLimitAt: null,
  }),
}
