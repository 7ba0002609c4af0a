import { ZoomOut } from 'lucide-react'
import { Button } from '../../parts/index.ts'
import { type RangeId, ranges, type TimeRange, timeWords } from './time.ts'

interface RangeChoiceProps {
  range: TimeRange
  onRange: (range: TimeRange) => void
  /** Where zooming out leads. */
  last: RangeId
}

/** How much of the past is shown; a part that was zoomed to says its ends and the way back. */
export function RangeChoice({ range, onRange, last }: RangeChoiceProps) {
  const back = ranges.find(([id]) => id === last)?.[1] ?? ''
  return (
    <span className="row range-choice">
      {range.kind === 'fixed' && (
        <Button
          small
          icon={ZoomOut}
          onClick={() => onRange({ kind: 'last', id: last })}
          title={`Back to the last ${back}`}
        >
          {spanWords(range.span.fromMs, range.span.toMs)}
        </Button>
      )}
      <fieldset className="seg small" aria-label="Time range">
        {ranges.map(([id, word]) => (
          <button
            key={id}
            type="button"
            aria-pressed={range.kind === 'last' && range.id === id}
            onClick={() => onRange({ kind: 'last', id })}
          >
            {word}
          </button>
        ))}
      </fieldset>
    </span>
  )
}

const spanWords = (fromMs: number, toMs: number): string =>
  `${timeWords(fromMs, toMs - fromMs)} – ${timeWords(toMs, toMs - fromMs)}`
