import type { ServerSettings } from '../config/index.ts'

/**
 * Why the listener of the `server` block, the one for others, is closed; undefined when there is no such block.
 * It opens only to people who are known and over an encrypted connection, and access control comes later.
 */
export function describeServerBlock(server: ServerSettings | undefined): string | undefined {
  if (!server) return undefined
  const where = `${server.host}:${server.port}`
  const { file, line } = server.range
  const lacks: string[] = []
  if (!server.tls?.enabled) lacks.push('it has no tls block with enabled = true')
  else if (!server.tls.certFile || !server.tls.keyFile) lacks.push('its tls block names no cert_file and key_file')
  lacks.push('there are no users yet who could sign in')
  return `${where} is closed (${file}:${line}): ${lacks.join(', and ')}. The agent answers on loopback only.`
}
