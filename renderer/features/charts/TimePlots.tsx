import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { keyMove } from './cursor.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { MarksLane } from './MarksLane.tsx'
import { groupMarks, type Mark } from './marks.ts'
import { type PlotActions, PlotView } from './PlotView.tsx'
import { frame, type PlotSpec } from './plot.ts'
import { TimeStrip } from './TimeStrip.tsx'
import { dragged, type Span } from './time.ts'

export interface TimePlotsProps {
  /** What they are about, for a screen reader: `web-app`. */
  label: string
  plots: readonly PlotSpec[]
  span: Span
  nowMs: number
  /** Absent: without a lane of marks. */
  marks?: readonly Mark[]
  down?: readonly Span[]
  withOutliers?: boolean
  /** Of one plot, in pixels. */
  height?: number
  onSpan: (span: Span) => void
  /** Back to the range that was chosen. */
  onReset: () => void
  /** A point was clicked, or Enter pressed on one: what the logs of that moment are opened for. */
  onOpen?: ((atMs: number, plot: string) => void) | undefined
}

const noMarks: readonly Mark[] = []
const noSpans: readonly Span[] = []

/** Plots of one time axis with one cursor. The default export, so that it is loaded when it is first shown. */
export default function TimePlots(props: TimePlotsProps) {
  const { label, plots, span, nowMs, marks, down = noSpans, withOutliers = true, height = 108, onSpan } = props
  const box = useRef<HTMLElement>(null)
  const width = useWidth(box)
  const plotWidth = Math.max(0, width - frame.left)
  const groups = useMemo(() => groupMarks(marks ?? noMarks, span, plotWidth), [marks, span, plotWidth])
  const [cursorMs, setCursor] = useState<number | null>(null)
  const [dragFrom, setDragFrom] = useState<number | null>(null)
  const newest = useRef({ props, cursorMs, dragFrom })
  newest.current = { props, cursorMs, dragFrom }
  const actions = useMemo<PlotActions>(() => actionsOf(newest, setCursor, setDragFrom), [])
  const drag = useMemo(
    () => (dragFrom === null || cursorMs === null ? null : dragged(dragFrom, cursorMs)),
    [dragFrom, cursorMs],
  )
  return (
    <section className="plots" aria-label={`Charts of ${label}`} ref={box}>
      {marks && <MarksLane groups={groups} span={span} width={plotWidth} onMark={setCursor} />}
      {width > 0 &&
        plots.map((plot) => (
          <PlotView
            key={plot.id}
            plot={plot}
            span={span}
            marks={groups}
            down={down}
            cursorMs={cursorMs}
            drag={drag}
            withOutliers={withOutliers}
            width={width}
            height={plot.height ?? height}
            actions={actions}
          />
        ))}
      <div className="plots-foot">
        <ExportMenu label={label} plots={plots} span={span} section={box} />
        <TimeStrip span={span} width={width} nowMs={nowMs} onSpan={onSpan} />
      </div>
    </section>
  )
}

interface Newest {
  current: { props: TimePlotsProps; cursorMs: number | null; dragFrom: number | null }
}

/** Of the newest state, while they themselves stay as they are: a moved cursor draws no plot anew for them. */
function actionsOf(
  newest: Newest,
  setCursor: (cursorMs: number | null) => void,
  setDragFrom: (fromMs: number | null) => void,
): PlotActions {
  return {
    onCursor: setCursor,
    onDragStart: setDragFrom,
    onDragEnd(atMs, plot) {
      const { props, dragFrom } = newest.current
      setDragFrom(null)
      if (dragFrom === null) return
      const { fromMs, toMs } = props.span
      // A hand is never quite still; a hundredth of the plot is a click.
      const isDrag = Math.abs(atMs - dragFrom) > (toMs - fromMs) / 100
      const span = isDrag ? dragged(dragFrom, atMs) : null
      if (span) props.onSpan(span)
      else if (!isDrag) props.onOpen?.(atMs, plot)
    },
    onKey(event: KeyboardEvent, plot: string) {
      const { props, cursorMs } = newest.current
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const move = keyMove(event, { span: props.span, cursorMs, nowMs: props.nowMs, marks: props.marks ?? noMarks })
      if (!move) return
      event.preventDefault()
      if (move.cursorMs !== undefined) setCursor(move.cursorMs)
      if (move.span) props.onSpan(move.span)
      if (move.isReset) props.onReset()
      if (move.isOpened && cursorMs !== null) props.onOpen?.(cursorMs, plot)
    },
  }
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return width
}
