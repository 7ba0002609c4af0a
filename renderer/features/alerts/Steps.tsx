import type { AlertStep } from '../../../contract/index.ts'
import { Clock, withLocalTimes } from '../../parts/index.ts'

/** Why an alert was told, or was not: one step after another. */
export function Steps({ steps }: { steps: readonly AlertStep[] }) {
  return (
    <ol className="steps">
      {steps.map(({ at, step, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added behind
        <li key={index}>
          <Clock iso={at} className="dim" />
          <span className="dim step-kind">{step}</span>
          <span className="grow">{withLocalTimes(text)}</span>
        </li>
      ))}
    </ol>
  )
}
