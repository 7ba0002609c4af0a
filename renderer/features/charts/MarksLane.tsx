import { memo, useMemo } from 'react'
import { Shape } from '../../parts/index.ts'
import { type MarkGroup, placeWords } from './marks.ts'
import { frame } from './plot.ts'
import { type Span, timeWords } from './time.ts'

interface MarksLaneProps {
  groups: readonly MarkGroup[]
  span: Span
  /** Of the plots under it. */
  width: number
  onMark: (atMs: number) => void
}

/** What happened, in one lane over all plots. */
export const MarksLane = memo(function MarksLane({ groups, span, width, onMark }: MarksLaneProps) {
  const placed = useMemo(() => placeWords(groups, width), [groups, width])
  const lengthMs = span.toMs - span.fromMs
  return (
    <div className="marks-lane xs">
      <h3 className="medium">Marks</h3>
      {placed.length === 0 && <span className="faint marks-none">nothing happened in this time</span>}
      <ul aria-label="Marks">
        {placed.map(({ x, atMs, shape, tone, text, side, marks: own }) => (
          <li key={`${atMs} ${text}`} className={tone} style={{ left: frame.left + x }}>
            <button
              type="button"
              className={side === 'left' ? 'chart-mark is-left' : 'chart-mark'}
              aria-label={`${text}, ${timeWords(atMs, lengthMs)}`}
              title={own.map((mark) => `${timeWords(mark.atMs, lengthMs)} ${mark.text}`).join('\n')}
              onClick={() => onMark(atMs)}
            >
              <Shape name={shape} />
              {side !== null && <span>{text}</span>}
              {side === null && own.length > 1 && <span className="chart-mark-count">{own.length}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
})
