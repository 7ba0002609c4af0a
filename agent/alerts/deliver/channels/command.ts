import { messageOf } from '../../../../contract/failure.ts'
import { execute } from '../../../os/index.ts'
import { composeMessage } from '../message.ts'
import type { Send, SendRequest } from './types.ts'
import { webhookBody } from './webhook.ts'

/** What a command is given of the agent's environment: none of its secrets. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
]
const mostVariable = 2000

function envOf({ env, notice, target }: SendRequest): Record<string, string> {
  const { title, text, severity } = composeMessage(notice, target)
  const kept = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]))
  return {
    ...Object.fromEntries(kept),
    HXE_DELIVERY: notice.id,
    HXE_NOTIFICATION: notice.notification,
    HXE_STATUS: notice.status,
    HXE_SEVERITY: severity,
    HXE_TITLE: title.slice(0, mostVariable).replaceAll('\0', ''),
    HXE_TEXT: text.slice(0, mostVariable).replaceAll('\0', ''),
  }
}

/** Runs a program with the message as JSON on its input; its exit code says whether it was told. */
export const sendCommand: Send = async (request) => {
  const { target, notice, signal } = request
  try {
    const {
      exitCode,
      signal: ended,
      timedOut,
      output,
    } = await execute({
      argv: target.argv,
      env: envOf(request),
      input: webhookBody(notice),
      timeoutMs: target.timeoutMs,
      signal,
    })
    if (exitCode === 0) return { delivered: true }
    const how = exitCode === null ? `was ended by ${ended}` : `ended with code ${exitCode}`
    const text = timedOut ? `The command was ended after ${target.timeoutMs / 1000} s` : `The command ${how}`
    return { delivered: false, final: false, text, detail: output.slice(-mostVariable) }
  } catch (error) {
    const detail = messageOf(error)
    return { delivered: false, final: false, text: 'The command could not be started', detail }
  }
}
