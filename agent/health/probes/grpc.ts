import { connect, constants, type IncomingHttpHeaders } from 'node:http2'
import type { ResolvedProbe } from '../../config/index.ts'
import { dial, dialTls } from '../../os/index.ts'
import { type Answer, type ProbeLimits, secondsText, timed } from './probe.ts'

// grpc.health.v1, https://github.com/grpc/grpc/blob/master/doc/health-checking.md, by hand: one message of one field each way.

type GrpcProbe = Extract<ResolvedProbe, { type: 'grpc' }>

const checkPath = '/grpc.health.v1.Health/Check'
/** The answer has a handful of bytes; whoever sends more does not speak this protocol. */
const maxAnswerBytes = 4096
const servingStatuses: readonly string[] = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** Asks a server whether it serves. */
export function probeGrpc(probe: GrpcProbe, limits: ProbeLimits): Promise<Answer> {
  const { host, port, tls, skipVerify } = probe
  return timed(limits, async () => {
    const timeout = AbortSignal.timeout(limits.timeoutMs)
    const signal = AbortSignal.any([limits.signal, timeout])
    const target = { host, port, policy: 'nearby', signal } as const
    try {
      const socket = tls ? await dialTls({ ...target, skipVerify, protocols: ['h2'] }) : await dial(target)
      try {
        return await ask(probe, socket, signal)
      } finally {
        socket.destroy()
      }
    } catch (error) {
      if (!timeout.aborted) throw error
      return { ok: false, text: `${host}:${port} did not answer within ${secondsText(limits.timeoutMs)}` }
    }
  })
}

function ask(
  { host, port, tls, service }: GrpcProbe,
  socket: Awaited<ReturnType<typeof dial>>,
  signal: AbortSignal,
): Promise<Omit<Answer, 'latencyMs'>> {
  return new Promise((resolve, reject) => {
    const authority = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
    const session = connect(authority, { createConnection: () => socket })
    const end = (): void => {
      session.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', end, { once: true })
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', end)
      session.destroy()
      reject(new Error(`${host}:${port} does not speak gRPC (${error.message})`))
    }
    session.once('error', fail)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: checkPath,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'hxe',
    })
    const chunks: Buffer[] = []
    let bytes = 0
    let said: IncomingHttpHeaders = {}
    stream.on('response', (headers) => {
      said = headers
    })
    stream.on('trailers', (trailers) => {
      said = { ...said, ...trailers }
    })
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxAnswerBytes) chunks.push(chunk)
      else stream.close(constants.NGHTTP2_CANCEL)
    })
    stream.once('error', fail)
    stream.once('end', () => {
      signal.removeEventListener('abort', end)
      session.destroy()
      resolve(verdict(said, Buffer.concat(chunks), service))
    })
    stream.end(checkRequest(service))
  })
}

/** `HealthCheckRequest { string service = 1 }` with gRPC's prefix: not compressed, and its length. */
export function checkRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

function verdict(said: IncomingHttpHeaders, body: Buffer, service: string): Omit<Answer, 'latencyMs'> {
  const status = said['grpc-status']
  if (status !== undefined && status !== '0') {
    const message = decoded(String(said['grpc-message'] ?? ''))
    const known = grpcCodes[Number(status)] ?? `gRPC status ${status}`
    const what = service === '' ? known : `${known} for ${service}`
    return { ok: false, text: message === '' ? `answered ${what}` : `answered ${what}: ${message}` }
  }
  const http = said[':status']
  if (status === undefined && Number(http) !== 200) return { ok: false, text: `answered ${http ?? 'nothing'}, no gRPC` }
  const serving = servingStatuses[servingStatus(body)] ?? 'an unknown status'
  return { ok: serving === 'SERVING', text: serving === 'SERVING' ? serving : `answered ${serving}` }
}

/** A message's bytes are percent-encoded; one that was not encoded well is shown as it came, as the protocol says. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `HealthCheckResponse { ServingStatus status = 1 }`; a zero is not sent. */
export function servingStatus(body: Buffer): number {
  const message = body.subarray(5, 5 + (body.length >= 5 ? body.readUInt32BE(1) : 0))
  return message[0] === 0x08 ? (message[1] ?? 0) : 0
}

const grpcCodes: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  2: 'UNKNOWN',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
}
