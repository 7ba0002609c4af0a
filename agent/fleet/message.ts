import { z } from 'zod'
import { hostBundleSchema } from '../../contract/index.ts'

/** Larger answers come in parts: the server's limit is 1 MiB unless somebody has set another. */
export const partBytes = 256 * 1024
/** Nobody is sent more than this for one call; what is longer is asked for in pages. */
export const mostAnswerBytes = 64 * 1024 * 1024
/** How many items a stream sends before it waits to be asked for more. */
export const firstCredit = 256
/** Calls to other hosts that one agent has open. */
export const mostOpenCalls = 2_000
const mostCallBytes = 4 * 1024 * 1024
const mostDepth = 64
/** The language of calls and answers; a host that speaks another one is seen, and not called. */
export const protocolVersion = 1

/** One call, as it is signed and sent. */
export const callSchema = z.object({
  v: z.literal(protocolVersion),
  /** The host it is for: a call that is taken to another one is refused there. */
  host: z.string().max(64),
  /** Names the operation: what is repeated under one name is done once. */
  op: z.string().min(8).max(64),
  /** The name is kept on disk by the host: a caller that was started anew may send it again, and it is done once. */
  once: z.literal(true).optional(),
  /** The run of the host that it is for: a later one has forgotten what the earlier one has done of it. */
  boot: z.string().max(64).optional(),
  path: z.array(z.string().max(64)).min(1).max(4),
  input: z.unknown().optional(),
  lastEventId: z.string().max(200).optional(),
  caller: z.object({ author: z.string().max(200), host: z.string().max(200) }),
  /** What brought it about, so that one request is one story on all hosts. */
  trace: z
    .object({
      correlationId: z.string().max(128),
      traceId: z.string().regex(/^[0-9a-f]{32}$/),
      spanId: z
        .string()
        .regex(/^[0-9a-f]{16}$/)
        .optional(),
    })
    .optional(),
  /** By the clock of the host it is for, as the caller knows it: then a clock that is off harms nothing. */
  issuedAtMs: z.number(),
  expiresAtMs: z.number(),
  /** Where parts and items are sent. */
  session: z.string().max(64),
  call: z.number().int().min(1),
})
export type Call = z.infer<typeof callSchema>

/** What is sent: the call as text, so that the signature is over the very bytes that arrive. */
const envelopeSchema = z.object({
  call: z.string(),
  key: z.string().max(100).optional(),
  sig: z.string().max(200).optional(),
})
export type Envelope = z.infer<typeof envelopeSchema>

/**
 * An answer or a part of it. Items of a stream are counted from 1, and whoever reads them sees by that what was lost or came
 * twice; `at` says how many there were so far, `id` is what the stream can be resumed from.
 */
const frameSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('value'), value: z.unknown() }),
  /** The answer is too long for one message: it comes in parts. */
  z.object({ kind: z.literal('parts') }),
  z.object({ kind: z.literal('stream') }),
  z.object({ kind: z.literal('item'), n: z.number().int(), value: z.unknown(), id: z.string().optional() }),
  z.object({ kind: z.literal('at'), n: z.number().int() }),
  z.object({ kind: z.literal('end'), n: z.number().int() }),
  z.object({
    kind: z.literal('error'),
    error: z.object({
      code: z.string(),
      status: z.number(),
      message: z.string(),
      data: z.unknown(),
      defined: z.boolean(),
    }),
  }),
])
export type Frame = z.infer<typeof frameSchema>

/**
 * What a caller says about its streams: up to which item one may go, that it is to end, or which of them are still read and
 * how far. How far is said, not how much more, so that it may be said twice or be lost.
 */
const controlSchema = z.union([
  z.object({ call: z.number().int(), until: z.number().int() }),
  z.object({ call: z.number().int(), end: z.literal(true) }),
  z.object({ reads: z.array(z.tuple([z.number().int(), z.number().int()])).max(mostOpenCalls) }),
])
export type Control = z.infer<typeof controlSchema>

/** What every agent tells of itself again and again. */
const heartbeatSchema = z.object({
  v: z.number().int(),
  id: z.string().max(64),
  name: z.string().max(200),
  version: z.string().max(100),
  os: z.string().max(100),
  labels: z.record(z.string().max(100), z.string().max(1000)),
  /** Made anew with each start: a host that has been started again has forgotten its streams. */
  boot: z.string().max(64),
  startedAt: z.string().max(40),
  nowMs: z.number(),
  everyMs: z.number(),
  allowRemote: z.array(z.string().max(20)).max(20),
  services: z.object({ running: z.number(), failing: z.number(), total: z.number() }),
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  alerts: z.number(),
  revision: z.number(),
  bundles: z.array(hostBundleSchema).max(200).optional(),
  /** It ends, on purpose: nobody has to wait to know that it is away. */
  leaving: z.boolean().optional(),
})
export type Heartbeat = z.infer<typeof heartbeatSchema>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))

/** What another program has sent, if it is what it should be; undefined is all that a stranger's nonsense gets. */
export function reader<T extends z.ZodType>(schema: T, mostBytes: number) {
  return (data: Uint8Array): z.infer<T> | undefined => {
    if (data.byteLength > mostBytes) return undefined
    const text = decoder.decode(data)
    if (isTooDeep(text)) return undefined
    try {
      const { success, data: value } = schema.safeParse(JSON.parse(text))
      return success ? value : undefined
    } catch {
      return undefined
    }
  }
}

/** Counted before it is parsed: a value of a million brackets must not be walked by anything that recurses. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === 92) at++
      else if (code === 34) inText = false
    } else if (code === 34) inText = true
    else if (code === 91 || code === 123) {
      if (++depth > mostDepth) return true
    } else if (code === 93 || code === 125) depth--
  }
  return false
}

export const readEnvelope = reader(envelopeSchema, mostCallBytes)
export const readFrame = reader(frameSchema, 2 * 1024 * 1024)
export const readControl = reader(controlSchema, 128 * 1024)
export const readHeartbeat = reader(heartbeatSchema, 64 * 1024)

export function readCall(text: string): Call | undefined {
  if (isTooDeep(text)) return undefined
  try {
    const { success, data } = callSchema.safeParse(JSON.parse(text))
    return success ? data : undefined
  } catch {
    return undefined
  }
}

/** In which version of the language something is said that cannot be read. */
export function versionOfCall(text: string): number | undefined {
  if (isTooDeep(text)) return undefined
  try {
    const { success, data } = z.object({ v: z.number().int() }).safeParse(JSON.parse(text))
    return success ? data.v : undefined
  } catch {
    return undefined
  }
}
