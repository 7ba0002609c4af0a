import { createServer as createNetServer } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { problemSchema, serviceSchema } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { routes } from './fixtures/client.ts'
import { event, service } from './fixtures/core.ts'
import { movableClock, type Started, startServer } from './fixtures/start.ts'
import { PortTakenError } from './index.ts'

let started: Started

beforeAll(async () => {
  started = await startServer()
})
afterAll(() => started.stop())
beforeEach(() => {
  started.fake.calls.length = 0
  started.logged.length = 0
})

const lastInput = () => started.fake.calls.at(-1)?.input as Record<string, number> | undefined
const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>
const post = (path: string, body?: unknown, method = 'POST') =>
  started.call(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

const at = { file: 'services.hcl', line: 1, column: 1 }

const bodies: Readonly<Record<string, object>> = {
  'services.create': { name: 'web', command: 'sleep 1' },
  'services.act': { verb: 'start', names: ['web'] },
  'services.draft': { name: 'web', command: 'sleep 1' },
  'services.editForm': { changes: [] },
  'language.read': { name: 'services.hcl' },
  'language.complete': { at },
  'language.hover': { at },
  'language.definition': { at },
  'language.references': { at },
  'language.rename': { at, to: 'web' },
  'language.format': { name: 'services.hcl', text: '' },
  'runs.create': { argv: ['true'] },
  'fixes.apply': { action: { kind: 'open-logs', service: 'web' } },
  'services.signal': { signal: 'SIGHUP' },
  'config.rollback': { revision: 1 },
  'alerts.ack': { note: 'seen' },
  'silences.create': { matchers: [{ name: 'service', value: 'web' }], reason: 'known', duration: '1h' },
  'rules.draft': { name: 'high', when: 'cpu_percent > 1' },
  'rules.write': { name: 'high', when: 'cpu_percent > 1' },
  'rules.test': { rule: { name: 'high', when: 'cpu_percent > 1' } },
  'fleet.rollouts.create': { verb: 'restart', services: { names: ['web'] }, hosts: { all: true } },
  'fleet.commands.create': { host: 'atlas', verb: 'start', services: ['web'], expiresInMs: 60_000 },
  'fleet.connection.try': { servers: ['nats://127.0.0.1:4222'], credential: { kind: 'none' } },
  'fleet.connection.set': { servers: ['nats://127.0.0.1:4222'], credential: { kind: 'none' } },
  'fleet.bundles.plan': { remove: true },
  'fleet.bundles.apply': { remove: true },
  'fleet.bundles.preview': { name: 'web', files: null },
  'import.find': { folder: '/srv' },
  'import.preview': { folder: '/srv', files: [{ file: 'Procfile' }] },
  'import.write': { file: 'new.hcl', hcl: 'service "new" {}' },
}

const queries: Readonly<Record<string, string>> = { 'logs.whole': '?service=web&place=1%2F1' }

describe('every route of the contract', () => {
  test.each(routes.filter(({ name }) => !/follow|watch|exec|hits/.test(name)))(
    'answers with its own shape or a problem: $method $path',
    async ({ method, path, name }) => {
      const body = bodies[name] ?? {}
      const query = name.startsWith('metrics.') ? '?metric=cpu_percent' : queries[name]
      const answer = method === 'GET' ? await started.call(path + (query ?? '')) : await post(path, body, method)
      expect([name, answer.status]).toEqual([name, 200])
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    },
  )

  test.each(routes.filter(({ audited }) => audited))(
    'leaves a line of who did it: $name',
    async ({ method, path, name }) => {
      const body = name === 'services.exec' ? { argv: ['true'] } : {}
      const answer = method === 'GET' ? await started.call(path) : await post(path, body, method)
      await answer.body?.cancel()
      const line = started.logged.find(({ fields }) => 'audit' in fields)?.fields.audit
      expect(line).toMatchObject({ author: 'ada', role: 'admin', carrier: 'rest', procedure: name })
    },
  )
})

describe('services', () => {
  test('come in pages in the order of the files, and go on after one that has gone', async () => {
    const names = Array.from({ length: 25 }, (_, i) => `s${i}`)
    const own = await startServer({ names })
    try {
      const first = await json(await own.call('/api/v1/services?limit=10'))
      expect((first.items as { name: string }[]).map(({ name }) => name)).toEqual(names.slice(0, 10))
      own.fake.services.delete('s9')
      const second = await json(await own.call(`/api/v1/services?limit=10&cursor=${first.nextCursor}`))
      expect((second.items as { name: string }[]).length).toBe(10)
      const third = await json(await own.call(`/api/v1/services?limit=10&cursor=${second.nextCursor}`))
      expect(third.nextCursor).toBeUndefined()
    } finally {
      await own.stop()
    }
  })

  test('are chosen by state, tag and a part of the name', async () => {
    started.fake.services.set(
      'Front-End',
      service('Front-End', { tags: ['ui'], state: 'failed', groups: ['g'], app: 'shop' }),
    )
    for (const query of [
      'state=failed',
      'tag=ui',
      'group=g',
      'app=shop',
      'search=front',
      'state=failed&tag=ui&search=END',
    ]) {
      const { items } = await json(await started.call(`/api/v1/services?${query}`))
      expect([query, (items as { name: string }[]).map(({ name }) => name)]).toEqual([query, ['Front-End']])
    }
    started.fake.services.delete('Front-End')
  })

  test('have a limit that is cut and not refused above 10,000', async () => {
    for (const limit of ['10000', '10001', '999999', '99999999999999999999999999']) {
      expect([limit, (await started.call(`/api/v1/services?limit=${limit}`)).status]).toEqual([limit, 200])
    }
    await started.call('/api/v1/logs?limit=500000')
    expect(started.fake.calls.at(-1)?.input).toMatchObject({ limit: 10_000 })
    for (const limit of ['0', '-1', 'x', '1.5', '1e400']) {
      const answer = await started.call(`/api/v1/services?limit=${limit}`)
      expect([limit, answer.status]).toEqual([limit, 400])
      expect(await json(answer)).toMatchObject({ code: 'BAD_INPUT', errors: [{ path: 'limit' }] })
    }
    expect((await started.call('/api/v1/services?cursor=nonsense')).status).toBe(400)
  })

  test.each(['web#0', 'größe', '数据库', 'a/b', 'a b', '..', '%41', 'x?y', '✓', '__proto__', 'a\\b'])(
    'may be named %s',
    async (name) => {
      started.fake.services.set(name, service(name))
      const answer = await started.call(`/api/v1/services/${name === '..' ? '%2E%2E' : encodeURIComponent(name)}`)
      // Dots alone cannot stand in an address: every client resolves them before it sends.
      if (name === '..') expect(answer.status).toBe(404)
      else expect(await json(answer)).toMatchObject({ name })
      started.fake.services.delete(name)
    },
  )

  test('that are not there are a problem with a suggestion', async () => {
    const answer = await started.call('/api/v1/services/wbe')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await json(answer)).toEqual({
      type: 'urn:hxe:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is no service wbe',
      code: 'NOT_FOUND',
      suggestion: 'web',
      correlationId: answer.headers.get('x-correlation-id'),
    })
    for (const path of ['processes', 'why', 'config', 'logs'])
      expect((await started.call(`/api/v1/services/wbe/${path}`)).status).toBe(404)
    expect((await started.call('/api/v1/logs?service=wbe')).status).toBe(404)
  })
})

