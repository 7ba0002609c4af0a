import type { MessagePort } from 'node:worker_threads'
import type { LogLine } from '../../contract/index.ts'
import type { Reply } from './protocol.ts'

/** Lines in one message: copying them takes the receiver about a millisecond. */
const linesPerPart = 500

type Handlers = Record<string, (...args: never[]) => unknown>
type AnyRequest = { id: number; call: string; args: never[] }

/** Answers requests on a worker's port with what the handlers return; an error goes back as its name and message. */
export function serve<Calls extends Handlers>(port: MessagePort | null, handlers: Calls): void {
  port?.on('message', async ({ id, call, args }: AnyRequest) => {
    const reply = (message: Reply): void => port.postMessage(message)
    try {
      const handler = handlers[call]
      if (!handler) throw new Error(`the logs' worker does not know ${call}`)
      const result = await handler(...args)
      reply({ id, result: sendInParts(result, (part) => reply({ id, part })) })
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      reply({ id, error: { name, message } })
    }
  })
}

/** Sends all of a long list but its last part, which stays in the result. */
function sendInParts(result: unknown, send: (part: LogLine[]) => void): unknown {
  if (typeof result !== 'object' || result === null || !('items' in result)) return result
  const { items } = result as { items: LogLine[] }
  let at = 0
  for (; at + linesPerPart < items.length; at += linesPerPart) send(items.slice(at, at + linesPerPart))
  return { ...result, items: items.slice(at) }
}
