import { useCallback } from 'react'
import type { Forecast, SubjectKind } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'

export interface ForecastQuestion {
  metric: string
  on: SubjectKind
  service?: string | undefined
  label?: string | undefined
  aheadMs: number
}

const everyMs = 60_000

/** Where a metric is going; null while nobody wants to know. */
export function useForecast(question: ForecastQuestion | null): Forecast | null {
  const key =
    question === null ? '' : JSON.stringify({ ...question, aheadMs: Math.round(question.aheadMs / 1000) * 1000 })
  const read = useCallback(
    async (signal: AbortSignal): Promise<Forecast | null> => {
      if (key === '') return null
      const { aheadMs, ...about } = JSON.parse(key) as ForecastQuestion
      return client.metrics.forecast({ ...about, ahead: `${aheadMs / 1000}s` }, { signal })
    },
    [key],
  )
  return usePoll(read, key === '' ? null : everyMs).value
}
