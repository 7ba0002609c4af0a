import { useMemo } from 'react'
import type { Series } from '../../../contract/index.ts'
import type { Mark } from './marks.ts'
import { fitted, type Span } from './time.ts'
import type { TimeView } from './useTimeRange.ts'

/** The part of a range that goes on which has figures or marks in it; all of it until they are read, and a part that was zoomed to. */
export function useFitted(view: TimeView, series: readonly Series[] | null, marks: readonly Mark[]): Span {
  const { range, span } = view
  return useMemo(() => {
    if (range.kind === 'fixed' || series === null) return span
    const times = [
      ...series.flatMap(({ points: [first] }) => (first ? first[0] : [])),
      ...marks.flatMap(({ atMs }) => (atMs >= span.fromMs ? atMs : [])),
    ]
    return fitted(span, times.length === 0 ? null : Math.min(...times))
  }, [range, span, series, marks])
}
