import { slotMs, useSlot } from '../store/index.ts'
import { timeOfDay } from './figures.tsx'

/** The ends of an axis of so many slots up to now. */
export function TimeAxis({ slots }: { slots: number }) {
  const slot = useSlot()
  return (
    <div className="row xs faint time-axis" aria-hidden="true">
      <span>{timeOfDay(new Date((slot - slots + 1) * slotMs).toISOString(), 'minutes')}</span>
      <span className="push">now</span>
    </div>
  )
}
