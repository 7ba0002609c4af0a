import type { Caller } from '../core.ts'

/** What a carrier tells the router about a call. */
export interface CallContext {
  caller: Caller
  /** For the audit line: `window`, `rest`. */
  carrier: string
}
