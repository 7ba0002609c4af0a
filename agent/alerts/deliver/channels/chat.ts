import type { Alert } from '../../../../contract/index.ts'
import { composeMessage, cut } from '../message.ts'
import { postJson } from './http.ts'
import type { Send, SendRequest } from './types.ts'

/** What chats take at most, in characters. */
const most = { slackText: 3000, discordTitle: 256, discordText: 4000, telegram: 4096 }

const colours: Readonly<Record<Alert['severity'] | 'resolved', number>> = {
  critical: 0xd64545,
  warning: 0xd9930d,
  info: 0x3b82c4,
  resolved: 0x2e9e5b,
}

function colourOf({ notice }: SendRequest, severity: Alert['severity']): number {
  return colours[notice.status === 'resolved' ? 'resolved' : severity]
}

/** Slack's three characters of markup; a name must not become a link or a call to everyone. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export function slackBody(request: SendRequest): string {
  const { title, text, severity } = composeMessage(request.notice, request.target, escapeSlack)
  const plain = escapeSlack(composeMessage(request.notice, { title: request.target.title }).title)
  const color = `#${colourOf(request, severity).toString(16).padStart(6, '0')}`
  return JSON.stringify({
    text: cut(request.target.title === undefined ? plain : title, most.slackText),
    attachments: [{ color, text: cut(text, most.slackText), fallback: plain, mrkdwn_in: ['text'] }],
  })
}

export function discordBody(request: SendRequest): string {
  const { title, text, severity } = composeMessage(request.notice, request.target)
  const embed = { title: cut(title, most.discordTitle), description: cut(text, most.discordText) }
  return JSON.stringify({
    embeds: [{ ...embed, color: colourOf(request, severity) }],
    // Nobody is called by what a service or a label is named.
    allowed_mentions: { parse: [] },
  })
}

export function telegramBody(request: SendRequest): string {
  const { title, text } = composeMessage(request.notice, request.target)
  // No parse mode: all of it is text.
  return JSON.stringify({
    chat_id: request.target.chatId,
    text: cut(`${title}\n\n${text}`, most.telegram),
    link_preview_options: { is_disabled: true },
  })
}

export const sendSlack: Send = (request) =>
  postJson(request.target, request.target.url, slackBody(request), {}, request)

export const sendDiscord: Send = (request) =>
  postJson(request.target, request.target.url, discordBody(request), {}, request)

export const sendTelegram: Send = (request) => {
  const base = request.target.url === '' ? 'https://api.telegram.org' : request.target.url.replace(/\/+$/, '')
  return postJson(request.target, `${base}/bot${request.target.token}/sendMessage`, telegramBody(request), {}, request)
}
