import type { Alert, AlertQuery } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import type { AlertEngine } from './engine.ts'
import { hclOf } from './text.ts'
import type { AlertsDesk } from './types.ts'

const notYet = (what: string): never => {
  throw new CoreError('UNAVAILABLE', `${what} cannot be done yet`, { part: 'alerts' })
}

/** Answers what carriers ask about alerts. */
export function openDesk(engine: AlertEngine): AlertsDesk {
  return {
    summary: () => engine.summary(),
    list: async (query) =>
      pageOf(
        [...engine.entries.values()].map(({ alert }) => alert),
        query,
      ),
    async get(id) {
      const entry = [...engine.entries.values()].find(({ alert }) => alert.id === id)
      if (!entry) throw new CoreError('NOT_FOUND', `There is no alert "${id}"`, {})
      return { ...entry.alert, steps: [...entry.steps], deliveries: [] }
    },
    acknowledge: async () => notYet('Acknowledging'),
    unacknowledge: async () => notYet('Acknowledging'),
    silences: async () => [],
    silence: async () => notYet('Silencing'),
    endSilence: async () => notYet('Silencing'),
    rules: () => engine.ruleViews(),
    draft: async (rule) => hclOf(rule),
    test: async () => notYet('Trying a rule'),
    writeRule: async () => notYet('Writing a rule'),
    removeRule: async () => notYet('Removing a rule'),
    notifications: () => [],
    sendTest: async () => notYet('Sending a test'),
    preview: async () => notYet('A preview'),
    deliveries: async () => [],
    maintenance: () => [],
  }
}

function pageOf(alerts: readonly Alert[], query: AlertQuery): { items: Alert[]; nextCursor?: string } {
  const wanted = alerts
    .filter((alert) => isAsked(alert, query))
    .toSorted((a, b) => b.startsAt.localeCompare(a.startsAt) || a.id.localeCompare(b.id))
  const from = query.cursor === undefined ? 0 : wanted.findIndex(({ id }) => id === query.cursor) + 1
  const items = wanted.slice(from, from + query.limit)
  const last = items.at(-1)
  return { items, ...(wanted.length > from + query.limit && last ? { nextCursor: last.id } : {}) }
}

function isAsked(alert: Alert, { state, service, severity, name }: AlertQuery): boolean {
  const isState =
    state === 'all' ||
    (state === 'active' && alert.state !== 'resolved') ||
    (state === 'silenced' && alert.silenced && alert.state !== 'resolved') ||
    alert.state === state
  return (
    isState &&
    (service === undefined || alert.service === service || alert.service?.startsWith(`${service}#`) === true) &&
    (severity === undefined || alert.severity === severity) &&
    (name === undefined || alert.name === name)
  )
}
