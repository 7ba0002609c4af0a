import type { Alert, Delivery } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

export const alertTabs = ['active', 'silenced', 'history', 'rules', 'deliveries', 'channels'] as const
export type AlertTab = (typeof alertTabs)[number]
export const tabWords: Readonly<Record<AlertTab, string>> = {
  active: 'Active',
  silenced: 'Silenced',
  history: 'History',
  rules: 'Rules',
  deliveries: 'Deliveries',
  channels: 'Channels',
}
export const tabOf = (text: string): AlertTab => alertTabs.find((tab) => tab === text) ?? 'active'

export const severityWords = { critical: 'Critical', warning: 'Warning', info: 'Information' } as const

/** The shape before an alert: what is over has another than what is wrong. */
export const shapeOfAlert = ({ state, severity }: Pick<Alert, 'state' | 'severity'>): ShapeName =>
  state === 'resolved' ? 'completed' : state === 'pending' ? 'waiting' : severity

/** Below its sentence: which rule, about what, and what keeps it quiet. */
export function aboutAlert(alert: Alert): string {
  const { name, service, host, cause, acknowledged, acknowledgedBy, silencedBy, follows, state } = alert
  const parts = [`${name} on ${service ?? host}`]
  if (state === 'pending') parts.push('pending')
  if (cause) parts.push(`follows from ${cause.subject}`)
  if (follows.count > 0) parts.push(`${follows.count} ${follows.count === 1 ? 'follows' : 'follow'} from it`)
  if (acknowledged) parts.push(`seen by ${acknowledgedBy?.author ?? 'somebody'}`)
  if (silencedBy.length > 0) parts.push('silenced')
  return parts.join(' · ')
}

const rank = { critical: 0, warning: 1, info: 2 } as const

/** Worst first, of the same the newest first; what follows from another comes after it. */
export function byGravity(a: Alert, b: Alert): number {
  const order = (alert: Alert): number =>
    (alert.cause ? 10 : 0) + (alert.state === 'pending' ? 5 : 0) + rank[alert.severity]
  return order(a) - order(b) || b.startsAt.localeCompare(a.startsAt)
}

/** Whether an alert has all words of a filter somewhere. */
export function alertMatches(alert: Alert, filter: string): boolean {
  const text = [alert.summary, alert.name, alert.service, alert.host, alert.severity, ...Object.values(alert.labels)]
    .join(' ')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) =>
      word.startsWith('host:') ? alert.host.toLowerCase() === word.slice('host:'.length) : text.includes(word),
    )
}

const deliveryShapes = { delivered: 'completed', waiting: 'backoff', 'gave-up': 'failed' } as const
export const deliveryWords = { delivered: 'Delivered', waiting: 'Waiting', 'gave-up': 'Given up' } as const
export const shapeOfDelivery = ({ state }: Pick<Delivery, 'state'>): ShapeName => deliveryShapes[state]

/** How long somebody keeps an alert quiet, as the menu offers it. */
export const silenceLengths = [
  ['30m', '30 minutes'],
  ['2h', '2 hours'],
  ['8h', '8 hours'],
  ['24h', 'a day'],
  ['7d', 'a week'],
  ['until', 'until…'],
] as const
