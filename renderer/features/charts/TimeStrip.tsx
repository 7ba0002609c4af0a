import { type PointerEvent, useRef } from 'react'
import { frame } from './plot.ts'
import { moved, type Span, tickWords, timeTicks } from './time.ts'

interface TimeStripProps {
  span: Span
  width: number
  nowMs: number
  onSpan: (span: Span) => void
}

/** Nearer to an end than this, a label would be cut. */
const edgePx = 20

/** The times under all plots. Dragged along, it moves them; the keys Page Up and Page Down on a plot do the same. */
export function TimeStrip({ span, width, nowMs, onSpan }: TimeStripProps) {
  const held = useRef<{ x: number; span: Span }>(undefined)
  const plotWidth = width - frame.left
  const lengthMs = span.toMs - span.fromMs
  const xOf = (atMs: number): number => ((atMs - span.fromMs) / lengthMs) * plotWidth
  const drag = (event: PointerEvent): void => {
    if (!held.current || plotWidth <= 0) return
    const byMs = ((held.current.x - event.clientX) / plotWidth) * lengthMs
    if (Math.abs(held.current.x - event.clientX) > 2) onSpan(moved(held.current.span, byMs, nowMs))
  }
  const hold = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    held.current = { x: event.clientX, span }
  }
  const release = (): void => {
    held.current = undefined
  }
  return (
    <div
      className="time-strip xs faint"
      style={{ marginLeft: frame.left }}
      title="Drag to move in time"
      aria-hidden="true"
      onPointerDown={hold}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
    >
      {timeTicks(span, plotWidth).map((at) => {
        const x = xOf(at)
        const side = x < edgePx ? 'at-start' : x > plotWidth - edgePx ? 'at-end' : ''
        return (
          <span key={at} className={side} style={{ left: x }}>
            {tickWords(at, lengthMs)}
          </span>
        )
      })}
    </div>
  )
}
