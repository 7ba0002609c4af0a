import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { callHttp, type HttpCall } from './http.ts'

const pem = readFileSync(new URL('./fixtures/self-signed.pem', import.meta.url))
const open: (Server | TcpServer)[] = []

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

function listen<T extends Server | TcpServer>(server: T): Promise<number> {
  open.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener))

const call = (url: string, more: Partial<HttpCall> = {}): ReturnType<typeof callHttp> =>
  callHttp({ url, policy: 'nearby', timeoutMs: 15_000, maxBodyBytes: 1024 * 1024, ...more })

test('an answer has its status, headers and body', async () => {
  const port = await serve((request, response) => {
    response.setHeader('x-seen', String(request.headers['x-sent']))
    response.writeHead(201).end(`${request.method} ${request.url} ${request.headers.host}`)
  })
  const answer = await call(`http://localhost:${port}/health?a=1`, { method: 'PUT', headers: { 'x-sent': 'yes' } })
  expect(answer.status).toBe(201)
  expect(answer.headers['x-seen']).toBe('yes')
  expect(answer.body.toString()).toBe(`PUT /health?a=1 localhost:${port}`)
})

test('a port where nobody listens refuses, and the sentence names it', async () => {
  const server = createTcpServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  open.pop()
  await expect(call(`http://127.0.0.1:${port}/`)).rejects.toThrow(`connection refused by 127.0.0.1:${port}`)
})

test('a server that takes the connection and says nothing is given up when time is up', async () => {
  const port = await serve(() => {})
  await expect(call(`http://127.0.0.1:${port}/`, { timeoutMs: 1_000 })).rejects.toThrow(
    `127.0.0.1:${port} took the connection and did not answer within 1 s`,
  )
})

test('a body that drips is given up when time is up', async () => {
  const port = await serve((_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 20)
    response.once('close', () => clearInterval(timer))
  })
  await expect(call(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 })).rejects.toThrow(
    /^the answer of 127\.0\.0\.1:\d+ did not end within 2 s \(\d+ bytes came\)$/,
  )
})

test('of a body without end no more than asked is read', async () => {
  let written = 0
  const chunk = Buffer.alloc(64 * 1024)
  const port = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': String(1024 ** 3) })
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length
      written += chunk.length
    }
    response.on('drain', more)
    more()
  })
  const answer = await call(`http://127.0.0.1:${port}/`)
  expect(answer.truncated).toBe(true)
  expect(answer.body).toHaveLength(1024 * 1024)
  expect(written).toBeLessThan(128 * 1024 * 1024)
})

test('an address that is none is told without what may be secret in it', async () => {
  await expect(call('//ann:hush@localhost/health?token=hush#hush')).rejects.toThrow(
    /^"\/\/localhost\/health" is no address$/,
  )
})

test('a certificate that nobody vouches for is refused with the reason', async () => {
  const port = await listen(createTlsServer({ key: pem, cert: pem }, (_request, response) => response.end('ok')))
  await expect(call(`https://localhost:${port}/`)).rejects.toThrow(
    `the certificate of localhost:${port} is not trusted: it is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  )
  const answer = await call(`https://localhost:${port}/`, { skipVerify: true })
  expect(answer.body.toString()).toBe('ok')
})

test('a server without TLS is said to have none', async () => {
  const port = await serve((_request, response) => response.end())
  await expect(call(`https://127.0.0.1:${port}/`)).rejects.toThrow(`127.0.0.1:${port} does not speak TLS`)
})

test('redirects are followed so far and no farther', async () => {
  const port = await serve((request, response) => {
    const left = Number(request.url?.slice(1))
    if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end()
    else response.end('there')
  })
  expect((await call(`http://127.0.0.1:${port}/5`, { maxRedirects: 5 })).body.toString()).toBe('there')
  await expect(call(`http://127.0.0.1:${port}/6`, { maxRedirects: 5 })).rejects.toThrow('redirected more than 5 times')
  expect((await call(`http://127.0.0.1:${port}/6`)).status).toBe(302)
})

test('what was meant for one host is not told to the one it redirects to', async () => {
  const second = await serve((request, response) => response.end(JSON.stringify(request.headers)))
  const first = await serve((_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${second}/` }).end(),
  )
  const answer = await call(`http://127.0.0.1:${first}/`, {
    maxRedirects: 5,
    headers: { authorization: 'Bearer secret', 'accept-language': 'de' },
  })
  expect(JSON.parse(answer.body.toString())).not.toHaveProperty('authorization')
  expect(JSON.parse(answer.body.toString())).toHaveProperty('accept-language', 'de')
})

test.each(['http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://0xa9fea9fe/'])(
  '%s is refused before anything is dialled',
  async (url) => {
    await expect(call(url)).rejects.toThrow('is a link-local or metadata address, which is never dialled')
  },
)

test('a redirect to a metadata address is refused like the address itself', async () => {
  const port = await serve((_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  )
  await expect(call(`http://127.0.0.1:${port}/`, { maxRedirects: 5 })).rejects.toThrow(
    '169.254.169.254 is a link-local',
  )
})

test('only public addresses are dialled where that is the policy', async () => {
  await expect(call('http://localhost:1/', { policy: 'public' })).rejects.toThrow(
    'localhost is 127.0.0.1, which is this machine, and only public addresses may be dialled here',
  )
})

test('an answer that is no HTTP is said to be none', async () => {
  const port = await listen(createTcpServer((socket) => socket.resume().end('220 mail ready\r\n')))
  await expect(call(`http://127.0.0.1:${port}/`)).rejects.toThrow(`127.0.0.1:${port}`)
})
