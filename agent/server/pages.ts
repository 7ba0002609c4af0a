import fastifyHelmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Access, sessionCookie } from './access.ts'
import { sendProblem } from './reply.ts'

/** security.md 3.1. Nothing remote, nothing inline, in no frame. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'object-src': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  },
}

/** Hashed names never change what they mean; everything else is asked for again. */
const hashedAsset = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/

/** First parts of paths that are never a page of the panel. */
const notPages: ReadonlySet<string> = new Set([
  'api',
  'healthz',
  'readyz',
  'metrics',
  'openapi.json',
  'docs',
  'ws',
  'graphql',
])

const codePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HXE</title></head>
<body><h1>This address no longer works</h1>
<p>It opens the panel once, within five minutes of being made. Run <code>hxe open</code> for a new one.</p></body></html>
`

export const signInPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HXE</title></head>
<body><h1>Not signed in</h1>
<p>Run <code>hxe open</code>: it opens the panel with this browser signed in. Then load this page again.</p></body></html>
`

const firstPart = (path: string): string => path.split('/')[1] ?? ''

/** Whether an address is the API's or another part's, which the panel's wildcard must not open to all. */
export function isReserved(path: string): boolean {
  return notPages.has(firstPart(path))
}

/** Dots, backslashes and the like, also percent-encoded: no page of the panel has them in its address. */
const crooked = /(^|\/)\.{1,2}(\/|$)|[\\\0]/

/** Whether an address is one of the panel's own, which all show its one page: `/`, `/services/web%230`. */
function isPanelRoute(path: string): boolean {
  if (isReserved(path) || firstPart(path) === 'assets') return false
  return !crooked.test(decodeURIComponent(path)) && !/\.[a-z0-9]{1,8}$/i.test(path.slice(path.lastIndexOf('/') + 1))
}

export interface PagesOptions {
  /** The built panel; a missing folder is said to whoever asks for it. */
  panelDir: string
  access: Access
  port: () => number
}

/** Sends a file of the panel; one that is not there ends in `answerUnknown`. */
export function sendFile(reply: FastifyReply, name: string): FastifyReply {
  return reply.sendFile(name)
}

function exchangeCode(request: FastifyRequest, reply: FastifyReply, code: string, options: PagesOptions): FastifyReply {
  // A browser that fetches ahead of a click must not use the code up.
  const purpose = `${request.headers['sec-purpose'] ?? ''}${request.headers.purpose ?? ''}`
  if (purpose.includes('prefetch')) return reply.code(503).header('cache-control', 'no-store').send()
  const session = options.access.redeem(code)
  reply.header('cache-control', 'no-store')
  if (session === undefined) return reply.code(401).type('text/html; charset=utf-8').send(codePage)
  return reply.header('set-cookie', sessionCookie(options.port(), session)).redirect('/', 303)
}

/** The panel's files, open to all; and the exchange of a one-time code for a session. */
export async function addPages(app: FastifyInstance, options: PagesOptions): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy,
    hsts: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(fastifyStatic, {
    root: options.panelDir,
    serve: false,
    index: false,
    dotfiles: 'deny',
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', hashedAsset.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/', { config: { open: 'always' } }, (request, reply) => {
    const { code } = request.query as { code?: unknown }
    return code === undefined ? sendFile(reply, 'index.html') : exchangeCode(request, reply, String(code), options)
  })
  app.get('/*', { config: { open: 'panel' } }, (request, reply) => {
    const path = pathOf(request)
    return sendFile(reply, isPanelRoute(path) ? 'index.html' : decodeURIComponent(path))
  })
}

export const pathOfTarget = (target: string): string => target.split('?', 1)[0] ?? '/'

export function pathOf(request: FastifyRequest): string {
  return pathOfTarget(request.url)
}

/** What no route answers, and what a route found no file for. */
export function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message =
    request.method === 'GET' && isPanelRoute(pathOf(request))
      ? 'The panel is not built: run "npm run build". The API is under /api/v1.'
      : 'There is nothing at this address; /docs lists what there is.'
  return sendProblem(reply, { status: 404, code: 'NOT_FOUND', message })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may come without a token: everybody, or everybody to what is the panel's. Absent: nobody. */
    open?: 'always' | 'panel'
  }
}
