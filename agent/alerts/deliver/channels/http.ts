import { messageOf } from '../../../../contract/failure.ts'
import { callHttp, DialError } from '../../../os/index.ts'
import { type Outcome, outcomeOf } from '../outcome.ts'
import type { Target } from '../target.ts'

const maxBodyBytes = 4096

/** Posts JSON. Of the answer only the status counts; what it says is told to nobody. */
export async function postJson(
  target: Pick<Target, 'allowPrivate' | 'timeoutMs'>,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { nowMs, signal }: { nowMs: number; signal: AbortSignal },
): Promise<Outcome> {
  try {
    const answer = await callHttp({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      policy: target.allowPrivate ? 'nearby' : 'public',
      timeoutMs: target.timeoutMs,
      maxBodyBytes,
      isStatusEnough: true,
      signal,
    })
    return outcomeOf(answer.status, answer.headers['retry-after'], nowMs)
  } catch (error) {
    // One sentence for all: which addresses are there inside is not for whoever may send a test.
    const detail = messageOf(error)
    const final = error instanceof DialError && (error.code === 'refused-address' || error.code === 'url')
    return { delivered: false, final, text: 'The receiver could not be reached', detail }
  }
}
