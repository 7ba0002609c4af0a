import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp2, createSecureServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { ResolvedProbe } from '../../config/index.ts'
import { systemClock } from '../../os/index.ts'
import { probeExec } from './exec.ts'
import { checkRequest, probeGrpc, servingStatus } from './grpc.ts'
import { probeHttp } from './http.ts'
import { oneLine, type ProbeLimits } from './probe.ts'
import { probeTcp } from './tcp.ts'

const pem = readFileSync(new URL('../../os/dial/fixtures/self-signed.pem', import.meta.url))
const open: (Server | Http2Server)[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  for (const server of open.splice(0)) await new Promise<void>((resolve) => void server.close(() => resolve()))
})

async function listen(server: Server | Http2Server): Promise<number> {
  open.push(server)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const limits = (timeoutMs = 15_000): ProbeLimits => ({
  timeoutMs,
  signal: new AbortController().signal,
  clock: systemClock,
})

/** A health service as gRPC has it: the name that was asked for decides. */
function answerHealth(stream: ServerHttp2Stream): void {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', () => {})
  stream.once('end', () => {
    const name = Buffer.concat(chunks).subarray(7).toString()
    if (name === 'silent') return
    if (name === 'gone') {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5', 'grpc-message': 'no such%20service' },
        { endStream: true },
      )
      return
    }
    if (name === 'garbled') {
      stream.respond({ ':status': 200, 'grpc-status': '14', 'grpc-message': 'disk at 90 %ff' }, { endStream: true })
      return
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, name === 'ill' ? 2 : 1]))
  })
}

const grpc = (port: number, more: Partial<Extract<ResolvedProbe, { type: 'grpc' }>> = {}) =>
  ({ type: 'grpc', host: 'localhost', port, service: '', tls: false, skipVerify: false, ...more }) as const

test('a gRPC server is asked by the health protocol', async () => {
  const port = await listen(createHttp2().on('stream', answerHealth))
  expect(await probeGrpc(grpc(port), limits())).toMatchObject({ ok: true, text: 'SERVING' })
  expect(await probeGrpc(grpc(port, { service: 'ill' }), limits())).toMatchObject({
    ok: false,
    text: 'answered NOT_SERVING',
  })
  expect(await probeGrpc(grpc(port, { service: 'gone' }), limits())).toMatchObject({
    ok: false,
    text: 'answered NOT_FOUND for gone: no such service',
  })
  expect(await probeGrpc(grpc(port, { service: 'garbled' }), limits())).toMatchObject({
    ok: false,
    text: 'answered UNAVAILABLE for garbled: disk at 90 %ff',
  })
  expect(await probeGrpc(grpc(port, { service: 'silent' }), limits(500))).toMatchObject({
    ok: false,
    text: `localhost:${port} did not answer within 500 ms`,
  })
})

test('a gRPC server with TLS is verified like any other', async () => {
  const port = await listen(createSecureServer({ key: pem, cert: pem }).on('stream', answerHealth))
  expect(await probeGrpc(grpc(port, { tls: true }), limits())).toMatchObject({
    ok: false,
    text: `the certificate of localhost:${port} is not trusted: it is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  })
  expect(await probeGrpc(grpc(port, { tls: true, skipVerify: true }), limits())).toMatchObject({ ok: true })
})

test('a server that does not speak gRPC fails the check', async () => {
  const port = await listen(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  const answer = await probeGrpc(grpc(port), limits())
  expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('does not speak gRPC') })
})

test('a request for a long name has its length in it', () => {
  const request = checkRequest('x'.repeat(200))
  expect([...request.subarray(0, 8)]).toEqual([0, 0, 0, 0, 203, 0x0a, 0xc8, 0x01])
  expect(servingStatus(Buffer.from([0, 0, 0, 0, 0]))).toBe(0)
})

test('a port that takes connections passes, one that nobody has fails with the reason', async () => {
  const server = createServer()
  const port = await listen(server)
  const probe = { type: 'tcp', host: 'localhost', port } as const
  expect(await probeTcp(probe, limits())).toMatchObject({ ok: true, text: 'connected', latencyMs: expect.any(Number) })
  open.pop()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  expect(await probeTcp(probe, limits())).toMatchObject({
    ok: false,
    text: `connection refused by localhost:${port}`,
  })
  expect(await probeTcp({ ...probe, host: '169.254.169.254' }, limits())).toMatchObject({
    ok: false,
    text: '169.254.169.254 is a link-local or metadata address, which is never dialled',
  })
})

test('an answer is judged by its status and by what it contains', async () => {
  const port = await listen(
    createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nx: 1\r\n\r\n'))
    }),
  )
  const probe = {
    type: 'http',
    url: `http://127.0.0.1:${port}/`,
    method: 'GET',
    headers: {},
    expectStatus: [] as number[],
    expectBody: undefined,
    skipVerify: false,
  } as const
  expect(await probeHttp(probe, limits())).toMatchObject({ ok: true, text: '204 No Content' })
  expect(await probeHttp({ ...probe, expectStatus: [200, 201] }, limits())).toMatchObject({
    ok: false,
    text: 'answered 204 No Content, not 200 or 201',
  })
  expect(await probeHttp({ ...probe, expectBody: 'well' }, limits())).toMatchObject({
    ok: false,
    text: 'answered 204 No Content, and its answer does not contain "well"',
  })
})

const here = { cwd: '/', env: { PATH: '/usr/bin:/bin', WORD: 'hello' } }

test('a command answers by its exit code and its last line', async () => {
  expect(await probeExec(['sh', '-c', 'echo $WORD'], here, limits())).toMatchObject({ ok: true, text: 'hello' })
  expect(await probeExec(['sh', '-c', 'echo first; echo bad >&2; exit 3'], here, limits())).toMatchObject({
    ok: false,
    text: 'exit code 3: bad',
  })
  expect(await probeExec(['no-such-program'], here, limits())).toMatchObject({
    ok: false,
    text: expect.stringContaining('no-such-program'),
  })
})

test('of a command whose time is up nothing is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hxe-probe-'))
  const file = join(folder, 'pid')
  try {
    const script = `sleep 1000 & echo $! > ${file}; echo waiting; wait`
    const answer = await probeExec(['sh', '-c', script], here, limits(2_000))
    expect(answer).toMatchObject({ ok: false, text: 'did not end within 2 s: waiting' })
    const pid = Number(existsSync(file) && readFileSync(file, 'utf8'))
    await expect.poll(() => existsSync(`/proc/${pid}/fd`), { timeout: 15_000 }).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('foreign text is one line without escapes', () => {
  expect(oneLine('a\u001b[31m\nb\tc\u202e')).toBe('a [31m b c')
  expect(oneLine('x'.repeat(999))).toHaveLength(300)
})
