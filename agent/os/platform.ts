/**
 * What the agent needs of an operating system. The supervisor knows this interface alone; one file
 * per system implements it, and tests of pure code use a fake process table behind the same shape.
 */

/** A process that cannot be confused with a later one of the same pid. */
export interface ProcessIdentity {
  bootId: string
  pid: number
  /** The kernel's start time of the process, in its own unit (clock ticks since boot on Linux). */
  startTime: string
}

/**
 * Whether the process of an identity is there. Only `match` may be signalled; `stranger` covers
 * "gone" and "another process has the pid"; `unknown` means that the system would not say.
 */
export type IdentityCheck = 'match' | 'stranger' | 'unknown'

export interface SpawnLimits {
  nofile?: number
  /** Enforced by a cgroup where one is writable, else by `ulimit -v` where that is meaningful, else not; `notes` says so. */
  memoryBytes?: number
  /** Cores: 1.5 is one and a half. */
  cpuCores?: number
  pids?: number
}

export interface SpawnRequest {
  /** The instance, for naming its cgroup: `web` or `web#0`. */
  instance: string
  argv: readonly string[]
  cwd?: string
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** Files opened for append that become the child's stdout and stderr; the caller closes them afterwards. */
  stdoutFd: number
  stderrFd: number
  user?: string
  group?: string
  umask?: number
  nice?: number
  limits?: SpawnLimits
  /** The output goes through a relay process of its own (`cat` into the spool) that outlives the agent: for programs that truncate their output. */
  relay?: boolean
  /** For tasks: a file that receives the exit status, so that it is known even when the agent dies meanwhile. */
  statusFile?: string
}

export interface Spawned {
  identity: ProcessIdentity
  /** Where a limit or the like was met otherwise or not at all, in words for a person. */
  notes: string[]
}

/** What could not be started, decided where the knowledge is. `what` names the part that is wrong. */
export class SpawnError extends Error {
  override name = 'SpawnError'
  readonly code: string
  readonly what:
    | 'program'
    | 'directory'
    | 'interpreter'
    | 'permission'
    | 'format'
    | 'arguments'
    | 'user'
    | 'group'
    | 'resources'
    | 'other'
  /** The path or name it is about. */
  readonly subject: string
  /** Whether trying again later may help (EAGAIN, ENOMEM, EMFILE, ETXTBSY). */
  readonly retryable: boolean
  constructor(
    message: string,
    facts: Pick<SpawnError, 'code' | 'what' | 'subject' | 'retryable'>,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = facts.code
    this.what = facts.what
    this.subject = facts.subject
    this.retryable = facts.retryable
  }
}

export interface ProcessExit {
  pid: number
  /** Null when a signal ended it, or when it was adopted and nobody can know. */
  code: number | null
  signal: string | null
  /** False for an adopted process: it ended, how is not known. */
  statusKnown: boolean
  /** CLOCK_MONOTONIC milliseconds when the exit was seen. */
  atMs: number
}

export interface ProcessRow {
  pid: number
  parentPid: number
  groupId: number
  sessionId: number
  startTime: string
  state: string
  /** The kernel's short name. */
  name: string
  /** The value of HXE_INSTANCE in its environment, when it could be read and is there. */
  cookie?: string
}

export interface ProcessDetail extends ProcessRow {
  command: string
  user: string
  threads: number
  memoryBytes: number
  cpuTimeMs: number
  startedAtMs: number
}

export interface PortHolder {
  pid: number
  name: string
  command: string
  startTime: string
  cookie?: string
}

/** One tree's use, as totals; the caller makes rates of `cpuTimeMs`. */
export interface TreeUsage {
  cpuTimeMs: number
  memoryBytes: number
  threads: number
  pids: number[]
  /** Looked at less often; absent where nobody may see them. The same value while it is of the same look. */
  details: TreeDetails | undefined
}

export interface TreeDetails {
  /** CLOCK_MONOTONIC milliseconds of the look. */
  atMs: number
  openFiles: number
  /** From and to disks, since the processes began. */
  readBytes: number
  writtenBytes: number
}