describe('what a request is called', () => {
  const named = { 'x-correlation-id': 'deploy-42' }
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`
  const startWeb = (headers: Record<string, string>): Promise<Response> =>
    started.call('/api/v1/services/web/start', { method: 'POST', headers })
  const traceOfCall = (): unknown => started.fake.calls.at(-1)?.caller?.trace

  test('goes to what carries it out, into the audit line and back with the answer', async () => {
    const answer = await startWeb(named)
    expect(answer.headers.get('x-correlation-id')).toBe('deploy-42')
    expect(traceOfCall()).toMatchObject({ correlationId: 'deploy-42' })
    expect(started.logged.find(({ fields }) => 'audit' in fields)?.fields.correlationId).toBe('deploy-42')
  })

  test('is its trace where it comes with traceparent, and the answer names the span of the call', async () => {
    const answer = await startWeb({ traceparent })
    expect(answer.headers.get('x-correlation-id')).toBe(traceId)
    const [, trace, span] = (answer.headers.get('traceresponse') ?? '').split('-')
    expect(trace).toBe(traceId)
    expect(traceOfCall()).toEqual({ correlationId: traceId, traceId, spanId: span })
  })

  test('is told with every refusal, also to who is not let in', async () => {
    const unknown = await started.call('/api/v1/services/wbe', { headers: named })
    expect(await json(unknown)).toMatchObject({ code: 'NOT_FOUND', correlationId: 'deploy-42' })
    const stranger = await started.call('/api/v1/services', { headers: named, token: null })
    expect(stranger.status).toBe(401)
    expect(stranger.headers.get('x-correlation-id')).toBe('deploy-42')
    expect(await json(stranger)).toMatchObject({ correlationId: 'deploy-42' })
  })

  test('is made up where the request says nothing, or nothing that may be written down', async () => {
    const ids = new Set<string | null>()
    for (const headers of [{}, { 'x-correlation-id': '<script>' }, { 'x-correlation-id': 'a'.repeat(200) }])
      ids.add((await startWeb(headers)).headers.get('x-correlation-id'))
    expect(ids.size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a verb', () => {
  test('answers at once with the service', async () => {
    const answer = await post('/api/v1/services/web/start')
    expect(serviceSchema.parse(await json(answer))).toMatchObject({ name: 'web', state: 'starting' })
    expect(started.fake.calls).toEqual([
      {
        what: 'start',
        name: 'web',
        caller: { author: 'ada', role: 'admin', trace: expect.anything() },
        input: undefined,
      },
    ])
  })

  test('waits as its query or its body says', async () => {
    for (const call of [
      () => post('/api/v1/services/web/start?wait=running&timeoutMs=1234'),
      () => post('/api/v1/services/web/start', { wait: 'running', timeoutMs: 1234 }),
    ]) {
      expect((await call()).status).toBe(200)
      expect(started.fake.calls.at(-1)).toMatchObject({
        what: 'waitFor',
        input: { condition: 'running', timeoutMs: 1234 },
      })
    }
  })

  test('is 504 with the present state when it does not come', async () => {
    const answer = await post('/api/v1/services/api/start?wait=running&timeoutMs=50')
    expect(answer.status).toBe(504)
    const problem = await json(answer)
    expect(problem).toMatchObject({
      code: 'WAIT_TIMEOUT',
      detail: 'api is starting, not running, after 50 ms: Started by a person',
    })
    expect(serviceSchema.parse(problem.service)).toMatchObject({ name: 'api', state: 'starting' })
  })

  test('names what is wrong with its input', async () => {
    const answer = await post('/api/v1/services/web/start?wait=soon&timeoutMs=0')
    expect(answer.status).toBe(400)
    const { errors } = await json(answer)
    expect((errors as { path: string }[]).map(({ path }) => path).sort()).toEqual(['timeoutMs', 'wait'])
    expect(started.fake.calls).toEqual([])
  })

  test('takes the name from its address, whatever the body says', async () => {
    await post('/api/v1/services/web/stop', { name: 'api' })
    expect(started.fake.calls.map(({ name }) => name)).toEqual(['web'])
  })
})

test('every refusal of the core is a problem of the shape that the contract states', async () => {
  const refusals = [
    [new CoreError('CONFLICT', 'web is disabled', { reason: 'disabled' }), 409, { reason: 'disabled' }],
    [new CoreError('UNAVAILABLE', 'the disk is full', { part: 'store' }), 503, { part: 'store' }],
    [
      new CoreError('CONFIG_INVALID', 'two errors', {
        errors: [
          {
            severity: 'error',
            code: 'x',
            file: 'a.hcl',
            line: 1,
            column: 2,
            endLine: 1,
            endColumn: 3,
            message: 'wrong',
          },
        ],
      }),
      422,
      { errors: [{ path: 'a.hcl', file: 'a.hcl', line: 1, column: 2, message: 'wrong' }] },
    ],
  ] as const
  const act = started.fake.core.act
  try {
    for (const [error, status, data] of refusals) {
      started.fake.core.act = () => Promise.reject(error)
      const answer = await post('/api/v1/services/web/start')
      expect(answer.status).toBe(status)
      const problem = problemSchema.parse(await json(answer))
      expect(problem).toMatchObject({ ...data, detail: error.message, code: error.code })
    }
  } finally {
    started.fake.core.act = act
  }
})

describe('events', () => {
  test('come newest first, in pages', async () => {
    for (let seq = 1; seq <= 25; seq++) started.fake.events.push(event(seq))
    const seen: number[] = []
    let cursor: unknown
    do {
      const page = await json(await started.call(`/api/v1/events?limit=10${cursor ? `&cursor=${cursor}` : ''}`))
      seen.push(...(page.items as { seq: number }[]).map(({ seq }) => seq))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i))
  })

  test('take times as RFC 3339 or as how long ago', async () => {
    await started.call('/api/v1/events?since=2026-03-01T12:00:00Z&until=2026-03-01T14:00:00%2B01:00')
    const noon = Date.parse('2026-03-01T12:00:00Z')
    expect(lastInput()).toMatchObject({ sinceMs: noon, untilMs: noon + 3_600_000 })
    await started.call('/api/v1/events?since=10m')
    expect(lastInput()?.sinceMs).toBeLessThanOrEqual(Date.now() - 600_000)
    for (const since of ['yesterday', '10', '2026-13-45', '10y']) {
      const answer = await started.call(`/api/v1/events?since=${since}`)
      expect(await json(answer)).toMatchObject({ status: 400, errors: [{ path: 'since' }] })
    }
  })
})

test('no input of any shape is more than refused', async () => {
  const inputs = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ argv: fc.anything(), name: fc.anything(), environment: fc.anything() })
      .map((value) => JSON.stringify(value) ?? ''),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes.filter(({ method, name }) => method === 'POST' && !/shutdown|exec/.test(name))),
      inputs,
      async ({ path }, body) => {
        const answer = await started.call(path, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
        const text = await answer.text()
        if (answer.status === 200) return
        expect(answer.status).toBe(400)
        problemSchema.parse(JSON.parse(text))
      },
    ),
    { numRuns: 150 },
  )
  expect(started.logged.filter(({ level }) => level === 'error')).toEqual([])
})

test('queries of any shape are more than refused as little', async () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('limit', 'cursor', 'since', 'service', 'follow', 'level', 'grep', '[', ']', '[0]', '__proto__'),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/services', '/logs', '/events', '/services/web/logs'),
      fc.array(fc.tuple(part, part), { maxLength: 4 }),
      async (path, pairs) => {
        const query = pairs
          .filter(([name]) => name !== 'follow')
          .map((pair) => pair.map(encodeURIComponent).join('='))
          .join('&')
        const answer = await started.call(`/api/v1${path}?${query}`)
        await answer.text()
        expect([200, 400, 404]).toContain(answer.status)
      },
    ),
    { numRuns: 150 },
  )
  expect(started.logged.filter(({ level }) => level === 'error')).toEqual([])
})

describe('what stands beside the API', () => {
  test('is health without, and its parts with the token', async () => {
    expect(await json(await started.call('/readyz'))).toEqual({ status: 'ok', parts: [{ part: 'store', ok: true }] })
    const readiness = started.fake.core.readiness
    started.fake.core.readiness = () => [{ part: 'store', ok: false, problem: 'the disk is full' }]
    const answer = await started.call('/readyz', { token: null })
    expect([answer.status, await json(answer)]).toEqual([503, { status: 'unavailable' }])
    started.fake.core.readiness = readiness
  })

  test('is a document of all routes that says what is refused', async () => {
    const document = (await json(await started.call('/openapi.json'))) as {
      openapi: string
      paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>
    }
    expect(document.openapi).toMatch(/^3\.1/)
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    )
    expect(described).toHaveLength(routes.length)
    const refusal = document.paths['/services/{name}']?.get?.responses['404']?.content
    expect(refusal).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } })
  })

  test('is a reference that runs nothing inline and loads nothing from elsewhere', async () => {
    const answer = await started.call('/docs')
    const html = await answer.text()
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';script-src 'self';style-src 'self'/,
    )
    expect(html).not.toMatch(/https?:|<script>|style=|onclick/)
    for (const [, path] of html.matchAll(/(?:href|src)="(\/[^"]+)"/g)) {
      expect([path, (await started.call(path ?? '')).status]).toEqual([path, 200])
    }
  })

  test('says to a person in a browser how to sign in', async () => {
    const answer = await started.call('/docs', { token: null, headers: { accept: 'text/html,*/*' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
    expect(await answer.text()).toContain('hxe open')
    const program = await started.call('/openapi.json', { token: null })
    expect([program.status, await json(program)]).toEqual([401, expect.objectContaining({ code: 'UNAUTHORIZED' })])
  })

  test('is the panel, under a strict policy, its hashed files kept by browsers for good', async () => {
    const page = await started.call('/services/web%230?tab=logs', { token: null })
    expect(await page.text()).toContain('<title>HXE</title>')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    const asset = await started.call('/assets/index-Ab3dEf6h.js', { token: null })
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-type')).toMatch(/javascript/)
    const missing = await started.call('/assets/gone-12345678.js', { token: null })
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
  })

  test('is said to be missing where the panel is not built', async () => {
    const own = await startServer({ panelDir: '/nonexistent' })
    const answer = await own.call('/')
    expect([answer.status, await json(answer)]).toEqual([
      404,
      expect.objectContaining({ detail: expect.stringMatching(/npm run build/) }),
    ])
    await own.stop()
  })
})

describe('signing in with a one-time code', () => {
  const signIn = async (url: string) => {
    const answer = await fetch(url, { redirect: 'manual' })
    await answer.text()
    return {
      status: answer.status,
      cookie: answer.headers.get('set-cookie') ?? '',
      location: answer.headers.get('location'),
    }
  }

  test('becomes a cookie that no script and no other site has', async () => {
    const { url, expiresAt } = (await json(await post('/api/v1/agent/sign-in-codes'))) as {
      url: string
      expiresAt: string
    }
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(290_000)
    const { status, cookie, location } = await signIn(url)
    expect([status, location]).toEqual([303, '/'])
    expect(cookie).toMatch(
      new RegExp(
        `^__Host-hxe-${started.server.port}=[\\w-]{43}; Path=/; Max-Age=\\d+; HttpOnly; Secure; SameSite=Strict$`,
      ),
    )
    const pair = cookie.split(';')[0] ?? ''
    expect((await started.call('/api/v1/services', { token: null, headers: { cookie: pair } })).status).toBe(200)
    const change = (headers: Record<string, string>) =>
      started.call('/api/v1/services/web/stop', { method: 'POST', token: null, headers: { cookie: pair, ...headers } })
    expect((await change({})).status).toBe(403)
    expect((await change({ origin: started.server.url })).status).toBe(200)
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await change({ origin: 'http://evil.example' })).status).toBe(403)
  })

  test('works once, also when two race', async () => {
    const { url } = started.server.signInUrl()
    const results = await Promise.all(Array.from({ length: 8 }, () => signIn(url)))
    expect(results.map(({ status }) => status).sort()).toEqual([303, ...Array(7).fill(401)])
    expect((await signIn(url)).status).toBe(401)
  })

  test('works for five minutes, and the session for its time', async () => {
    const clock = movableClock()
    const own = await startServer({ clock })
    try {
      const late = own.server.signInUrl().url
      clock.advance(5 * 60_000 + 1)
      expect((await signIn(late)).status).toBe(401)
      const { cookie } = await signIn(own.server.signInUrl().url)
      const call = async () =>
        (await own.call('/api/v1/agent', { token: null, headers: { cookie: cookie.split(';')[0] ?? '' } })).status
      for (let hours = 0; hours < 14 * 12; hours += 12) {
        expect(await call()).toBe(200)
        clock.advance(12 * 3_600_000 - 1000)
      }
      clock.advance(12 * 3_600_000)
      expect(await call()).toBe(401)
    } finally {
      await own.stop()
    }
  })

  test('is not used up by a browser that fetches ahead, nor by asking for its head', async () => {
    const { url } = started.server.signInUrl()
    expect((await fetch(url, { headers: { 'sec-purpose': 'prefetch;prerender' }, redirect: 'manual' })).status).toBe(
      503,
    )
    expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).not.toBe(303)
    expect((await signIn(url)).status).toBe(303)
  })

  test('keeps only so many codes and sessions', async () => {
    const first = started.server.signInUrl().url
    for (let i = 0; i < 40; i++) started.server.signInUrl()
    expect((await signIn(first)).status).toBe(401)
  })
})

describe('the port', () => {
  const hold = async (port: number) => {
    const holder = createNetServer()
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
    return {
      port: (holder.address() as { port: number }).port,
      free: () => new Promise((resolve) => holder.close(resolve)),
    }
  }

  test('that was asked for and is taken is an error that names its holder', async () => {
    const { port, free } = await hold(0)
    const holderOf = async () => ({ pid: 4123, name: 'node', command: 'node x.js', startTime: '1' })
    const failed = startServer({ port, holderOf })
    await expect(failed).rejects.toThrow(PortTakenError)
    await expect(failed).rejects.toThrow(`Port ${port} is held by node, pid 4123.`)
    await expect(startServer({ port, holderOf: async () => 'hidden' })).rejects.toThrow(
      /held by a process of another user/,
    )
    await free()
  })

  test('is free again once the server has closed, with clients still connected', async () => {
    const own = await startServer()
    const watching = await own.call('/api/v1/state')
    await own.stop()
    expect(await watching.text()).toBe(':\n\n')
    const { free } = await hold(own.server.port)
    await free()
  })
})
