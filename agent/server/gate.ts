/**
 * What is refused before routing, before authentication and before a body is read: requests that were not meant for
 * this server (DNS rebinding), that a page of another origin made, or that carry a secret where it would be written down.
 */

export interface GateRequest {
  method: string
  /** The request target as it came. */
  url: string
  /** Names and values in turn, as Node gives them: the only place where a second Host shows. */
  rawHeaders: readonly string[]
}

export interface Refusal {
  status: number
  code: string
  message: string
}

const readOnlyMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const secretParameters: ReadonlySet<string> = new Set([
  'token',
  'access_token',
  'auth_token',
  'id_token',
  'refresh_token',
  'api_key',
  'api-key',
  'apikey',
  'x-api-key',
  'bearer',
  'authorization',
  'password',
])

export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}

/** The Host values that name this listener, and nothing else does. */
function hostsOf(port: number): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]
}

export function changesState(method: string): boolean {
  return !readOnlyMethods.has(method)
}

function secretParameterOf(url: string): string | undefined {
  const mark = url.indexOf('?')
  if (mark === -1) return undefined
  for (const name of new URLSearchParams(url.slice(mark + 1)).keys()) {
    if (secretParameters.has(name.toLowerCase())) return name
  }
  return undefined
}

/** Whether a page of another origin is behind the request. Browsers state it; nothing a page can do removes it. */
function foreignPage(request: GateRequest, host: string): string | undefined {
  const origins = headerValues(request.rawHeaders, 'origin')
  const foreign = origins.find((origin) => origin !== `http://${host}`)
  if (foreign !== undefined) return foreign
  const sites = headerValues(request.rawHeaders, 'sec-fetch-site')
  const site = sites.find((value) => value !== 'same-origin' && value !== 'none')
  if (site === undefined) return undefined
  // A link from elsewhere may open the panel; its pages are no secret and nothing happens.
  const modes = headerValues(request.rawHeaders, 'sec-fetch-mode')
  const opensPage = request.method === 'GET' && modes[0] === 'navigate' && !request.url.startsWith('/api')
  return opensPage ? undefined : site
}

/** The reason to turn a request away, or undefined. `port` is the one that is listened on. */
export function refusalOf(request: GateRequest, port: number): Refusal | undefined {
  const hosts = headerValues(request.rawHeaders, 'host')
  const host = hosts[0]
  if (host === undefined) return { status: 400, code: 'BAD_INPUT', message: 'The request has no Host header.' }
  if (hosts.length > 1) return { status: 400, code: 'BAD_INPUT', message: 'The request has more than one Host header.' }
  if (!hostsOf(port).includes(host)) {
    const message = `This agent answers to ${hostsOf(port).join(', ')}, not to the name in the Host header.`
    return { status: 421, code: 'MISDIRECTED_REQUEST', message }
  }
  if (!request.url.startsWith('/')) {
    return { status: 400, code: 'BAD_INPUT', message: 'The request target is not a path that begins with /.' }
  }
  const parameter = secretParameterOf(request.url)
  if (parameter !== undefined) {
    const message = `A secret does not belong in an address, which is logged and remembered: send it as the header "Authorization: Bearer …" instead of the parameter ${JSON.stringify(parameter.slice(0, 40))}.`
    return { status: 400, code: 'BAD_INPUT', message }
  }
  if (foreignPage(request, host) !== undefined) {
    return { status: 403, code: 'FORBIDDEN', message: 'A page of another origin may not use this agent.' }
  }
  return undefined
}
