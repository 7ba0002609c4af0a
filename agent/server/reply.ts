import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { problemOf } from '../../contract/index.ts'

export interface Refused {
  status: number
  code: string
  message: string
  data?: unknown
  headers?: Readonly<Record<string, string>>
}

const problemType = 'application/problem+json; charset=utf-8'

export function sendProblem(reply: FastifyReply, refused: Refused): FastifyReply {
  const correlationId = reply.getHeader('x-correlation-id')
  return reply
    .code(refused.status)
    .headers({ ...refused.headers, 'cache-control': 'no-store', 'content-type': problemType })
    .send(JSON.stringify({ ...problemOf(refused), ...(correlationId === undefined ? {} : { correlationId }) }))
}

/** The same where Fastify is not reached: before routing. The connection is closed, since a body may still follow. */
export function sendRawProblem(response: ServerResponse, refused: Refused): void {
  const body = JSON.stringify(problemOf(refused))
  response.writeHead(refused.status, {
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(body)
}

export const notSignedIn: Refused = {
  status: 401,
  code: 'UNAUTHORIZED',
  message:
    'This needs the token: send "Authorization: Bearer TOKEN" (it is in the file "token" of the data directory), or sign a browser in with "hxe open".',
  headers: { 'www-authenticate': 'Bearer realm="hxe"' },
}
