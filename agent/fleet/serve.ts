import { ORPCError } from '@orpc/client'
import { call as callProcedure, getEventMeta, type Procedure } from '@orpc/server'
import { nodeAt, type ProcedureMeta } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { Clock } from '../os/index.ts'
import { type Gatekeeper, rightsFor } from './admit.ts'
import {
  type Call,
  encode,
  type Frame,
  firstCredit,
  mostAnswerBytes,
  partBytes,
  readControl,
  readEnvelope,
} from './message.ts'
import { repeatedReason } from './operation.ts'
import { partHeadBytes, partsOf } from './parts.ts'
import type { Subjects } from './subjects.ts'
import type { Wire } from './wire.ts'

/** Answers to changes are kept for as long as a call can be repeated. */
const keepAnswersMs = 180_000
const mostAnswers = 2_000
/** A caller says every ten seconds which streams it still reads. */
const silentAfterMs = 30_000
const mostStreams = 500
/** Whatever a reader asks for. */
const mostAhead = 10_000

// biome-ignore lint/suspicious/noExplicitAny: procedures of any input and output
type AnyProcedure = Procedure<any, any, any, any, any, any>

export interface ServeOptions {
  wire: Wire
  subjects: Subjects
  host: string
  clock: Clock
  router: object
  gate: Gatekeeper
  /** Whether an operation is new to this host, also since before it was started; from then on it is not. */
  isNewOperation: (op: string) => Promise<boolean>
  /** What the configuration allows at this moment. */
  allowed: () => ReadonlySet<string>
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
}

export interface Served {
  /** The connection is back: readers are told how far their streams have come. */
  reopened(): void
  close(): void
}

interface Stream {
  session: string
  call: Call
  /** How many items were sent, and up to which one may be. */
  sent: number
  until: number
  more: () => void
  abort: AbortController
  heardAtMs: number
}

/**
 * Answers calls of other hosts from this agent's router. What is repeated under one operation's name gets the answer of
 * the first time. A stream sends as much as its reader has asked for, and ends when nothing is heard of it.
 */
