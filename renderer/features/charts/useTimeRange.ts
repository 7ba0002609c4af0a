import { useCallback, useMemo, useRef } from 'react'
import { useParameter } from '../../router/index.ts'
import { useNowMs } from '../../store/index.ts'
import { type RangeId, rangeText, readRange, type Span, spanOf, type TimeRange, usualRange } from './time.ts'

export interface TimeView {
  range: TimeRange
  span: Span
  nowMs: number
  /** The range to come back to from a part of it. */
  last: RangeId
  setRange: (range: TimeRange) => void
  setSpan: (span: Span) => void
  reset: () => void
}

/** What was chosen before a part of it was zoomed to; the same for all that look at the address. */
let chosen: RangeId = usualRange

/** The time that a page looks at; it stands in the address. */
export function useTimeRange(): TimeView {
  const [text, setText] = useParameter('time')
  const nowMs = useNowMs()
  const range = useMemo(() => readRange(text), [text])
  const last = range.kind === 'last' ? range.id : chosen
  const { fromMs, toMs } = spanOf(range, nowMs)
  const span = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs])
  const set = useRef(setText)
  set.current = setText
  const setRange = useCallback((next: TimeRange) => {
    if (next.kind === 'last') chosen = next.id
    set.current(next.kind === 'last' && next.id === usualRange ? '' : rangeText(next))
  }, [])
  const setSpan = useCallback((next: Span) => setRange({ kind: 'fixed', span: next }), [setRange])
  const reset = useCallback(() => setRange({ kind: 'last', id: chosen }), [setRange])
  return { range, span, nowMs, last, setRange, setSpan, reset }
}
