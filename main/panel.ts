import { extname, join, resolve, sep } from 'node:path'
import { protocol } from 'electron'

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.json', 'application/json'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
])

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Before the app is ready. */
export function registerPanelScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'hxe-panel', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** The file that an address names, or undefined when it lies outside the panel. */
function panelFile(dir: string, address: string): string | undefined {
  try {
    const { host, pathname } = new URL(address)
    const path = decodeURIComponent(pathname)
    if (host !== 'panel' || path.includes('\0')) return undefined
    const file = resolve(join(dir, extname(path) === '' ? 'index.html' : path))
    return file.startsWith(resolve(dir) + sep) ? file : undefined
  } catch {
    // An address that cannot be parsed names no file.
    return undefined
  }
}

const headers = { 'content-security-policy': policy, 'x-content-type-options': 'nosniff' }

/**
 * By Chromium's own reader of files rather than `protocol.handle`, which Electron would have instead: that one loads
 * Node's fetch, 40 ms of a start, and passes what it reads through this thread, which is just reading the program.
 */
export function servePanel(dir: string): void {
  protocol.registerFileProtocol('hxe-panel', ({ url }, answer) => {
    const file = panelFile(dir, url)
    if (file === undefined) return answer({ statusCode: 404, headers })
    answer({ path: file, headers, mimeType: types.get(extname(file)) ?? 'application/octet-stream' })
  })
}
