import { createHash } from 'node:crypto'
import { composeMessage, cut, mostAlerts } from '../message.ts'
import { postJson } from './http.ts'
import type { Send, SendRequest } from './types.ts'

const endpoint = 'https://events.pagerduty.com/v2/enqueue'
const mostSummary = 1024

/** The same for what is triggered and what resolves it, on every machine its own. */
function dedupKey({ notice, hostName }: SendRequest): string {
  const labels = Object.entries(notice.groupLabels).sort(([a], [b]) => (a < b ? -1 : 1))
  if (notice.missed !== undefined) labels.push(['id', notice.id])
  return `hxe-${createHash('sha256')
    .update(JSON.stringify([hostName, labels]))
    .digest('hex')
    .slice(0, 40)}`
}

/** Events API v2: one incident for each group. What was missed opens one that nobody is woken for: a person closes it. */
export function pagerDutyBody(request: SendRequest): string {
  const { notice, target, hostName } = request
  const { title, text, severity } = composeMessage(notice, target)
  const [first] = notice.alerts
  const runbooks = notice.alerts.flatMap(({ runbook, name }) => (runbook ? [{ href: runbook, text: name }] : []))
  return JSON.stringify({
    routing_key: target.routingKey,
    event_action: notice.status === 'resolved' && notice.missed === undefined ? 'resolve' : 'trigger',
    dedup_key: dedupKey(request),
    client: 'HXE',
    payload: {
      summary: cut(title, mostSummary),
      source: first?.host ?? hostName,
      severity: notice.missed === undefined ? severity : 'info',
      ...(first?.service !== undefined && { component: first.service }),
      ...(first && { timestamp: first.startsAt, class: first.name }),
      custom_details: {
        text,
        delivery: notice.id,
        alerts: notice.alerts.slice(0, mostAlerts).map(({ summary }) => summary),
      },
    },
    links: runbooks.slice(0, mostAlerts),
  })
}

export const sendPagerDuty: Send = (request) => {
  const url = request.target.url === '' ? endpoint : request.target.url
  return postJson(request.target, url, pagerDutyBody(request), {}, request)
}
