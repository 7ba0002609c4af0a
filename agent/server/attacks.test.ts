/** The attacks of the security rules that concern REST and its streams. Routes come from the contract, not from here. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { raw, routes } from './fixtures/client.ts'
import { type Started, startServer, token } from './fixtures/start.ts'

let started: Started
let port: number

beforeAll(async () => {
  started = await startServer()
  port = started.server.port
})
afterAll(() => started.stop())
beforeEach(() => {
  started.fake.calls.length = 0
})

const allPaths = [
  ...routes.map(({ method, path }) => [method, path] as const),
  ['GET', '/'],
  ['GET', '/services/web'],
  ['GET', '/assets/index-Ab3dEf6h.js'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/openapi.json'],
  ['GET', '/docs'],
  ['POST', '/nothing'],
] as const

const request = (method: string, path: string, headers: readonly string[], body = ''): string =>
  `${method} ${path} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n${body}`
const bearer = `Authorization: Bearer ${token}`
const host = (): string => `Host: 127.0.0.1:${port}`

describe('1: a foreign Host', () => {
  test.each(allPaths)('is refused at %s %s before anything else, with or without the token', async (method, path) => {
    for (const extra of [[bearer], []]) {
      const { status, headers } = await raw(
        port,
        request(method, path, ['Host: evil.example', ...extra, 'Content-Length: 0']),
      )
      expect(status).toBe(421)
      expect(headers['content-type']).toContain('application/problem+json')
    }
    expect(started.fake.calls).toEqual([])
  })

  test('is refused before a body is read', async () => {
    const { status } = await raw(
      port,
      request('POST', '/api/v1/config/validate', [
        'Host: evil.example',
        bearer,
        'Content-Type: application/json',
        'Content-Length: 99999',
      ]),
    )
    expect(status).toBe(421)
  })
})

describe('2: a Host that nearly is ours', () => {
  const variants = (): [string, string[], number][] => [
    ['0.0.0.0', [`Host: 0.0.0.0:${port}`], 421],
    ['a dot at its end', [`Host: localhost.:${port}`], 421],
    ['a name that resolves to loopback', [`Host: 127.0.0.1.nip.io:${port}`], 421],
    ['another port', [`Host: 127.0.0.1:${port + 1}`], 421],
    ['no port', ['Host: 127.0.0.1'], 421],
    ['a user before it', [`Host: evil@127.0.0.1:${port}`], 421],
    ['another form of the address', [`Host: 127.1:${port}`], 421],
    ['a number as address', [`Host: 2130706433:${port}`], 421],
    ['a mapped address', [`Host: [::ffff:7f00:1]:${port}`], 421],
    ['nothing', ['Host:'], 421],
    ['no Host at all', [], 400],
    ['two of them', [host(), 'Host: evil.example'], 400],
    ['two of them, ours last', ['Host: evil.example', host()], 400],
    ['the same twice', [host(), host()], 400],
  ]
  test('is refused in every variant', async () => {
    for (const [what, headers, expected] of variants()) {
      const { status } = await raw(port, request('GET', '/api/v1/services', [...headers, bearer]))
      expect([what, status]).toEqual([what, expected])
    }
    expect(
      (await raw(port, `GET http://evil.example/api/v1/services HTTP/1.1\r\n${host()}\r\n${bearer}\r\n\r\n`)).status,
    ).toBe(400)
    expect((await raw(port, `GET /api/v1/services HTTP/1.0\r\n${bearer}\r\n\r\n`)).status).toBe(400)
  })

  test('is answered when it is ours by any of its names', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const { status } = await raw(port, request('GET', '/api/v1/services', [`Host: ${name}:${port}`, bearer]))
      expect([name, status]).toEqual([name, 200])
    }
  })
})

describe('3: a page of another origin', () => {
  const changing = routes.filter(({ method }) => method !== 'GET')

  test.each(changing)(
    'has no effect with a form, an upload or a no-cors fetch at $method $path',
    async ({ method, path }) => {
      const types = [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json',
      ]
      for (const type of types) {
        for (const page of [
          ['Origin: http://evil.example'],
          ['Origin: null'],
          ['Sec-Fetch-Site: cross-site'],
          ['Sec-Fetch-Site: same-site'],
          [`Origin: http://127.0.0.1:${port + 1}`],
          [`Origin: https://127.0.0.1:${port}`],
        ]) {
          const body = '{"wait":"running"}'
          const headers = [host(), bearer, ...page, `Content-Type: ${type}`, `Content-Length: ${body.length}`]
          expect([type, page, (await raw(port, request(method, path, headers, body))).status]).toEqual([
            type,
            page,
            403,
          ])
        }
      }
      expect(started.fake.calls).toEqual([])
    },
  )

  test.each(changing)(
    'cannot pass a body off as something that needs no preflight at $method $path',
    async ({ method, path }) => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/jsonp',
        'text/json',
      ]) {
        const headers = [host(), bearer, `Content-Type: ${type}`, 'Content-Length: 2']
        expect([type, (await raw(port, request(method, path, headers, '{}'))).status]).toEqual([type, 415])
      }
      const untyped = [host(), bearer, 'Content-Length: 2']
      expect((await raw(port, request(method, path, untyped, '{}'))).status).toBe(415)
      const packed = [host(), bearer, 'Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 2']
      expect((await raw(port, request(method, path, packed, '{}'))).status).toBe(415)
      expect(started.fake.calls).toEqual([])
    },
  )

  test('is given no leave by a preflight', async () => {
    const headers = [host(), 'Origin: http://evil.example', 'Access-Control-Request-Method: POST']
    const answer = await raw(port, request('OPTIONS', '/api/v1/services/web/stop', headers))
    expect(answer.status).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('may link to the panel, and only that', async () => {
    const link = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']
    expect((await raw(port, request('GET', '/services/web', [host(), ...link]))).status).toBe(200)
    expect((await raw(port, request('GET', '/api/v1/services', [host(), bearer, ...link]))).status).toBe(403)
  })
})

describe('4: a change by another method', () => {
  test.each(routes.filter(({ method }) => method === 'POST'))('is 405 at $path', async ({ path }) => {
    const both = routes.filter((route) => route.path === path).map(({ method }) => method)
    // Where the address can be read as well, that is all that a GET does, whatever it says that it is.
    const isRead = both.includes('GET')
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (both.includes(method) || (method === 'HEAD' && isRead)) continue
      const answer = await raw(port, request(method, path, [host(), bearer]))
      expect([method, answer.status]).toEqual([method, 405])
      expect(answer.headers.allow).toContain('post')
    }
    for (const override of ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST']) {
      const answer = await raw(port, request('GET', path, [host(), bearer, override]))
      expect(answer.status).toBe(isRead ? 200 : 405)
    }
    const answer = await raw(port, request('GET', `${path}?_method=POST`, [host(), bearer]))
    expect(answer.status).toBe(isRead ? 200 : 405)
    expect(started.fake.calls).toEqual([])
  })
})

describe('7: no token, or a wrong one, from this machine', () => {
  test.each(routes)('is 401 at $method $path', async ({ method, path }) => {
    const wrong = [
      '',
      `Authorization: Bearer ${token}x`,
      'Authorization: Bearer ',
      `Authorization: Basic ${btoa(`admin:${token}`)}`,
      `Authorization: ${token}`,
      `X-API-Key: ${token.toUpperCase()}`,
      `Cookie: token=${token}`,
      `Cookie: __Host-hxe-${port}=guess`,
    ]
    for (const credential of wrong) {
      const headers = [host(), ...(credential ? [credential] : []), 'Content-Length: 0']
      const answer = await raw(port, request(method, path, headers))
      expect([credential, answer.status]).toEqual([credential, 401])
      expect(answer.headers['www-authenticate']).toContain('bearer')
    }
    expect(started.fake.calls).toEqual([])
  })

  test('is 401 at everything else that is not the panel or its health, also where nothing is', async () => {
    for (const path of [
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs/docs.js',
      '/api',
      '/api/',
      '/api/v1',
      '/api/v2/services',
      '/ws',
      '/graphql',
    ]) {
      expect([path, (await started.call(path, { token: null })).status]).toEqual([path, 401])
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await started.call('/', { method, token: null })).status).toBe(401)
    }
  })

  test('is enough for the health and the panel', async () => {
    for (const path of ['/healthz', '/readyz', '/', '/services/web%230', '/logs', '/assets/index-Ab3dEf6h.js']) {
      expect([path, (await started.call(path, { token: null })).status]).toEqual([path, 200])
    }
    expect(await (await started.call('/readyz', { token: null })).json()).toEqual({ status: 'ok' })
  })

  test('is not made good by a right one beside it', async () => {
    const headers = [host(), 'Authorization: Bearer wrong', `X-API-Key: ${token}`]
    expect((await raw(port, request('GET', '/api/v1/agent', headers))).status).toBe(401)
    expect((await raw(port, request('GET', '/api/v1/agent', [host(), `X-API-Key: ${token}`]))).status).toBe(200)
  })

  test('is refused in an address, with a sentence', async () => {
    for (const parameter of ['token', 'TOKEN', 'access_token', 'api_key', 'apikey', 'x-api-key', 'password']) {
      const answer = await started.call(`/api/v1/services?limit=1&${parameter}=${token}`)
      expect([parameter, answer.status]).toEqual([parameter, 400])
      expect(((await answer.json()) as { detail: string }).detail).toMatch(/does not belong in an address/)
    }
  })
})

describe('8: headers that a proxy would set', () => {
  test('let nobody in and make no address trusted', async () => {
    for (const header of [
      'X-Forwarded-For: 127.0.0.1',
      'X-Real-IP: 127.0.0.1',
      'Forwarded: for=127.0.0.1',
      'X-Forwarded-User: admin',
      'X-Original-URL: /healthz',
      'X-Rewrite-URL: /healthz',
    ]) {
      expect((await raw(port, request('GET', '/api/v1/services', [host(), header]))).status).toBe(401)
    }
    for (const header of [`X-Forwarded-Host: 127.0.0.1:${port}`, `Forwarded: host=127.0.0.1:${port}`]) {
      expect((await raw(port, request('GET', '/api/v1/services', ['Host: evil.example', bearer, header]))).status).toBe(
        421,
      )
    }
  })
})

describe('9: requests made to be misread, or never to end', () => {
  const smuggled = 'POST /api/v1/services/web/stop HTTP/1.1\r\nHost: x\r\n\r\n'
  test.each([
    [
      'a length and a chunked body',
      () =>
        `POST /api/v1/config/reload HTTP/1.1\r\n${host()}\r\n${bearer}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'two lengths',
      () =>
        `POST /api/v1/config/reload HTTP/1.1\r\n${host()}\r\n${bearer}\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\n${smuggled}`,
    ],
    [
      'an encoding that is only nearly chunked',
      () =>
        `POST /api/v1/config/reload HTTP/1.1\r\n${host()}\r\n${bearer}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a line that ends in a bare line feed', () => `GET /api/v1/services HTTP/1.1\n${host()}\n${bearer}\n\n`],
    [
      'a space before a colon',
      () => `GET /api/v1/services HTTP/1.1\r\n${host()}\r\nContent-Length : 5\r\n${bearer}\r\n\r\n`,
    ],
    ['a folded header', () => `GET /api/v1/services HTTP/1.1\r\n${host()}\r\nX-A: b\r\n c\r\n${bearer}\r\n\r\n`],
    ['a NUL in a header', () => `GET /api/v1/services HTTP/1.1\r\n${host()}\r\nX-A: b\0c\r\n${bearer}\r\n\r\n`],
    [
      'a negative length',
      () => `POST /api/v1/config/reload HTTP/1.1\r\n${host()}\r\n${bearer}\r\nContent-Length: -1\r\n\r\n`,
    ],
    ['no version that exists', () => `GET /api/v1/services HTTP/9.9\r\n${host()}\r\n\r\n`],
    ['no HTTP', () => `${'\x16\x03\x01'}${'x'.repeat(200)}\r\n\r\n`],
  ])('are refused with %s', async (_what, make) => {
    expect((await raw(port, make())).status).toBe(400)
    expect(started.fake.calls).toEqual([])
  })

  test('are refused with headers beyond their size', async () => {
    expect(
      (await raw(port, request('GET', '/api/v1/services', [host(), bearer, `X-A: ${'a'.repeat(20_000)}`]))).status,
    ).toBe(431)
    expect(
      (await raw(port, request('GET', `/api/v1/services?search=${'a'.repeat(20_000)}`, [host(), bearer]))).status,
    ).toBe(431)
  })

  test('are cut off when they never come to an end, while others are answered', async () => {
    const slow = raw(port, `GET /api/v1/services HTTP/1.1\r\n${host()}\r\nX-Slow: `, 20_000)
    expect((await started.call('/api/v1/services')).status).toBe(200)
    expect((await slow).status).toBe(408)
  }, 30_000)

  test('never break the server, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
        const { status } = await raw(port, Buffer.concat([Buffer.from(bytes), Buffer.from('\r\n\r\n\r\n')]), 300)
        expect([0, 400, 431, 421]).toContain(status)
      }),
      { numRuns: 40 },
    )
    expect((await started.call('/healthz')).status).toBe(200)
  })
})

describe('31: paths out of the panel', () => {
  test.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%5c..%5cwindows/win.ini',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/assets/../.hidden',
    '/.hidden',
    '/assets/%00.js',
    '/assets/index-Ab3dEf6h.js%00.html',
    '//etc/passwd.txt',
    '/%2fetc%2fpasswd.txt',
    '/\\\\server\\share\\x.js',
    '/con.txt',
    `/${'a/'.repeat(2000)}x.js`,
    '/assets/',
    '/services/%zz.js',
  ])('are refused: %s', async (path) => {
    const { status, body } = await raw(port, request('GET', path, [host()]))
    expect([400, 404, 431]).toContain(status)
    expect(body).not.toMatch(/root:|"name": "hxe"|hidden/)
  })

  test('are refused inside the API, where dots would change the meaning', async () => {
    for (const path of [
      '/api/v1/services/../agent',
      '/api/v1/services/%2e%2e/agent',
      '/api/v1/services/.%2E/agent',
      '/api/v1\\agent',
    ]) {
      expect([path, (await raw(port, request('GET', path, [host(), bearer]))).status]).toEqual([path, 404])
    }
  })
})

describe('33: names that reach into prototypes', () => {
  const post = (path: string, body: string) =>
    started.call(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })

  test.each(['__proto__', 'constructor', 'prototype'])(
    'are refused in a body with their position: %s',
    async (name) => {
      const spelt = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`
      for (const key of [name, spelt]) {
        const body = `{"argv":["x"],\n "environment":{"${key}":"x"}}`
        const answer = await post('/api/v1/runs', body)
        expect(answer.status).toBe(400)
        const { errors } = (await answer.json()) as { errors: { path: string; line: number; column: number }[] }
        expect(errors).toEqual([expect.objectContaining({ path: `environment.${name}`, line: 2, column: 17 })])
      }
      expect(started.fake.calls).toEqual([])
    },
  )

  test('are only parameters without meaning in a query', async () => {
    for (const query of [
      '__proto__[polluted]=1',
      '__proto__=1',
      'constructor[prototype][polluted]=1',
      'a[__proto__][polluted]=1',
      'limit[__proto__]=1',
    ]) {
      const { status } = await started.call(`/api/v1/services?${query}`)
      expect([200, 400]).toContain(status)
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('are names of services like any other', async () => {
    const own = await startServer({ names: ['__proto__', 'constructor'] })
    try {
      for (const name of ['__proto__', 'constructor']) {
        const answer = await own.call(`/api/v1/services/${name}`)
        expect(await answer.json()).toMatchObject({ name })
      }
    } finally {
      await own.stop()
    }
  })
})

describe('35: JSON that two readers understand differently', () => {
  const post = (body: string | Uint8Array) =>
    started.call('/api/v1/config/validate', {
      method: 'POST',
      body: body as BodyInit,
      headers: { 'content-type': 'application/json' },
    })

  test.each([
    ['100,000 lists deep', '['.repeat(100_000) + ']'.repeat(100_000), /nested deeper than 64/],
    ['100,000 objects deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /nested deeper than 64/],
    ['with a name twice', '{"files":{},"files":{"a":"b"}}', /"files" is there twice/],
    ['with a name twice in two spellings', '{"files":{"a":"1","\\u0061":"2"}}', /"a" is there twice/],
    ['with a comment', '{/**/"files":{}}', /not valid JSON/],
    ['with a comma too many', '{"files":{},}', /not valid JSON/],
    ['with two values', '{}{}', /not valid JSON/],
    ['that is none', 'files', /not valid JSON/],
  ])('is refused: %s', async (_what, body, message) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { detail: string }).detail).toMatch(message)
    expect(started.fake.calls).toEqual([])
  })

  test('is refused when it is not UTF-8', async () => {
    expect((await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))).status).toBe(400)
  })

  test('is refused beyond its size: 16 MiB for a configuration, 1 MiB elsewhere', async () => {
    const files = (bytes: number): string => JSON.stringify({ files: { 'a.hcl': 'x'.repeat(bytes) } })
    expect((await post(files(15 * 1024 * 1024))).status).toBe(200)
    expect((await post(files(17 * 1024 * 1024))).status).toBe(413)
    const run = JSON.stringify({ argv: ['x'.repeat(1_100_000)] })
    const answer = await started.call('/api/v1/runs', {
      method: 'POST',
      body: run,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(413)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })
})

