import type { NotificationSpec } from '../../../config/index.ts'
import type { Notice } from '../../types.ts'
import type { Target } from '../target.ts'
import { discordBody, sendDiscord, sendSlack, sendTelegram, slackBody, telegramBody } from './chat.ts'
import { sendCommand } from './command.ts'
import { sendDesktop } from './desktop.ts'
import { sendMail } from './mail.ts'
import { pagerDutyBody, sendPagerDuty } from './pagerduty.ts'
import type { Send, SendRequest } from './types.ts'
import { sendWebhook, webhookBody } from './webhook.ts'

export type { DesktopNotice, Send } from './types.ts'

export const channels: Readonly<Record<NotificationSpec['type'], Send>> = {
  desktop: sendDesktop,
  webhook: sendWebhook,
  slack: sendSlack,
  email: sendMail,
  discord: sendDiscord,
  telegram: sendTelegram,
  pagerduty: sendPagerDuty,
  command: sendCommand,
}

const bodies: Partial<Record<NotificationSpec['type'], (request: SendRequest) => string>> = {
  webhook: ({ notice }) => webhookBody(notice),
  command: ({ notice }) => webhookBody(notice),
  slack: slackBody,
  discord: discordBody,
  telegram: telegramBody,
  pagerduty: pagerDutyBody,
}

/** What goes over the wire, for a preview; the key of a receiver is left out. */
export function bodyOf(target: Target, notice: Notice, hostName: string): string | undefined {
  const shown = { ...target, routingKey: target.routingKey === '' ? '' : '••••••' }
  const request: SendRequest = {
    target: shown,
    notice,
    hostName,
    nowMs: 0,
    env: {},
    showOnDesktop: () => undefined,
    signal: new AbortController().signal,
  }
  const body = bodies[target.type]?.(request)
  return body === undefined ? undefined : JSON.stringify(JSON.parse(body), null, 2)
}
