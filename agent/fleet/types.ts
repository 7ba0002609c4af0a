import type { ClientContext, ClientOptions } from '@orpc/client'
import type {
  Bundle,
  BundleChange,
  BundlePlan,
  BundlePreview,
  BundleReleaseDetail,
  ConnectionTrial,
  DevServer,
  FleetConnection,
  FleetEvents,
  FleetEventsQuery,
  FleetHost,
  FleetMessage,
  FleetStatus,
  HostBundle,
  NewBundle,
  NewCommand,
  NewConnection,
  NewRollout,
  QueuedCommand,
  Rollout,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'

/** What carriers ask about the fleet. */
export interface FleetDesk extends FleetSide {
  readonly rollouts: RolloutDesk
  readonly commands: CommandDesk
  readonly connection: ConnectionDesk
  readonly dev: DevServerDesk
  readonly bundles: BundleDesk
  /** Of all hosts that can be asked. @throws NOT_FOUND for a host that is not known */
  events(query: FleetEventsQuery, caller: Caller): Promise<FleetEvents>
  /** A snapshot, or what has changed since the number that is given; then what changes, at most once a second. */
  watch(since: number | undefined, signal: AbortSignal): AsyncIterable<FleetMessage>
}

/** What is done with services of many hosts, led by this agent. */
export interface RolloutDesk {
  /** The newest first. */
  list(): Rollout[]
  /** @throws NOT_FOUND */
  get(id: string): Rollout
  /** @throws NOT_FOUND where nothing is meant, BAD_INPUT, CONFLICT */
  create(request: NewRollout, caller: Caller): Promise<Rollout>
  /** @throws NOT_FOUND, CONFLICT where it is over */
  pause(id: string, caller: Caller): Promise<Rollout>
  resume(id: string, caller: Caller): Promise<Rollout>
  abort(id: string, caller: Caller): Promise<Rollout>
}

/** What waits for hosts that are away. */
export interface CommandDesk {
  /** The newest first. */
  list(): QueuedCommand[]
  /** @throws NOT_FOUND for a host that is not known, CONFLICT where too many wait */
  create(command: NewCommand, caller: Caller): Promise<QueuedCommand>
  /** @throws NOT_FOUND, CONFLICT where it was sent already */
  withdraw(id: string, caller: Caller): Promise<QueuedCommand>
}

/** How this agent is joined to the servers, as a person says it. */
export interface ConnectionDesk {
  get(): Promise<FleetConnection>
  /** @throws BAD_INPUT */
  try(connection: NewConnection): Promise<ConnectionTrial>
  /** @throws BAD_INPUT, CONFLICT where it was tried and does not work, CONFIG_INVALID; then nothing is kept or written */
  set(connection: NewConnection, options: { unchecked: boolean }, caller: Caller): Promise<FleetConnection>
  remove(caller: Caller): Promise<FleetConnection>
}

/** A server for trials on this machine, as a command that is run once. */
export interface DevServerDesk {
  get(): DevServer
  /** Resolves when it answers, or has not come to that. */
  start(port: number | undefined, caller: Caller): Promise<DevServer>
  stop(caller: Caller): Promise<DevServer>
}

/** Configuration of many hosts from one place. All that is asked of the store may throw UNAVAILABLE. */
export interface BundleDesk {
  list(): Promise<Bundle[]>
  /** @throws NOT_FOUND */
  get(name: string): Promise<Bundle>
  /** @throws NOT_FOUND */
  release(name: string, revision: number): Promise<BundleReleaseDetail>
  /** Asks each host that is meant. @throws BAD_INPUT, NOT_FOUND */
  plan(change: BundleChange, caller: Caller): Promise<BundlePlan>
  /** Begins the rollout of a change. @throws BAD_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT while another is under way */
  apply(request: NewBundle, caller: Caller): Promise<Rollout>
  /** What this host runs of them. */
  applied(): HostBundle[]
  /** What files of one would do to this host; null for its going. */
  preview(name: string, files: Record<string, string> | null): Promise<BundlePreview>
}

/** An operation by its name, and until when it may be done. */
export interface Operation {
  name: string
  untilMs?: number
}

/** One way of belonging to a fleet, or to none. */
export interface FleetSide {
  status(): FleetStatus
  /** This host first, then by name. */
  hosts(): FleetHost[]
  /** @throws NOT_FOUND with a suggestion */
  host(name: string): FleetHost
  /** By its id alone; undefined where it is not on the list. */
  known(id: string): FleetHost | undefined
  /** Takes a host that has gone off the list. @throws NOT_FOUND, CONFLICT for this host */
  remove(name: string): FleetHost
  /** Whether that is this host. @throws NOT_FOUND */
  isSelf(name: string): boolean
  /**
   * Calls a procedure of another host. One that is named as an operation that host does once, however often and by
   * whichever run of this agent it is sent.
   * @throws what that host answers, or UNAVAILABLE where it does not
   */
  call(
    host: string,
    path: readonly string[],
    input: unknown,
    options: Pick<ClientOptions<ClientContext>, 'signal' | 'lastEventId'>,
    caller: Pick<Caller, 'author' | 'trace'>,
    operation?: Operation,
  ): Promise<unknown>
}