describe('40, 41: names and arguments with a meaning elsewhere', () => {
  test('arrive letter by letter', async () => {
    const argv = [
      'echo',
      '$(reboot)',
      '`id`',
      '; rm -rf /',
      '\n',
      "' OR 1=1 --",
      '%00',
      '../../x',
      '$HOME',
      'größe ✓ 数据',
    ]
    const answer = await started.call('/api/v1/runs', {
      method: 'POST',
      body: JSON.stringify({ argv }),
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(200)
    expect(started.fake.calls.at(-1)?.input).toMatchObject({ argv })
    for (const search of ["' OR 1=1 --", '%', '_', '*', '.*', '\\']) {
      const found = await started.call(`/api/v1/services?search=${encodeURIComponent(search)}`)
      expect(await found.json()).toEqual({ items: [] })
    }
  })
})

describe('what an error tells', () => {
  test('is an id and nothing of the inside', async () => {
    const own = await startServer()
    try {
      own.fake.core.host = () => Promise.reject(new Error('SELECT secret FROM /home/ada/.ssh at server.ts:12'))
      const answer = await own.call('/api/v1/host')
      expect(answer.status).toBe(500)
      const text = await answer.text()
      expect(text).not.toMatch(/SELECT|\.ssh|server\.ts|at /)
      const { id } = JSON.parse(text) as { id: string }
      const line = own.logged.find(({ fields }) => fields.errorId === id)
      expect(String(line?.fields.err)).toMatch(/SELECT/)
    } finally {
      await own.stop()
    }
  })
})
