import { type LateContext, LateTexts, type MailSpec, type NotificationSpec } from '../../config/index.ts'
import { addressRefusal } from '../../os/index.ts'

/** A notification with every value known. */
export interface Target {
  name: string
  type: NotificationSpec['type']
  url: string
  to: string[]
  headers: Record<string, string>
  allowPrivate: boolean
  secret: string
  token: string
  chatId: string
  routingKey: string
  argv: string[]
  timeoutMs: number
  title: string | undefined
  text: string | undefined
  mail?: MailServer
}

export interface MailServer {
  host: string
  port: number
  username: string
  password: string
  from: string
}

/** The target of a notification, or why nothing can be sent there. */
export function targetOf(
  spec: NotificationSpec,
  mail: MailSpec | undefined,
  context: LateContext,
): { target: Target } | { problem: string } {
  const late = new LateTexts(spec.range?.file ?? '.', context)
  const text = (value: Parameters<LateTexts['text']>[0] | undefined): string => (value ? late.text(value) : '')
  const target: Target = {
    name: spec.name,
    type: spec.type,
    url: text(spec.url).trim(),
    to: spec.to.map((each) => late.text(each)),
    headers: Object.fromEntries([...spec.headers].map(([name, value]) => [name, late.text(value)])),
    allowPrivate: spec.allowPrivate,
    secret: text(spec.secret),
    token: text(spec.token),
    chatId: text(spec.chatId),
    routingKey: text(spec.routingKey),
    argv: spec.command?.argv.map((word) => late.text(word)) ?? [],
    timeoutMs: spec.timeoutMs,
    title: spec.title,
    text: spec.text,
  }
  if (spec.type === 'email') {
    if (!mail) return { problem: 'There is no mail server: write agent { alerts { email { … } } }.' }
    const server = mailServerOf(mail, context)
    if ('problem' in server) return server
    target.mail = server
  }
  const [missing] = late.missing
  const problem = missing?.message ?? problemOf(target)
  return problem === undefined ? { target } : { problem }
}

function mailServerOf(mail: MailSpec, context: LateContext): MailServer | { problem: string } {
  const late = new LateTexts(mail.range.file, context)
  const address = late.text(mail.server).trim()
  const [, host = '', port] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(address) ?? []
  const server = {
    host,
    port: port === undefined ? 587 : Number(port),
    username: mail.username ? late.text(mail.username) : '',
    password: mail.password ? late.text(mail.password) : '',
    from: mail.from ? late.text(mail.from) : '',
  }
  const [missing] = late.missing
  if (missing) return { problem: missing.message }
  if (host !== '' && server.port > 0 && server.port < 65_536) return server
  return { problem: `"${address}" is no mail server: write host and port, as "smtp.example.com:587".` }
}

/** What can be seen without sending anything. */
function problemOf({ url, type, allowPrivate, to }: Target): string | undefined {
  if (type === 'email' && to.length === 0) return 'It does not say whom mails go to.'
  if (url === '') return undefined
  if (!URL.canParse(url)) return 'Its address is none.'
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'Its address begins neither with https:// nor with http://.'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const address = /^(?:.+\.)?localhost\.?$/i.test(host) ? '127.0.0.1' : host
  // A name is judged by what it turns out to be when it is dialled.
  if (!/^[\d.]+$|:/.test(address)) return undefined
  const never = addressRefusal(address, 'nearby')
  if (never !== undefined) return `${host} ${never}.`
  if (allowPrivate || addressRefusal(address, 'public') === undefined) return undefined
  return `${host} is a loopback or private address: write allow_private = true if that is meant.`
}

/** Where it goes, without what only the sender may know. */
export function shownTarget(spec: NotificationSpec, found: ReturnType<typeof targetOf>): string {
  if (spec.type === 'desktop') return 'this desktop'
  if (!('target' in found)) return ''
  const { url, to, argv, chatId } = found.target
  if (spec.type === 'email') return to.join(', ')
  if (spec.type === 'command') return argv[0] ?? ''
  if (spec.type === 'telegram') return `chat ${chatId}`
  if (spec.type === 'pagerduty') return url === '' ? 'events.pagerduty.com' : new URL(url).host
  return new URL(url).host
}
