import { z } from 'zod'
import { diagnosticSchema } from './diagnostic.ts'
import { editRefusalSchema } from './rewrite.ts'
import { serviceSchema } from './service.ts'

/** What a refusal says besides its words; which request it answers is the same in events and in the agent's log. */
const facts = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object(shape).extend({ correlationId: z.string().optional() })

/**
 * Every refusal an agent can give, once. Over REST each becomes an RFC 9457 problem with this
 * status; `message` is for a person and says what to do.
 */
export const errors = {
  NOT_FOUND: { status: 404, message: 'Not found', data: facts({ suggestion: z.string().optional() }) },
  /** The caller's role is below the one that the procedure needs. */
  FORBIDDEN: { status: 403, message: 'Not permitted', data: facts({ needs: z.string() }) },
  /** A start that the configuration or a person forbids, or a change that meets another one. */
  CONFLICT: { status: 409, message: 'Refused', data: facts({ reason: z.string() }) },
  /** `If-Match` names a revision that is not the one that runs. */
  PRECONDITION_FAILED: { status: 412, message: 'Another revision runs', data: facts({ reason: z.string() }) },
  /** Values that an expression gives, or that come from elsewhere, are written over only when one says so. */
  NOT_PLAIN: {
    status: 409,
    message: 'Not written over',
    data: facts({ refusals: z.array(editRefusalSchema) }),
  },
  /** The wait ran out; `service` is the state it is in. */
  WAIT_TIMEOUT: { status: 504, message: 'Not reached in time', data: facts({ service: serviceSchema }) },
  CONFIG_INVALID: {
    status: 422,
    message: 'The configuration has errors',
    data: facts({ errors: z.array(diagnosticSchema) }),
  },
  BAD_INPUT: {
    status: 400,
    message: 'The input is not valid',
    data: facts({ errors: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  /** The disk is full or read-only, or a part of the agent is not available; it is said which, and what others call it. */
  UNAVAILABLE: {
    status: 503,
    message: 'Not available now',
    data: facts({ part: z.string(), technical: z.string().optional() }),
  },
} as const
