import { createHmac } from 'node:crypto'
import type { Notice } from '../../types.ts'
import { mostAlerts } from '../message.ts'
import { postJson } from './http.ts'
import type { Send } from './types.ts'

/** What a receiver gets: the alerts of one group, as the API has them. */
export function webhookBody({ id, status, groupLabels, alerts, missed }: Notice): string {
  const told = alerts.slice(0, mostAlerts)
  const count = missed ?? alerts.length
  return JSON.stringify({
    version: '1',
    id,
    status,
    groupLabels,
    alerts: told,
    ...(missed !== undefined && { missed }),
    ...(told.length < count && { truncatedAlerts: count - told.length }),
  })
}

/**
 * Headers by which a receiver drops repeats and tells whose a message is, as the Standard Webhooks specification has
 * them: the signature covers id, time and body.
 */
function signatureHeaders(id: string, nowMs: number, body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === '') return headers
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
  const sum = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...headers, 'webhook-signature': `v1,${sum}` }
}

export const sendWebhook: Send = ({ target, notice, nowMs, signal }) => {
  const body = webhookBody(notice)
  const headers = { ...target.headers, ...signatureHeaders(notice.id, nowMs, body, target.secret) }
  return postJson(target, target.url, body, headers, { nowMs, signal })
}
