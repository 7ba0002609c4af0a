import { addressRefusal, dial } from '../../../os/index.ts'
import { composeMessage } from '../message.ts'
import type { Failure } from '../outcome.ts'
import type { MailServer } from '../target.ts'
import type { Send, SendRequest } from './types.ts'

const tlsPort = 465
const mostSubject = 200

type Socket = Awaited<ReturnType<typeof dial>>

/**
 * A mail with text and the same as HTML. A server elsewhere has to speak TLS with a certificate that is verified; so has
 * one that is told a password.
 */
export const sendMail: Send = async (request) => {
  const { target, signal } = request
  const { mail } = target
  if (!mail) return { delivered: false, final: true, text: 'There is no mail server' }
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new Error(`No answer within ${target.timeoutMs} ms`)), target.timeoutMs)
  const ending = AbortSignal.any([signal, limit.signal])
  let socket: Socket | undefined
  const abort = (): void => void socket?.destroy(ending.reason)
  ending.addEventListener('abort', abort, { once: true })
  try {
    socket = await dial({ host: mail.host, port: mail.port, policy: 'nearby', signal: ending })
    // After a limit that ended the dialogue nobody listens any more.
    socket.on('error', () => undefined)
    // It is as large as half of the agent, and most never send a mail.
    const { createTransport } = await import('nodemailer')
    await createTransport({ ...securityOf(mail, socket), ...optionsOf(request, socket, mail) }).sendMail(
      mailOf(request, mail),
    )
    return { delivered: true }
  } catch (error) {
    return failureOf(error)
  } finally {
    clearTimeout(timer)
    ending.removeEventListener('abort', abort)
    socket?.destroy()
  }
}

/** The mail server of this very machine may do without TLS, as it usually does, as long as no password is told. */
function securityOf({ port, username }: MailServer, socket: Socket) {
  const isHere = addressRefusal(socket.remoteAddress ?? '', 'public')?.includes('this machine') ?? false
  const isRelaxed = isHere && username === ''
  return {
    secure: port === tlsPort,
    requireTLS: !isRelaxed,
    tls: { rejectUnauthorized: !isRelaxed },
  }
}

function optionsOf({ target }: SendRequest, socket: Socket, { host, port, username, password }: MailServer) {
  return {
    host,
    port,
    connection: socket,
    ...(username !== '' && { auth: { user: username, pass: password } }),
    connectionTimeout: target.timeoutMs,
    greetingTimeout: target.timeoutMs,
    socketTimeout: target.timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function mailOf({ target, notice, hostName }: SendRequest, { from, username }: MailServer) {
  const { title, text } = composeMessage(notice, target)
  const domain = /^[\w.-]+$/.test(hostName) ? hostName : 'localhost'
  const sender = from || (username.includes('@') ? username : `hxe@${domain}`)
  return {
    from: { name: 'HXE', address: sender },
    to: target.to,
    subject: title.slice(0, mostSubject),
    text: `${text}\n`,
    html: htmlOf(title, text),
    messageId: `<${notice.id}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-HXE-Delivery': notice.id },
  }
}

/** All of it is text: nothing in a name becomes markup. */
export function htmlOf(title: string, text: string): string {
  const lines = escapeHtml(text).split('\n').join('<br>\n')
  return `<!doctype html>\n<html><body><h3>${escapeHtml(title)}</h3>\n<p>${lines}</p></body></html>\n`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

function failureOf(error: unknown): Failure {
  const { responseCode, message = String(error) } = error as { responseCode?: number; message?: string }
  const final = responseCode !== undefined && responseCode >= 500
  const text =
    responseCode === undefined ? 'The mail server could not be used' : `The mail server answered ${responseCode}`
  return { delivered: false, final, text, detail: message }
}
