import type { Caller } from '../core.ts'

/** What a carrier tells the router about a call. */
export interface CallContext {
  caller: Caller
  /** For the audit line: `window`, `rest`. */
  carrier: string
  /** Whether the revision in the input is a precondition of the request, `If-Match`: another one is then told as such. */
  isConditional?: boolean
  /** The host of the fleet that answers, where it is another one. */
  host?: string
}
