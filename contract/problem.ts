import { ORPCError } from '@orpc/contract'
import { z } from 'zod'
import { errors } from './errors.ts'

/** An error as REST words it: RFC 9457, with the members of the error's data beside the standard ones. */
export const problemSchema = z.looseObject({
  /** `urn:hxe:problem:` and the code in lower case with hyphens. */
  type: z.string(),
  /** The kind of refusal, the same each time. */
  title: z.string(),
  status: z.number().int(),
  /** What happened here and what to do. */
  detail: z.string(),
  /** A code of `errors`, or of the carrier itself (`UNAUTHORIZED`, `METHOD_NOT_ALLOWED` …). */
  code: z.string(),
  /** Of the request; the same as in the header X-Correlation-Id. */
  correlationId: z.string().optional(),
  errors: z
    .array(
      z.looseObject({
        path: z.string(),
        message: z.string(),
        file: z.string().optional(),
        line: z.number().int().optional(),
        column: z.number().int().optional(),
      }),
    )
    .optional(),
})
export type Problem = z.infer<typeof problemSchema>

const carrierTitles: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Not signed in',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  REQUEST_TIMEOUT: 'The request took too long',
  PAYLOAD_TOO_LARGE: 'The body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not JSON',
  MISDIRECTED_REQUEST: 'Not this server',
  HEADERS_TOO_LARGE: 'The headers are too large',
  INTERNAL_SERVER_ERROR: 'Something went wrong inside the agent',
}

function titleOf(code: string): string {
  return (errors as Record<string, { message: string } | undefined>)[code]?.message ?? carrierTitles[code] ?? 'Refused'
}

/** Diagnostics of the configuration have no `path` of their own; a problem's errors all do. */
function withPath(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || 'path' in item) return item
  return { path: 'file' in item ? String(item.file) : '', ...item }
}

/** What a refusal is over REST. */
export function problemOf(error: { code: string; status: number; message: string; data?: unknown }): Problem {
  const data: Record<string, unknown> =
    typeof error.data === 'object' && error.data !== null && !Array.isArray(error.data) ? { ...error.data } : {}
  if (Array.isArray(data.errors)) data.errors = data.errors.map(withPath)
  return {
    ...data,
    type: `urn:hxe:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(error.code),
    status: error.status,
    detail: error.message,
    code: error.code,
  }
}

/** `fetch` for a client of the contract over REST: to its link a problem is JSON like any other. */
export async function fetchProblems(request: Request, init?: RequestInit): Promise<Response> {
  const answer = await fetch(request, init)
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return answer
  const headers = new Headers(answer.headers)
  headers.set('content-type', 'application/json')
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers })
}

/** By what the agent knows the request that an error answers; its log and its events say the same. */
export function correlationOf(error: unknown): string | undefined {
  const data: unknown = error instanceof ORPCError ? error.data : undefined
  if (typeof data !== 'object' || data === null || !('correlationId' in data)) return undefined
  return typeof data.correlationId === 'string' ? data.correlationId : undefined
}

/** The error that a problem was made of. */
export function errorOf({
  type: _type,
  title: _title,
  status,
  detail,
  code,
  ...data
}: Problem): ORPCError<string, unknown> {
  return new ORPCError(code, { defined: Object.hasOwn(errors, code), status, message: detail, data })
}

/** The same, for `customErrorResponseBodyDecoder` of a client; undefined for any other body. */
export function errorOfProblem(body: unknown): ORPCError<string, unknown> | undefined {
  const parsed = problemSchema.safeParse(body)
  return parsed.success ? errorOf(parsed.data) : undefined
}
