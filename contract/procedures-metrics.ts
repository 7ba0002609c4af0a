import { z } from 'zod'
import { forecastQuerySchema, forecastSchema, metricInfoSchema, metricQuerySchema, seriesSchema } from './metrics.ts'
import { listOf, name, view } from './procedure.ts'

export const metricProcedures = {
  metrics: {
    names: view
      .route({ method: 'GET', path: '/metrics/names', tags: ['metrics'], summary: 'What is measured' })
      .input(z.object({ service: z.string().optional() }))
      .output(listOf(metricInfoSchema)),
    query: view
      .route({ method: 'GET', path: '/metrics/query', tags: ['metrics'], summary: 'Series of many subjects' })
      .input(metricQuerySchema)
      .output(listOf(seriesSchema)),
    ofService: view
      .route({ method: 'GET', path: '/services/{name}/metrics', tags: ['metrics'], summary: 'Series of one service' })
      .input(metricQuerySchema.omit({ on: true, service: true }).partial({ metric: true }).extend({ name }))
      .output(listOf(seriesSchema)),
    forecast: view
      .route({ method: 'GET', path: '/metrics/forecast', tags: ['metrics'], summary: 'Where a metric is going' })
      .input(forecastQuerySchema)
      .output(forecastSchema),
  },
}
