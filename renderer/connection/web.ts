import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { contract, errorOfProblem, fetchProblems } from '../../contract/index.ts'
import type { Carrier } from './types.ts'

/** In a browser: REST and server-sent events at the page's own origin, with the session's cookie. */
export function openWebCarrier(host?: string): Carrier {
  const through = host === undefined ? '' : `/hosts/${encodeURIComponent(host)}`
  const link = new OpenAPILink(contract, {
    url: `${window.location.origin}/api/v1${through}`,
    customErrorResponseBodyDecoder: errorOfProblem,
    fetch: (request, init) => fetchProblems(request, { ...init, credentials: 'same-origin', cache: 'no-store' }),
  })
  return { kind: 'web', link, closed: new Promise(() => {}), close: () => {} }
}
