import type { AlertsSummary } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import type { AlertsDesk } from './types.ts'

export const noAlerts: AlertsSummary = { firing: 0, critical: 0, silenced: 0, items: [] }
const nothing = (): never => {
  throw new CoreError('NOT_FOUND', 'There is no such alert', {})
}

/** An agent that raises no alerts. */
export const quietDesk: AlertsDesk = {
  summary: () => noAlerts,
  list: async () => ({ items: [] }),
  get: nothing,
  acknowledge: nothing,
  unacknowledge: nothing,
  silences: async () => [],
  silence: nothing,
  endSilence: nothing,
  rules: () => [],
  draft: nothing,
  test: nothing,
  writeRule: nothing,
  removeRule: nothing,
  notifications: () => [],
  sendTest: nothing,
  preview: nothing,
  deliveries: async () => [],
  maintenance: () => [],
}
