import { tracePath } from './trace.ts'

/** A small trace without axes. `top` is shared by what is to be compared. */
export function Sparkline({ values, top }: { values: readonly number[]; top: number }) {
  const hasLine = values.filter((value) => !Number.isNaN(value)).length > 1
  const line = hasLine ? tracePath(values, { width: 48, height: 12, top }).line : ''
  return (
    <svg className="spark" width="48" height="14" viewBox="0 -1 48 14" aria-hidden="true">
      <path d={line} />
    </svg>
  )
}
