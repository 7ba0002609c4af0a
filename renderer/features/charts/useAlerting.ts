import { useCallback } from 'react'
import type { Alert, AlertRule } from '../../../contract/index.ts'
import { type Polled, usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { usePanel } from '../../store/index.ts'
import type { PlotSpec } from './plot.ts'
import type { Span } from './time.ts'

const rulesEveryMs = 60_000
const noRules: readonly AlertRule[] = []

/** As `usePoll`, and at once when the state tells that what is active has changed. */
export function usePollOfAlerts<T>(read: (signal: AbortSignal) => Promise<T>, everyMs: number | null): Polled<T> {
  const active = usePanel(({ model }) => model.alerts)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `active` is what tells that there may be others
  const again = useCallback((signal: AbortSignal) => read(signal), [read, active])
  return usePoll(again, everyMs)
}

export function useRules(): readonly AlertRule[] {
  const read = useCallback((signal: AbortSignal) => client.rules.list(undefined, { signal }), [])
  return usePoll(read, rulesEveryMs).value?.items ?? noRules
}

/** Alerts of a service that were or are active within a span. They are read again when what is active has changed. */
export function useAlerts(service: string, { fromMs }: Span): readonly Alert[] {
  // Not with each second that a span moves on.
  const since = new Date(Math.floor(fromMs / 60_000) * 60_000).toISOString()
  const read = useCallback(
    (signal: AbortSignal) => client.alerts.list({ service, state: 'all', since }, { signal }),
    [service, since],
  )
  return usePollOfAlerts(read, null).value?.items ?? noAlerts
}
const noAlerts: readonly Alert[] = []

/** When alerts about a metric fired. */
export const alertBars = (alerts: readonly Alert[], about: string, { toMs }: Span): PlotSpec['alerts'] =>
  alerts.flatMap(({ metric, firedAt, endsAt, severity }) =>
    metric !== about || firedAt === null
      ? []
      : [{ fromMs: Date.parse(firedAt), toMs: endsAt === undefined ? toMs : Date.parse(endsAt), severity }],
  )
