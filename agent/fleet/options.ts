import type { FleetHost } from '../../contract/index.ts'
import type { Clock } from '../os/index.ts'
import type { FleetAccess } from './connect.ts'
import type { Heartbeat } from './message.ts'
import type { MirrorStore } from './mirror.ts'
import type { EventHistory } from './outbox.ts'
import type { Signer } from './sign.ts'

/** What an agent tells of itself, but for what this folder knows better. */
export type SelfReport = Omit<Heartbeat, 'v' | 'id' | 'boot' | 'nowMs' | 'everyMs' | 'leaving'>

/** Of that, what is known without a look at any service. */
export type SelfIdentity = Pick<SelfReport, 'name' | 'version' | 'startedAt' | 'labels' | 'allowRemote'>

export interface FleetOptions {
  clock: Clock
  random: () => number
  /** Of this data directory, for good. */
  id: string
  access: FleetAccess
  clusterName?: string
  prefix: string
  trustedKeys: readonly string[]
  signer: Signer | undefined
  author: string
  router: object
  /** Asked with each call and for each host. */
  self: () => SelfIdentity
  /** Counts all services, so only what is told or shown asks for it. */
  report: () => SelfReport
  isView: (path: readonly string[]) => boolean
  isNewOperation: (op: string) => Promise<boolean>
  /** This agent's own events, and where those of the others are kept. */
  history: EventHistory
  hostEvents: MirrorStore
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
  /** How this side is joined has changed. */
  changed: () => void
  /** What is known of a host has; of any, where none is named. */
  hostChanged: (id?: string) => void
  /** What the fleet has hosts run may be another now. */
  bundlesChanged: () => void
  /** A host is there that was not, or the other way round. */
  turned: (host: FleetHost, restarted: boolean) => void
}
