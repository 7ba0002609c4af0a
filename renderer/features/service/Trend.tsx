import type { ReactNode } from 'react'
import { formatBytes } from '../../../contract/index.ts'
import { roundUp, TimeAxis, topOf, tracePath } from '../../parts/index.ts'
import { type Measure, serviceHistory, usePanel } from '../../store/index.ts'

interface TrendProps {
  name: string
  unit: string
  measure: Measure
  service: string
  /** The figure of now. */
  children: ReactNode
}

const plot = { width: 960, height: 92 }
/** A smaller scale would make a mountain of noise. */
const leastTop: Readonly<Record<Measure, number>> = { cpu: 5, memory: 5e6 }
const grid = `M0 .5H${plot.width}M0 ${plot.height / 2}H${plot.width}`

/** A measurement over the last minutes, as far back as the panel has looked; gaps stay gaps. */
export function Trend({ name, unit, measure, service, children }: TrendProps) {
  const slot = usePanel((state) => state.slot)
  const values = serviceHistory(service, measure, slot)
  const isEmpty = values.every(Number.isNaN)
  const top = roundUp(topOf(values, leastTop[measure]))
  const { line, area } = tracePath(values, { ...plot, top })
  return (
    <section className="trend" aria-label={name}>
      <div className="row xs trend-head">
        <h2 className="medium">{name}</h2>
        <span className="faint">{unit}</span>
        <span className="push medium sm figure">
          {isEmpty ? <span className="faint">nothing to measure</span> : children}
        </span>
      </div>
      {!isEmpty && (
        <>
          <div className="trend-plot">
            <div className="axis xs" aria-hidden="true">
              <span>{label(measure, top)}</span>
              <span>{label(measure, top / 2)}</span>
              <span>0</span>
            </div>
            <svg viewBox={`0 0 ${plot.width} ${plot.height}`} preserveAspectRatio="none" aria-hidden="true">
              <path className="grid-line" d={grid} />
              <path className="area" d={area} />
              <path className="line" d={line} />
              <path className="base" d={`M0 ${plot.height - 0.5}H${plot.width}`} />
            </svg>
          </div>
          <TimeAxis slots={values.length} />
        </>
      )}
    </section>
  )
}

/** Round numbers, so without the decimals of a figure. */
const label = (measure: Measure, value: number): string =>
  measure === 'cpu' ? String(value) : formatBytes(value).replace(/\.0+ /, ' ')
