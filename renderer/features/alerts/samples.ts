import type { Alert } from '../../../contract/index.ts'

/** A firing alert for tests. */
export function anAlert(part: Partial<Alert>): Alert {
  return {
    id: 'a1',
    name: 'memory-high',
    state: 'firing',
    severity: 'warning',
    on: 'service',
    service: 'web',
    host: 'laptop',
    metric: 'memory_bytes',
    unit: 'bytes',
    value: 2,
    threshold: 1,
    labels: {},
    startsAt: '2026-03-01T12:00:00.000Z',
    firedAt: '2026-03-01T12:00:00.000Z',
    summary: 'web uses more memory than it should',
    acknowledged: false,
    silenced: false,
    silencedBy: [],
    inhibitedBy: [],
    cause: null,
    follows: { count: 0, services: [] },
    changedAt: '2026-03-01T12:00:00.000Z',
    ...part,
  }
}
