import { durationInWords } from '../../../contract/index.ts'
import type { Span } from './time.ts'

/** Why less is shown than was chosen. */
export function ShortNote({ shown, asked }: { shown: Span; asked: Span }) {
  if (shown.fromMs <= asked.fromMs) return null
  return (
    <p className="faint sm">There is nothing yet from before these {durationInWords(asked.toMs - shown.fromMs)}.</p>
  )
}
