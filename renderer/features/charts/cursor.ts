import type { KeyboardEvent } from 'react'
import type { Mark } from './marks.ts'
import { moved, type Span, zoomed } from './time.ts'

export interface CursorMove {
  /** Where the cursor goes; null takes it away. */
  cursorMs?: number | null
  span?: Span
  /** Back to the range that was chosen. */
  isReset?: true
  isOpened?: true
}

/** The arrows move by a hundredth of what is seen, with Shift by a tenth. */
const fineSteps = 100
const coarseSteps = 10
const zoomBy = 2

interface Sight {
  span: Span
  cursorMs: number | null
  nowMs: number
  marks: readonly Mark[]
}

/** What a key does on a plot; undefined where it means nothing here. */
export function keyMove(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  sight: Sight,
): CursorMove | undefined {
  const { span, cursorMs, nowMs, marks } = sight
  const lengthMs = span.toMs - span.fromMs
  const at = cursorMs ?? Math.min(span.toMs, nowMs)
  const to = (ms: number): CursorMove => ({ cursorMs: Math.max(span.fromMs, Math.min(span.toMs, ms)) })
  const stepMs = lengthMs / (shiftKey ? coarseSteps : fineSteps)
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(at - stepMs)
    case 'ArrowRight':
    case 'ArrowUp':
      return to(at + stepMs)
    case 'Home':
      return to(span.fromMs)
    case 'End':
      return to(span.toMs)
    case '+':
    case '=':
      return { span: zoomed(span, at, 1 / zoomBy, nowMs) }
    case '-':
    case '_':
      return { span: zoomed(span, at, zoomBy, nowMs) }
    case 'PageUp':
      return { span: moved(span, -lengthMs / 2, nowMs) }
    case 'PageDown':
      return { span: moved(span, lengthMs / 2, nowMs) }
    case 'n':
      return nextMark(marks.find(({ atMs }) => atMs > at && atMs <= span.toMs))
    case 'N':
      return nextMark(marks.findLast(({ atMs }) => atMs < at && atMs >= span.fromMs))
    case '0':
      return { isReset: true }
    case 'Enter':
      return cursorMs === null ? undefined : { isOpened: true }
    case 'Escape':
      return cursorMs === null ? undefined : { cursorMs: null }
  }
}

const nextMark = (mark: Mark | undefined): CursorMove | undefined => mark && { cursorMs: mark.atMs }
