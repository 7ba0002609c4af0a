import type { LateText, MailSpec, NotificationSpec } from '../model.ts'
import type { Problems } from '../problems.ts'
import type { Fields } from '../settings/fields.ts'
import { readCommand } from './commands.ts'

const defaultTimeoutMs = 15_000

/** Where alerts are told: the desktop, what `agent.alerts` names, and the blocks, which may stand in place of these. */
export function readNotifications(
  root: Fields,
  mail: MailSpec | undefined,
  problems: Problems,
): Map<string, NotificationSpec> {
  const alerts = root.inner('agent').inner('alerts')
  const found = new Map<string, NotificationSpec>()
  const add = (spec: NotificationSpec): void => void found.set(spec.name, spec)
  const url = alerts.late('webhook_url')
  add(builtIn('desktop', { type: 'desktop' }))
  if (url) add(builtIn('webhook', { type: typeOfAddress(url), url, range: url.range }))
  if (mail && mail.to.length > 0) add(builtIn('mail', { type: 'email', to: mail.to, range: mail.range }))
  for (const fields of root.all('notification')) {
    if (fields.block?.complete !== false && fields.has('type')) add(readNotification(fields, mail, problems))
  }
  return found
}

const builtIn = (name: string, more: Pick<NotificationSpec, 'type'> & Partial<NotificationSpec>): NotificationSpec => ({
  name,
  builtIn: true,
  to: [],
  headers: new Map(),
  allowPrivate: false,
  timeoutMs: defaultTimeoutMs,
  sendResolved: true,
  ...more,
})

/** Chats take messages of their own shape only. */
function typeOfAddress({ parts: [start] }: LateText): 'slack' | 'discord' | 'webhook' {
  if (typeof start !== 'string') return 'webhook'
  if (start.startsWith('https://hooks.slack.com/')) return 'slack'
  return /^https:\/\/discord(?:app)?\.com\/api\/webhooks\//.test(start) ? 'discord' : 'webhook'
}

function readNotification(fields: Fields, mail: MailSpec | undefined, problems: Problems): NotificationSpec {
  const { block } = fields
  const to = fields.lates('to')
  const spec: NotificationSpec = {
    name: block?.label ?? '',
    type: fields.text('type') as NotificationSpec['type'],
    builtIn: false,
    to: to.length > 0 ? to : (mail?.to ?? []),
    headers: lateEntries(fields, 'headers'),
    allowPrivate: fields.bool('allow_private'),
    timeoutMs: fields.number('timeout'),
    sendResolved: fields.bool('send_resolved'),
    ...(block && { range: block.place.source.range(block.place) }),
  }
  const values = {
    url: fields.late('webhook_url') ?? fields.late('url'),
    secret: fields.late('secret'),
    token: fields.late('token'),
    chatId: fields.late('chat_id'),
    routingKey: fields.late('routing_key'),
    command: readCommand(fields, 'command', problems),
    title: fields.optionalText('title'),
    text: fields.optionalText('text'),
  }
  return Object.assign(spec, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)))
}

export function readMail(root: Fields): MailSpec | undefined {
  const email = root.inner('agent').inner('alerts').inner('email')
  const server = email.late('smtp_server')
  if (email.block === undefined || server === undefined) return undefined
  const [username, password, from] = [email.late('username'), email.late('password'), email.late('from')]
  return {
    server,
    to: email.lates('to'),
    ...(username && { username }),
    ...(password && { password }),
    ...(from && { from }),
    range: email.block.place.source.range(email.block.place),
  }
}

export function lateEntries(fields: Fields, name: string): Map<string, LateText> {
  return new Map([...fields.entries(name)].map(([key, { value }]) => [key, value as LateText]))
}
