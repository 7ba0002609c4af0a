import type { Alert, AlertQuery } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { CoreError } from '../core.ts'
import { parseTime } from '../time.ts'
import { type NextDue, windowView } from './hush.ts'
import { acknowledge, createSilence, endSilence, type RequestDeps, silenceView, unacknowledge } from './requests.ts'
import type { TellerDeps } from './teller.ts'
import { hclOf } from './text.ts'
import type { AlertsDesk, Deliverer } from './types.ts'

export interface DeskDeps extends RequestDeps {
  deliverer: Deliverer
  windows: TellerDeps['windows']
  nextDue: NextDue
  test: AlertsDesk['test']
  writeRule: AlertsDesk['writeRule']
  removeRule: AlertsDesk['removeRule']
}

/** Answers what carriers ask about alerts. */
export function openDesk(deps: DeskDeps): AlertsDesk {
  const { engine, keeper, deliverer, nowMs } = deps
  const all = (): Alert[] => [...engine.entries.values(), ...keeper.history.values()].map(({ alert }) => alert)
  const entryOf = (id: string) => {
    const entry = engine.entryOf(id) ?? keeper.history.get(id)
    if (!entry) throw new CoreError('NOT_FOUND', `There is no alert "${id}".`, {})
    return entry
  }
  const known = (name: string): void => {
    if (deliverer.notifications().some((each) => each.name === name)) return
    throw new CoreError('NOT_FOUND', `There is no notification "${name}".`, {})
  }
  return {
    summary: () => engine.summary(),
    list: async (query) => pageOf(all(), query, nowMs()),
    async get(id) {
      const { alert, steps } = entryOf(id)
      const deliveries = await deliverer.deliveries({ limit: mostDeliveries, alert: id })
      return { ...alert, steps: [...steps], deliveries }
    },
    acknowledge: (id, note, caller: Caller) => acknowledge(deps, id, note, caller),
    unacknowledge: (id, caller) => unacknowledge(deps, id, caller),
    async silences({ ended }) {
      const views = [...keeper.silences.values()].map((silence) => silenceView(deps, silence, nowMs()))
      return views
        .filter(({ state }) => ended || state !== 'ended')
        .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    },
    silence: (silence, caller) => createSilence(deps, silence, caller),
    endSilence: (id, caller) => endSilence(deps, id, caller),
    rules: () => engine.ruleViews(),
    draft: async (rule) => hclOf(rule),
    test: deps.test,
    writeRule: deps.writeRule,
    removeRule: deps.removeRule,
    notifications: () => deliverer.notifications(),
    async sendTest(name, { trace }) {
      known(name)
      return deliverer.sendTest(name, trace)
    },
    async preview({ name, alert, ...templates }) {
      known(name)
      const alerts = alert === undefined ? all().slice(0, 1) : [entryOf(alert).alert]
      return deliverer.preview({ name, alerts, ...templates })
    },
    deliveries: (query) => deliverer.deliveries(query),
    retry: (id) => deliverer.retry(id),
    maintenance: () => deps.windows().map((window) => windowView(window, nowMs(), deps.nextDue)),
  }
}

const mostDeliveries = 100

function pageOf(alerts: readonly Alert[], query: AlertQuery, wallMs: number): { items: Alert[]; nextCursor?: string } {
  const time = (path: 'since' | 'until'): number | undefined => {
    const text = query[path]
    const atMs = text === undefined ? undefined : parseTime(text, wallMs)
    if (text === undefined || atMs !== undefined) return atMs
    const message = `"${text}" is no time: write 2026-05-30T14:00:00Z, or how long ago, as 1h.`
    throw new CoreError('BAD_INPUT', message, { errors: [{ path, message }] })
  }
  const sinceMs = time('since') ?? Number.NEGATIVE_INFINITY
  const untilMs = time('until') ?? Number.POSITIVE_INFINITY
  const isThen = ({ startsAt, endsAt }: Alert): boolean =>
    Date.parse(startsAt) < untilMs && (endsAt === undefined || Date.parse(endsAt) >= sinceMs)
  const wanted = alerts
    .filter((alert) => isAsked(alert, query) && isThen(alert))
    .toSorted((a, b) => b.startsAt.localeCompare(a.startsAt) || a.id.localeCompare(b.id))
  // A place, not an alert: what a page ended with may be forgotten before the next is asked for.
  const rest = query.cursor === undefined ? wanted : wanted.filter((alert) => isBehind(alert, query.cursor ?? ''))
  const items = rest.slice(0, query.limit)
  const last = items.at(-1)
  return { items, ...(rest.length > query.limit && last ? { nextCursor: `${last.startsAt} ${last.id}` } : {}) }
}

function isBehind({ startsAt, id }: Alert, cursor: string): boolean {
  const [at = '', last = ''] = cursor.split(' ')
  const order = at.localeCompare(startsAt)
  return order > 0 || (order === 0 && id.localeCompare(last) > 0)
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
