import type { Caller } from '../caller.ts'
import type { Trace } from '../trace.ts'

/** What a carrier tells the router about a call. */
export interface CallContext {
  caller: Caller
  /** For the audit line: `window`, `rest`. */
  carrier: string
  /** What the caller calls the request; the chain gives a name to one that has none. */
  trace?: Trace | undefined
  /** The span that the call itself is, where the carrier has told it. */
  spanId?: string | undefined
  /** Whether the revision in the input is a precondition of the request, `If-Match`: another one is then told as such. */
  isConditional?: boolean
  /** The host of the fleet that answers, where it is another one. */
  host?: string
}
