import type { Measured, PlotSpec } from './plot.ts'
import { figureIn, scaleOf, valueWords } from './scale.ts'
import { summaryOf, valueAt } from './series.ts'
import { type Span, timeWords } from './time.ts'

interface PlotHeadProps {
  plot: PlotSpec
  measured: Measured
  span: Span
  /** Null without a cursor: then the values are those of now. */
  cursorMs: number | null
}

/** More names than these would not leave room for their values. */
const mostNames = 8

/** The name of a plot, what its lines are, and their values at the cursor. */
export function PlotHead({ plot, measured, span, cursorMs }: PlotHeadProps) {
  const { name, note, lines, forecast } = plot
  const { scale, beyond } = measured
  const words = [scale.word, note].filter(Boolean).join(' ')
  const isNamed = lines.length > 1
  return (
    <div className="plot-head row xs">
      <h3 className="medium">{name}</h3>
      {words !== '' && <span className="faint">{words}</span>}
      {!isNamed && forecast && forecast.points.length > 0 && (
        <span className="faint row plot-key">
          <i className={`plot-swatch dashed s${lines[0]?.series ?? 1}`} />
          forecast, 80 % band
        </span>
      )}
      {forecast && forecast.points.length === 0 && <span className="faint">No forecast: {forecast.method}</span>}
      {beyond.map((threshold) => (
        <span className="faint" key={threshold.label} title="Above what the plot shows">
          ↑ {threshold.label} {valueWords(threshold.value, scaleOf(plot.unit, threshold.value))}
        </span>
      ))}
      <span className="push row plot-values">
        {cursorMs !== null && <span className="faint">{timeWords(cursorMs, span.toMs - span.fromMs)}</span>}
        {lines.slice(0, mostNames).map((line) => (
          <span className="row plot-value" key={line.id}>
            <i className={`plot-swatch s${line.series}`} />
            {isNamed && <span className="dim cut plot-name">{line.name}</span>}
            <span className="medium figure">{shown(valueIn(line, span, cursorMs), measured)}</span>
          </span>
        ))}
      </span>
      {!isNamed && <span className="faint plot-sum">{summaryWords(plot, measured, span)}</span>}
    </div>
  )
}

const valueIn = (line: PlotSpec['lines'][number], span: Span, cursorMs: number | null): number | null => {
  if (cursorMs !== null) return valueAt(line, cursorMs)
  const sum = summaryOf(line, span)
  return sum === null || sum.hasEnded ? null : sum.last
}

const shown = (value: number | null, { scale }: Measured): string => (value === null ? '–' : figureIn(value, scale))

function summaryWords({ lines }: PlotSpec, { scale }: Measured, span: Span): string {
  const [line] = lines
  const sum = line && summaryOf(line, span)
  if (!sum) return ''
  const words = `mean ${figureIn(sum.mean, scale)} · highest ${figureIn(sum.highest, scale)}`
  return sum.hasEnded ? `not running · ${words}` : words
}
