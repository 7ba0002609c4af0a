import { memo } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  XAxis,
  YAxis,
} from 'recharts'
import { frame, type Measured, type PlotSpec, type Threshold } from './plot.ts'
import { figureIn, valueWords } from './scale.ts'
import { drawable } from './series.ts'
import type { Span } from './time.ts'

interface CanvasProps {
  plot: PlotSpec
  measured: Measured
  span: Span
  /** When the service was down. */
  down: readonly Span[]
  withOutliers: boolean
  width: number
  height: number
}

const margin = { top: frame.top, right: 0, bottom: frame.bottom, left: 0 }
const shared = { type: 'linear', isAnimationActive: false, connectNulls: false, dot: false, activeDot: false } as const

/** What of a plot changes with its data alone: the cursor moves over it without drawing it anew. */
export const Canvas = memo(function Canvas(props: CanvasProps) {
  const { plot, measured, span, down, withOutliers, width, height } = props
  const { ticks, scale, top, thresholds } = measured
  const { lines, forecast, alerts = [] } = plot
  const [first, ...others] = lines
  return (
    <ComposedChart width={width} height={height} margin={margin} accessibilityLayer={false} className="plot-canvas">
      <CartesianGrid vertical={false} />
      <XAxis dataKey="t" type="number" domain={[span.fromMs, span.toMs]} allowDataOverflow hide />
      <YAxis
        type="number"
        width={frame.left}
        domain={[0, top]}
        ticks={[...ticks]}
        interval={0}
        allowDataOverflow
        axisLine={false}
        tickLine={false}
        tickFormatter={(value: number) => figureIn(value, scale)}
      />
      {down.map(({ fromMs, toMs }) => (
        <ReferenceArea key={`down ${fromMs}`} x1={fromMs} x2={toMs} ifOverflow="hidden" className="plot-down" />
      ))}
      {forecast && <ForecastLines forecast={forecast} series={first?.series ?? 1} />}
      {first && (
        <Area {...shared} data={drawable(first)} dataKey="v" className={`plot-area s${first.series}`} baseValue={0} />
      )}
      {others.map((line) => (
        <Line key={line.id} {...shared} data={drawable(line)} dataKey="v" className={`plot-line s${line.series}`} />
      ))}
      <ReferenceLine y={0} className="plot-base" />
      {alerts.map((alert, index) => (
        <ReferenceLine
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be active at the same time
          key={`alert ${alert.fromMs} ${index}`}
          segment={[
            { x: alert.fromMs, y: 0 },
            { x: alert.toMs, y: 0 },
          ]}
          ifOverflow="hidden"
          className={`plot-alert ${alert.severity}`}
        />
      ))}
      {thresholds.map((threshold) => (
        <ReferenceLine
          key={`${threshold.label} ${threshold.value}`}
          y={threshold.value}
          className={`plot-threshold ${threshold.severity}`}
          label={labelOf(threshold, measured)}
        />
      ))}
      {withOutliers &&
        forecast?.outliers.map(([at, value]) => (
          <ReferenceDot key={`outlier ${at}`} x={at} y={value} r={4} ifOverflow="hidden" className="plot-outlier" />
        ))}
    </ComposedChart>
  )
})

/** Inside, at the left; under a line in the upper half, above one in the lower. */
function labelOf({ label, value, severity }: Threshold, { scale, top }: Measured) {
  const position = value > top / 2 ? ('insideTopLeft' as const) : ('insideBottomLeft' as const)
  const text = `${label} ${valueWords(value, scale)}`
  return { value: text, position, offset: 4, className: `plot-label ${severity}`, fill: 'var(--hue-text)' }
}

function ForecastLines({ forecast, series }: { forecast: NonNullable<PlotSpec['forecast']>; series: number }) {
  const points = forecast.points.map(([t, v, low, high]) => ({ t, v, band: [Math.max(0, low), high] }))
  return (
    <>
      <Area {...shared} data={points} dataKey="band" className={`plot-band s${series}`} />
      <Line {...shared} data={points} dataKey="v" className={`plot-forecast s${series}`} />
    </>
  )
}
