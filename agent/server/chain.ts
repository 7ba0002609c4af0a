import { randomBytes } from 'node:crypto'
import { implement, ORPCError, ValidationError } from '@orpc/server'
import { contract, errors, maxBulkNames, type ProcedureMeta, type Role, roles } from '../../contract/index.ts'
import { type Core, CoreError } from '../core.ts'
import { correlated, newTrace, type Trace } from '../trace.ts'
import type { CallContext } from './context.ts'

/** The part of pino that the chain needs. */
export interface ChainLog {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

const randomText = (): string => randomBytes(8).toString('hex')

/** Whether a role is enough for a procedure. What states no role needs the highest: deny by default. */
function roleAllows(role: Role, meta: Partial<ProcedureMeta>): boolean {
  const needed = roles.indexOf(meta.role ?? 'admin')
  return roles.indexOf(role) >= (needed === -1 ? roles.length : needed)
}

function pathOf(issue: { path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined }): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
}

/** Wording for what zod found: all of it, by path. */
function badInput(cause: ValidationError): ORPCError<string, unknown> {
  const found = cause.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  const first = found[0]
  const message = first ? `${first.path || 'the input'}: ${first.message}` : errors.BAD_INPUT.message
  return new ORPCError('BAD_INPUT', { defined: true, status: 400, message, data: { errors: found } })
}

/**
 * Any error as the one that may leave the agent, with what its request is known by. What nobody expected gets an id
 * that is also in the agent's own log, and nothing else: no stack, path or statement goes over a wire.
 */
export function toWireError(
  error: unknown,
  log: ChainLog,
  procedure: string,
  trace?: Trace,
): ORPCError<string, unknown> {
  const wire = wireError(error, log, procedure, trace)
  if (!trace) return wire
  const { code, defined, status, message, data, cause } = wire
  return new ORPCError(code, { defined, status, message, data: { ...(data as object), ...correlated(trace) }, cause })
}

function wireError(error: unknown, log: ChainLog, procedure: string, trace?: Trace): ORPCError<string, unknown> {
  if (error instanceof CoreError) {
    const { status } = errors[error.code as keyof typeof errors]
    return new ORPCError(error.code, { defined: true, status, message: error.message, data: error.data, cause: error })
  }
  if (error instanceof ORPCError) {
    if (error.status < 500 && error.cause instanceof ValidationError) return badInput(error.cause)
    if (error.status < 500 || Object.hasOwn(errors, error.code)) return error
  }
  const id = randomBytes(6).toString('hex')
  log.error({ err: error, errorId: id, procedure, ...correlated(trace) }, 'a request failed unexpectedly')
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    status: 500,
    message: `Something went wrong inside the agent. Its log, agent.log, has the details under ${id}.`,
    data: { id },
  })
}

/** What `If-Match` asked for and did not find. */
function asPrecondition(error: unknown): unknown {
  const isOtherRevision =
    error instanceof CoreError && (error.data as { reason?: string } | undefined)?.reason === 'other-revision'
  return isOtherRevision ? new CoreError('PRECONDITION_FAILED', error.message, error.data) : error
}

/** The name in an input, or all names of it, for the audit line. */
function subjectOf(input: unknown): string | string[] | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  if ('names' in input && Array.isArray(input.names))
    return input.names.slice(0, maxBulkNames).map((name) => String(name).slice(0, 200))
  return 'name' in input && typeof input.name === 'string' ? input.name.slice(0, 200) : undefined
}

/**
 * What stands before every handler, whatever the carrier: the role that the contract states, the audit line, and
 * the translation of errors. Validation of the input comes after these and before the handler.
 */
export function createChain(core: Pick<Core, 'began'>, log: ChainLog) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ context, next, path, procedure }, input) => {
      const name = path.join('.')
      const meta: ProcedureMeta = procedure['~orpc'].meta
      const trace = context.trace ?? context.caller.trace ?? newTrace(randomText)
      const spanId = context.spanId ?? randomText()
      const call = { procedure: name, trace, spanId, carrier: context.carrier, author: context.caller.author }
      const end = meta.audited
        ? core.began({ ...call, subject: subjectOf(input)?.toString().slice(0, 500) })
        : undefined
      const record = (result: string): void => {
        if (!meta.audited) return
        end?.(result === 'done' ? undefined : result)
        const { author, role } = context.caller
        const subject = subjectOf(input)
        const audit = { author, role, carrier: context.carrier, procedure: name, subject, result }
        log.info({ audit, ...correlated(trace) }, 'audit')
      }
      try {
        if (!roleAllows(context.caller.role, meta)) {
          const message = `${name} needs the role ${meta.role}; you have ${context.caller.role}`
          throw new CoreError('FORBIDDEN', message, { needs: meta.role })
        }
        const result = await next({
          context: { caller: { ...context.caller, trace: { ...trace, spanId } } },
        })
        record('done')
        return result
      } catch (error) {
        const wire = toWireError(context.isConditional ? asPrecondition(error) : error, log, name, trace)
        record(wire.code)
        throw wire
      }
    })
}

/** What handlers of a part of the contract are made with. */
export type Chain = ReturnType<typeof createChain>
