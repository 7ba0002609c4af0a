import { messageOf } from '../../contract/failure.ts'
import { callHttp } from '../os/index.ts'
import type { Encoder } from './encode.ts'
import { type Answer, answerOf } from './retry.ts'
import type { OtlpTarget, Signal } from './types.ts'

/** What a receiver may say about a request. */
const maxAnswerBytes = 64 * 1024

/** The address of a signal below that of its receiver, which may have a path of its own. */
export function addressFor(endpoint: string, signal: Signal): string {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`
  return url.href
}

/** One try. A receiver stands on this machine, beside it or far away, never at a link-local or metadata address. */
export async function sendOnce(
  { endpoint, headers, timeoutMs }: OtlpTarget,
  signal: Signal,
  contentType: string,
  body: Uint8Array,
  { encoder, abort, nowMs }: { encoder: Encoder; abort: AbortSignal; nowMs: () => number },
): Promise<Answer> {
  try {
    const answer = await callHttp({
      url: addressFor(endpoint, signal),
      method: 'POST',
      headers: { ...headers, 'content-type': contentType },
      body,
      policy: 'nearby',
      timeoutMs,
      maxBodyBytes: maxAnswerBytes,
      signal: abort,
    })
    const failure = answerOf(answer.status, answer.headers['retry-after'], nowMs())
    if (failure) return failure
    const { count, text } = rejectedOf(encoder, signal, answer.body)
    return { came: 'taken', rejected: count, text }
  } catch (error) {
    return { came: 'later', text: messageOf(error) }
  }
}

/** Many receivers answer something else than the protocol says; what they took they took all the same. */
function rejectedOf(encoder: Encoder, signal: Signal, body: Uint8Array): { count: number; text: string } {
  try {
    return encoder.rejected(signal, body)
  } catch {
    return { count: 0, text: '' }
  }
}