export interface HostSample {
  /** By the clock that never jumps. */
  atMs: number
  cpuBusyMs: number
  cpuTotalMs: number
  /** Parts of the busy time, and waiting for disks, which counts as idle; absent where the system does not tell. */
  cpuKinds?: { userMs: number; systemMs: number; iowaitMs: number; stealMs: number }
  /** Of each logical processor, where the system tells. */
  coreTimes?: readonly { busyMs: number; totalMs: number }[]
  /** Logical processors. */
  cores: number
  load: number[]
  memoryTotalBytes: number
  memoryAvailableBytes: number
  swapTotalBytes: number
  swapUsedBytes: number
  uptimeMs: number
  network: { name: string; rxBytes: number; txBytes: number }[]
  /** By device, since boot; empty where the system does not tell. */
  diskIo: readonly { device: string; readBytes: number; writtenBytes: number }[]
}

export interface DiskUsage {
  mount: string
  fs: string
  /** Its name in `diskIo`, where it is on one. */
  device?: string
  totalBytes: number
  usedBytes: number
  availableBytes: number
  /** Absent where the file system makes them as it needs them. */
  inodes?: { total: number; used: number }
}

export interface Platform {
  readonly name: 'linux' | 'darwin' | 'win32' | 'fallback'
  readonly bootId: string
  /** What this machine offers, in words, for `hxe status` and the notes of a service. */
  readonly capabilities: {
    cgroup: 'v2' | 'v1' | 'none'
    spawn: 'posix_spawn' | 'child_process'
    punchHoles: boolean
    subreaper: boolean
  }

  /** Starts a process that leads its own session and survives the agent. Synchronous. @throws {SpawnError} */
  spawn(request: SpawnRequest): Spawned
  /** Watches a process that is not a child of this agent. False when it is not there any more. */
  adopt(identity: ProcessIdentity): boolean
  /** Every exit of a spawned or adopted leader is told once. Returns the clean-up. */
  onExit(listener: (exit: ProcessExit) => void): () => void
  check(identity: ProcessIdentity): IdentityCheck
  identityOf(pid: number): ProcessIdentity | undefined

  /** Sends to one identified process, and only to it (by pidfd where there is one). */
  signal(identity: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied'
  /** Sends to the process group that the identified leader leads or led. Members are checked to be in that session first. */
  signalGroup(leader: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied'

  /**
   * Everything alive (zombies left out) that belongs to each instance: its session, its cgroup and whatever carries its
   * cookie. One pass over the process table for all that are asked; concurrent calls share a pass.
   */
  membersOf(
    wanted: readonly { instance: string; cookie: string; leader?: ProcessIdentity }[],
  ): Promise<Map<string, ProcessRow[]>>
  /**
   * Whether it can be said at once, without a pass, that nothing is alive of a run whose leader was spawned by this
   * agent and has ended. False says nothing: then `membersOf` has to look.
   */
  leftNothing(instance: string): boolean
  /** All live processes whose cookie begins with `prefix`, for finding what an earlier agent left. */
  findByCookie(prefix: string): Promise<ProcessRow[]>
  /**
   * Live processes, beside those that are known and this one, that have one of these files open to write, by its path. A
   * child whose agent was killed before its exec does not show its cookie yet and has its output already. None where the
   * system does not tell.
   */
  writersOf(paths: readonly string[], known: ReadonlySet<number>): Promise<Map<string, ProcessRow[]>>
  /** Ends what is in an instance's cgroup at once where the kernel can (`cgroup.kill`), and removes it when empty. */
  killCgroup(instance: string): void
  removeCgroup(instance: string): void
  /** Whether the kernel ended something in the instance's cgroup for want of memory since the last ask. */
  oomKilled(instance: string): boolean

  /** Whole trees in one sweep, keyed as asked. */
  usage(
    wanted: readonly { instance: string; cookie: string; leader: ProcessIdentity }[],
  ): Promise<ReadonlyMap<string, TreeUsage>>
  describeProcesses(pids: readonly number[]): Promise<ProcessDetail[]>
  hostSample(): Promise<HostSample>
  disks(): Promise<DiskUsage[]>
  /** The hottest place of the machine in degrees Celsius, where it tells. */
  temperature(): number | undefined

  /** Who listens on a TCP port, `undefined` when nobody does, `'hidden'` when somebody does whom we may not see. */
  portHolder(port: number): Promise<PortHolder | 'hidden' | undefined>
  /** Whether a user and a group exist and this agent may become them; a sentence when not. */
  checkUser(
    user: string | undefined,
    group: string | undefined,
  ): { problem: string; what: 'user' | 'group' | 'permission' } | undefined

  /** Takes the kernel's lock on a file, held until released or until the agent ends; the holder's pid when taken. */
  lockFile(path: string): { release(): void } | { heldBy: number | undefined }
  /** Ends watchers and handles. Processes live on. */
  close(): void
}
