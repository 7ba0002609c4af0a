import { type KeyboardEvent, memo, type PointerEvent, useMemo } from 'react'
import { Canvas } from './Canvas.tsx'
import type { MarkGroup } from './marks.ts'
import { PlotHead } from './PlotHead.tsx'
import { frame, hasValues, type Measured, measure, type PlotSpec } from './plot.ts'
import { valueWords } from './scale.ts'
import { valueAt } from './series.ts'
import { type Span, timeWords } from './time.ts'

export interface PlotActions {
  onCursor: (cursorMs: number | null) => void
  onDragStart: (atMs: number) => void
  onDragEnd: (atMs: number, plot: string) => void
  onKey: (event: KeyboardEvent, plot: string) => void
}

interface PlotViewProps {
  plot: PlotSpec
  span: Span
  /** One line for each, as there is one shape over the plots: of a thousand starts in a second nothing else would be seen. */
  marks: readonly MarkGroup[]
  down: readonly Span[]
  cursorMs: number | null
  /** What is being dragged over. */
  drag: Span | null
  withOutliers: boolean
  width: number
  height: number
  actions: PlotActions
}

export const PlotView = memo(function PlotView(props: PlotViewProps) {
  const { plot, span, marks, down, cursorMs, drag, withOutliers, width, height, actions } = props
  const measured = useMemo(() => measure(plot, span), [plot, span])
  const isEmpty = !hasValues(plot)
  return (
    <section className="plot" aria-label={plot.name}>
      <PlotHead plot={plot} measured={measured} span={span} cursorMs={cursorMs} />
      <div className="plot-body" style={{ height }}>
        <div aria-hidden="true" data-plot={plot.id}>
          <Canvas
            plot={plot}
            measured={measured}
            span={span}
            down={down}
            withOutliers={withOutliers}
            width={width}
            height={height}
          />
        </div>
        <Overlay {...{ plot, measured, span, marks, cursorMs, drag, width, height }} />
        {isEmpty && <p className="plot-empty faint sm">{plot.empty ?? 'Nothing was measured in this time.'}</p>}
        <Pad {...{ plot, measured, span, cursorMs, actions }} />
      </div>
    </section>
  )
})

type OverlayProps = Pick<PlotViewProps, 'plot' | 'span' | 'marks' | 'cursorMs' | 'drag' | 'width' | 'height'> & {
  measured: Measured
}

/** What moves over a plot: marks, the cursor with a point on each line, and what is dragged over. */
function Overlay({ plot, measured, span, marks, cursorMs, drag, width, height }: OverlayProps) {
  const plotWidth = width - frame.left
  const bottom = height - frame.bottom
  const xOf = (atMs: number): number => frame.left + ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * plotWidth
  const yOf = (value: number): number => bottom - (value / measured.top) * (bottom - frame.top)
  const lines = marks.map(({ atMs }) => `M${xOf(atMs).toFixed(1)} ${frame.top}V${bottom}`).join('')
  return (
    <svg className="plot-overlay" width={width} height={height} aria-hidden="true">
      <path className="plot-mark" d={lines} />
      {drag && (
        <rect
          className="plot-drag"
          x={xOf(drag.fromMs)}
          y={frame.top}
          width={Math.max(1, xOf(drag.toMs) - xOf(drag.fromMs))}
          height={bottom - frame.top}
        />
      )}
      {cursorMs !== null && cursorMs >= span.fromMs && cursorMs <= span.toMs && (
        <>
          <path className="plot-cursor" d={`M${xOf(cursorMs).toFixed(1)} ${frame.top}V${bottom}`} />
          {plot.lines.map((line) => {
            const value = valueAt(line, cursorMs)
            if (value === null) return null
            return (
              <circle key={line.id} className={`plot-dot s${line.series}`} cx={xOf(cursorMs)} cy={yOf(value)} r={3} />
            )
          })}
        </>
      )}
    </svg>
  )
}

/** Takes the pointer and the keyboard for a plot: a slider along its time, so that a screen reader says the values at each. */
function Pad({
  plot,
  measured,
  span,
  cursorMs,
  actions,
}: Pick<PlotViewProps, 'plot' | 'span' | 'cursorMs' | 'actions'> & {
  measured: Measured
}) {
  const timeOf = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const share = width === 0 ? 0 : Math.max(0, Math.min(1, (event.clientX - left) / width))
    return span.fromMs + share * (span.toMs - span.fromMs)
  }
  const at = cursorMs ?? span.toMs
  return (
    <div
      className="plot-pad"
      style={{ left: frame.left, top: frame.top, bottom: frame.bottom }}
      role="slider"
      tabIndex={0}
      aria-label={`${plot.name} over time`}
      aria-valuemin={Math.round(span.fromMs)}
      aria-valuemax={Math.round(span.toMs)}
      aria-valuenow={Math.round(Math.max(span.fromMs, Math.min(span.toMs, at)))}
      aria-valuetext={spoken(plot, measured, at, span)}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        actions.onDragStart(timeOf(event))
      }}
      onPointerMove={(event) => actions.onCursor(timeOf(event))}
      onPointerLeave={() => actions.onCursor(null)}
      onPointerUp={(event) => event.button === 0 && actions.onDragEnd(timeOf(event), plot.id)}
      onKeyDown={(event) => actions.onKey(event, plot.id)}
    />
  )
}

/** `CPU 16.8 % at 13:46`, of several lines each with its name. */
function spoken({ name, lines }: PlotSpec, { scale }: Measured, atMs: number, { fromMs, toMs }: Span): string {
  const told = lines.map((line) => {
    const value = valueAt(line, atMs)
    const words = value === null ? 'not measured' : valueWords(value, scale)
    return lines.length > 1 ? `${line.name} ${words}` : words
  })
  return `${name} ${told.length === 0 ? 'not measured' : told.join(', ')} at ${timeWords(atMs, toMs - fromMs)}`
}
