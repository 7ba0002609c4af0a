const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

export const panelOrigin = 'hxe-panel://panel'

/** Custom schemes have an opaque `origin` in Node, so scheme and host are compared. */
export function isPanelAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host } = new URL(address)
  return protocol === 'hxe-panel:' && host === 'panel'
}

/** The address as the browser may be given it: https, or http on loopback, without credentials. */
export function externalAddress(address: unknown): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.username || url.password) return undefined
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname))
  return allowed ? url.href : undefined
}