export function serveFleet(options: ServeOptions): Served {
  const { wire, subjects, host, clock, gate } = options
  const answers = new Map<string, { frame: Promise<Frame>; untilMs: number }>()
  const streams = new Map<string, Stream>()
  const closing = new AbortController()

  async function answer(data: Uint8Array, reply: (frame: Frame) => void): Promise<void> {
    const envelope = readEnvelope(data)
    if (!envelope) return reply(refusal('BAD_INPUT', 'The command cannot be read'))
    const admitted = gate.admit(envelope, clock.nowMs())
    if ('refused' in admitted) {
      options.log.warn({ refused: admitted.refused }, 'a command of the fleet was refused')
      return reply(refusal(admitted.code, admitted.refused))
    }
    const { call } = admitted
    const known = answers.get(call.op)
    if (known) return send(call, await known.frame, reply)
    const procedure = procedureAt(options.router, call.path)
    const { role, audited } = procedure ? metaOf(procedure) : { role: 'admin', audited: true }
    if (admitted.repeat && !call.once) {
      // A look that comes twice is answered once: a refusal might be there before the answer.
      if (audited) reply(refusal('CONFLICT', 'The command was heard before, and its answer is not kept any more'))
      return
    }
    const rights = rightsFor(call.path, role, call.input)
    if (!procedure || !rights) return reply(refusal('NOT_FOUND', `This host has no ${call.path.join('.')}`))
    const allowed = options.allowed()
    if (!rights.some((right) => allowed.has(right))) {
      const message = `${call.path.join('.')} is not allowed from other hosts: allow_remote in the nats block of this host lacks "${rights[0]}"`
      return reply(refusal('FORBIDDEN', message))
    }
    const running = call.once ? runOnce(procedure, call) : run(procedure, call)
    // Reading again is harmless; of what changes something the answer is kept.
    if (audited) remember(call.op, running)
    await send(call, await running, reply)
  }

  function remember(op: string, frame: Promise<Frame>): void {
    const nowMs = clock.nowMs()
    for (const [old, { untilMs }] of answers) {
      if (untilMs >= nowMs && answers.size < mostAnswers) break
      answers.delete(old)
    }
    answers.set(op, { frame, untilMs: nowMs + keepAnswersMs })
  }

  async function runOnce(procedure: AnyProcedure, call: Call): Promise<Frame> {
    try {
      if (await options.isNewOperation(call.op)) return await run(procedure, call)
      return refusal('CONFLICT', 'This operation was given to the host before', { reason: repeatedReason })
    } catch (error) {
      return errorFrame(error)
    }
  }

  async function run(procedure: AnyProcedure, call: Call): Promise<Frame> {
    const caller: Caller = { author: `${call.caller.author}@${call.caller.host}`, role: 'admin' }
    const abort = new AbortController()
    try {
      const value = await callProcedure(
        procedure,
        call.input as never,
        {
          context: { caller, carrier: 'nats', trace: call.trace },
          signal: AbortSignal.any([abort.signal, closing.signal]),
          path: call.path,
          ...(call.lastEventId === undefined ? {} : { lastEventId: call.lastEventId }),
        } as never,
      )
      if (!isStream(value)) return { kind: 'value', value }
      if (streams.size >= mostStreams) {
        void value.return?.(undefined)
        return refusal('UNAVAILABLE', `This host serves ${mostStreams} streams already`)
      }
      void pump(call, value, abort)
      return { kind: 'stream' }
    } catch (error) {
      return errorFrame(error)
    }
  }

  async function pump(call: Call, source: AsyncIterator<unknown>, abort: AbortController): Promise<void> {
    const key = `${call.session}.${call.call}`
    const stream: Stream = {
      session: call.session,
      call,
      sent: 0,
      until: firstCredit,
      more: () => {},
      abort,
      heardAtMs: clock.monotonicMs(),
    }
    streams.set(key, stream)
    const subject = subjects.answers(host, call.session, call.call)
    const tell = (frame: Frame): void => send(call, frame, (whole) => wire.publish(subject, encode(whole)))
    try {
      while (!abort.signal.aborted) {
        while (stream.sent >= stream.until && !abort.signal.aborted)
          await new Promise<void>((resolve) => (stream.more = resolve))
        if (abort.signal.aborted) break
        const { done, value } = await source.next()
        if (done) break
        const n = ++stream.sent
        const id = getEventMeta(value)?.id
        tell({ kind: 'item', n, value, ...(id === undefined ? {} : { id }) })
      }
      if (!abort.signal.aborted) tell({ kind: 'end', n: stream.sent })
    } catch (error) {
      tell(errorFrame(error))
    } finally {
      streams.delete(key)
      void source.return?.(undefined)
    }
  }

  function hearControl(session: string, data: Uint8Array): void {
    const control = readControl(data)
    if (!control) return
    if ('reads' in control)
      for (const [call, until] of control.reads) {
        const stream = goOn(session, call, until)
        if (stream) tellPlace(stream)
        else tellAt(session, call, refusal('UNAVAILABLE', 'This host does not have the stream any more'))
      }
    else if ('until' in control) goOn(session, control.call, control.until)
    else {
      const stream = streams.get(`${session}.${control.call}`)
      if (stream) endStream(stream)
    }
  }

  function goOn(session: string, call: number, until: number): Stream | undefined {
    const stream = streams.get(`${session}.${call}`)
    if (!stream) return undefined
    stream.heardAtMs = clock.monotonicMs()
    // It may be said twice, and late.
    stream.until = Math.max(stream.until, Math.min(until, stream.sent + mostAhead))
    stream.more()
    return stream
  }

  /** By how much was sent a reader sees that something was lost, also where nothing comes behind it. */
  const tellPlace = ({ session, call, sent }: Stream): void => tellAt(session, call.call, { kind: 'at', n: sent })
  const tellAt = (session: string, call: number, frame: Frame): void =>
    wire.publish(subjects.answers(host, session, call), encode(frame))

  function endStream(stream: Stream): void {
    stream.abort.abort()
    stream.more()
  }

  /** Tells an answer; one that is too long for a message goes in parts, and the teller only says so. */
  function send(call: Call, frame: Frame, tell: (frame: Frame) => void): void {
    const bytes = encode(frame)
    const mostBytes = Math.min(partBytes, wire.mostBytes() - partHeadBytes)
    if (bytes.byteLength <= mostBytes) {
      tell(frame)
    } else if (bytes.byteLength > mostAnswerBytes) {
      const message = `The answer has ${bytes.byteLength} bytes, too many for the fleet; ask for less at once`
      tell(refusal('BAD_INPUT', message))
    } else {
      const subject = subjects.answers(host, call.session, call.call)
      if (frame.kind !== 'item') tell({ kind: 'parts' })
      for (const part of partsOf(bytes, mostBytes)) wire.publish(subject, part)
    }
  }

  const callSubject = subjects.call(host)
  const controlHead = subjects.control(host, '')
  const unsubscribe = wire.subscribe(subjects.commands(host), ({ subject, data, reply }) => {
    if (subject === callSubject) void answer(data, (frame) => reply(encode(frame)))
    else if (subject.startsWith(controlHead)) hearControl(subject.slice(controlHead.length), data)
  })
  let cancel = (): void => {}
  const sweep = (): void => {
    const beforeMs = clock.monotonicMs() - silentAfterMs
    for (const stream of streams.values()) if (stream.heardAtMs < beforeMs) endStream(stream)
    cancel = clock.after(silentAfterMs / 3, sweep)
  }
  cancel = clock.after(silentAfterMs / 3, sweep)
  return {
    reopened() {
      for (const stream of streams.values()) tellPlace(stream)
    },
    close() {
      cancel()
      unsubscribe()
      closing.abort()
      for (const stream of streams.values()) endStream(stream)
    },
  }
}

const refusal = (code: string, message: string, data: object = {}): Frame => ({
  kind: 'error',
  error: { code, status: statusOf[code] ?? 500, message, data, defined: false },
})
const statusOf: Readonly<Record<string, number>> = {
  BAD_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAVAILABLE: 503,
}

/** The chain before every handler has made an error of the contract of whatever went wrong. */
function errorFrame(error: unknown): Frame {
  if (error instanceof ORPCError) {
    const { code, status, message, data, defined } = error
    return { kind: 'error', error: { code: String(code), status, message, data: data ?? {}, defined } }
  }
  return refusal(
    'INTERNAL_SERVER_ERROR',
    'Something went wrong inside the agent of that host. Its log has the details.',
  )
}

function procedureAt(router: object, path: readonly string[]): AnyProcedure | undefined {
  const node = nodeAt(router, path)
  return typeof node === 'object' && node !== null && '~orpc' in node ? (node as AnyProcedure) : undefined
}

const metaOf = (procedure: AnyProcedure): ProcedureMeta => procedure['~orpc'].meta as ProcedureMeta

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}
