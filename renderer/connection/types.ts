import type { ClientContext, ClientLink } from '@orpc/client'

/** One way to the agent, open until `closed` settles. */
export interface Carrier {
  kind: 'window' | 'web'
  link: ClientLink<ClientContext>
  /** Settles when the other side is gone; a carrier that cannot tell never settles it. */
  closed: Promise<void>
  close(): void
}

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'connected'; carrier: Carrier['kind'] }
  /** No word since `sinceMs`; the next try is at `retryAtMs`. */
  | { kind: 'lost'; sinceMs: number; retryAtMs: number; reason: string }
  /** The agent answers, but this browser has no session. */
  | { kind: 'signed-out' }
