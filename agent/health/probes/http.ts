import { STATUS_CODES } from 'node:http'
import type { ResolvedProbe } from '../../config/index.ts'
import { callHttp } from '../../os/index.ts'
import { type Answer, type ProbeLimits, timed } from './probe.ts'

const maxRedirects = 5
/** Of an answer so much is looked at. */
const maxBodyBytes = 1024 * 1024

type HttpProbe = Extract<ResolvedProbe, { type: 'http' }>

/** Asks an address and judges what comes back; a redirect that is not expected itself is followed. */
export function probeHttp(probe: HttpProbe, limits: ProbeLimits): Promise<Answer> {
  const { url, method, headers, expectStatus, expectBody, skipVerify } = probe
  return timed(limits, async () => {
    const answer = await callHttp({
      url,
      method,
      headers,
      policy: 'nearby',
      timeoutMs: limits.timeoutMs,
      signal: limits.signal,
      maxBodyBytes,
      maxRedirects,
      follows: (status) => !expectStatus.includes(status),
      skipVerify,
    })
    const { status } = answer
    const said = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
    const isExpected = expectStatus.length > 0 ? expectStatus.includes(status) : status >= 200 && status < 400
    if (!isExpected) return { ok: false, text: `answered ${said}, not ${expected(expectStatus)}` }
    if (expectBody === undefined || answer.body.includes(expectBody)) return { ok: true, text: said }
    const where = answer.truncated ? 'the first 1 MiB of its answer' : 'its answer'
    return { ok: false, text: `answered ${said}, and ${where} does not contain "${expectBody}"` }
  })
}

const expected = (statuses: readonly number[]): string => (statuses.length > 0 ? statuses.join(' or ') : '200 to 399')
