// The app that `npm run dev` opens: the built main process as it is, with the panel's files coming from Vite. The page
// keeps its address and its origin, so what ships needs to know nothing of development.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { app, protocol } from 'electron'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const server = process.env.HXE_DEV_SERVER
const { name, productName, version, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

// Vite's page has an inline script, and is told of changes over a WebSocket.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  `connect-src 'self' ${server.replace('http:', 'ws:')}`,
].join('; ')

async function fromVite(request) {
  const { pathname, search } = new URL(request.url)
  const answer = await fetch(`${server}${pathname}${search}`, {
    headers: { accept: request.headers.get('accept') ?? '*/*' },
  })
  const headers = new Headers(answer.headers)
  headers.set('content-security-policy', policy)
  // Already decoded by fetch.
  headers.delete('content-encoding')
  headers.delete('content-length')
  return new Response(answer.body, { status: answer.status, headers })
}

const handle = protocol.handle.bind(protocol)
protocol.handle = (scheme, handler) => handle(scheme, scheme.startsWith('hxe') ? fromVite : handler)

app.setAppPath(root)
app.setName(productName ?? name)
app.setVersion(version)
app.setPath('userData', join(app.getPath('appData'), app.getName()))
await import(pathToFileURL(join(root, main)).href)
