import { lazy } from 'react'

export { furtherMetrics, labelWords, linesOf, metricWords, mostSeries } from './metrics.ts'
export type { PlotLine, PlotSpec } from './plot.ts'
export { RangeChoice } from './RangeChoice.tsx'
export { ShortNote } from './ShortNote.tsx'
export { downTimes, summed } from './series.ts'
export { readSize, thresholdsOf } from './thresholds.ts'
export type { Span } from './time.ts'
export { alertBars, useAlerts, usePollOfAlerts, useRules } from './useAlerting.ts'
export { useFitted } from './useFitted.ts'
export { useForecast } from './useForecast.ts'
export { useMarks } from './useMarks.ts'
export { useHostPast, useServicesPast } from './usePast.ts'
export { useSeries } from './useSeries.ts'
export { type TimeView, useTimeRange } from './useTimeRange.ts'

/** With the library that draws: whoever looks at no chart does not wait for it. */
export const TimePlots = lazy(() => import('./TimePlots.tsx'))
