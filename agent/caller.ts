import type { Role } from '../contract/index.ts'
import type { Trace } from './trace.ts'

/** Who asks, as a carrier found out. */
export interface Caller {
  /** Until access control is there: the operating system's user. */
  author: string
  role: Role
  /** What the request is known by, for all that comes of it. */
  trace?: Trace | undefined
}
