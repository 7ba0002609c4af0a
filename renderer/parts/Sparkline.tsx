import type { Severity } from '../../contract/index.ts'
import { tracePath } from './trace.ts'

interface SparklineProps {
  values: readonly number[]
  /** Shared by what is to be compared. */
  top: number
  /** It has a colour only while an alert about it fires. */
  alert?: Severity | undefined
}

/** A small trace without axes. */
export function Sparkline({ values, top, alert }: SparklineProps) {
  const hasLine = values.filter((value) => !Number.isNaN(value)).length > 1
  const line = hasLine ? tracePath(values, { width: 48, height: 12, top }).line : ''
  return (
    <svg className="spark" data-alert={alert} width="48" height="14" viewBox="0 -1 48 14" aria-hidden="true">
      <path d={line} />
    </svg>
  )
}
