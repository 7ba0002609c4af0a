import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { resolveAccount } from './accounts.ts'
import { openRelay, type Relay } from './fifo.ts'
import { atUsualPriority, type Launch, noGroup, planLaunch } from './launch.ts'
import type { Leaders } from './leaders.ts'
import { lockFileBySqlite } from './lock.ts'
import { directoryOf, explainSpawn } from './lookup.ts'
import {
  type Platform,
  type ProcessExit,
  type ProcessIdentity,
  type ProcessRow,
  SpawnError,
  type Spawned,
  type SpawnRequest,
} from './platform.ts'
import { closingInherited } from './prefix.ts'
import { requireSignal, type SignalAnswer, summary } from './signals.ts'
import type { ProcessSource } from './source.ts'

/** How often adopted processes are looked at: without pidfds nobody tells when one ends. */
const adoptedEveryMs = 500
const keepAliveMs = 2 ** 31 - 1

/** Where one system differs in starting and ending, beyond what its processes look like. */
export interface Ways {
  readonly name: Platform['name']
  /** Signals one process; the default is `kill`. */
  signal?(pid: number, signal: string): SignalAnswer
  signalGroup?(leader: ProcessIdentity, signal: string): SignalAnswer
  /** After a start, to bind the process to a group of the system's own (a job object). */
  started?(instance: string, pid: number): void
  killAll?(instance: string): void
}

/** The platform on `child_process` alone, for where the C library cannot be called and for systems without one of ours. */
export class Fallback implements Platform {
  readonly name: Platform['name']
  readonly bootId: string
  readonly capabilities: Platform['capabilities'] = {
    cgroup: 'none',
    spawn: 'child_process',
    punchHoles: false,
    subreaper: false,
  }
  readonly #source: ProcessSource
  readonly #ways: Ways
  readonly #leaders: Leaders
  readonly #children = new Map<number, ChildProcess>()
  readonly #adopted = new Map<number, ProcessIdentity>()
  readonly #listeners = new Set<(exit: ProcessExit) => void>()
  readonly #keepAlive = setInterval(() => undefined, keepAliveMs)
  #looking: NodeJS.Timeout | undefined

  constructor(source: ProcessSource, leaders: Leaders, ways: Ways) {
    this.#source = source
    this.#leaders = leaders
    this.#ways = ways
    this.name = ways.name
    this.bootId = source.bootId
  }

  spawn(request: SpawnRequest): Spawned {
    const launch = process.platform === 'win32' ? plainLaunch(request) : planLaunch(request, noGroup)
    const child = atUsualPriority(request, () =>
      request.relay ? this.#startRelayed(launch, request) : start(launch, request, request),
    )
    const pid = child.pid
    if (pid === undefined) throw refusalOf(request)
    const identity = this.#source.identityOf(pid) ?? { bootId: this.bootId, pid, startTime: '0' }
    this.#leaders.begin(identity, request.env.HXE_INSTANCE)
    this.#ways.started?.(request.instance, pid)
    this.#children.set(pid, child)
    child.once('exit', (code, signal) => {
      this.#children.delete(pid)
      this.#tell({ pid, code, signal, statusKnown: true })
    })
    return { identity, notes: launch.notes }
  }

  #startRelayed(launch: Launch, request: SpawnRequest): ChildProcess {
    const relays: Relay[] = []
    try {
      const through = (fd: number): number => {
        const relay = openRelay(request, fd)
        relays.push(relay)
        return relay.writeFd
      }
      const stdoutFd = through(request.stdoutFd)
      // Two relays into one file would cut into one another's lines.
      const stderrFd = request.stderrFd === request.stdoutFd ? stdoutFd : through(request.stderrFd)
      return start(launch, request, { stdoutFd, stderrFd })
    } finally {
      for (const relay of relays) relay.close()
    }
  }

  adopt(identity: ProcessIdentity): boolean {
    if (this.check(identity) !== 'match') return false
    this.#adopted.set(identity.pid, identity)
    this.#leaders.begin(identity, undefined)
    this.#looking ??= setInterval(() => this.#lookAtAdopted(), adoptedEveryMs)
    return true
  }

  #lookAtAdopted(): void {
    for (const [pid, identity] of this.#adopted) {
      if (this.check(identity) !== 'stranger') continue
      this.#adopted.delete(pid)
      this.#tell({ pid, code: null, signal: null, statusKnown: false })
    }
    if (this.#adopted.size > 0) return
    clearInterval(this.#looking)
    this.#looking = undefined
  }

  onExit(listener: (exit: ProcessExit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(exit: Omit<ProcessExit, 'atMs'>): void {
    this.#leaders.end(exit.pid)
    const told = { ...exit, atMs: performance.now() }
    for (const listener of [...this.#listeners]) listener(told)
  }

  check: Platform['check'] = (identity) => this.#source.check(identity)
  identityOf: Platform['identityOf'] = (pid) => this.#source.identityOf(pid)

  /** Between the check and the signal another process could take the pid over; without pidfds no check is closer. */
  signal(identity: ProcessIdentity, signal: string): SignalAnswer {
    requireSignal(signal)
    const answer = this.check(identity)
    if (answer !== 'match') return answer === 'unknown' ? 'denied' : 'gone'
    const behind = this.#source.behindWrapper(identity.pid)
    const send = this.#ways.signal ?? kill
    return behind ? summary(behind.map((pid) => send(pid, signal))) : send(identity.pid, signal)
  }

  signalGroup(leader: ProcessIdentity, signal: string): SignalAnswer {
    requireSignal(signal)
    // To `kill`, minus one means everybody.
    if (leader.pid <= 1) return 'denied'
    const answer = this.check(leader)
    if (answer === 'unknown') return 'denied'
    if (answer === 'match') return this.#ways.signalGroup?.(leader, signal) ?? kill(-leader.pid, signal)
    const members = this.#source.groupMembers(leader, this.#leaders.cookieOf(leader))
    return summary(members.map(({ pid, startTime }) => this.signal({ bootId: this.bootId, pid, startTime }, signal)))
  }

  async membersOf(
    wanted: readonly { instance: string; cookie: string; leader?: ProcessIdentity }[],
  ): Promise<Map<string, ProcessRow[]>> {
    for (const { leader, cookie } of wanted) if (leader) this.#leaders.remember(leader, { cookie })
    return this.#source.membersOf(wanted)
  }

  async findByCookie(prefix: string): Promise<ProcessRow[]> {
    return (await this.#source.rows()).filter((row) => row.pid !== process.pid && row.cookie?.startsWith(prefix))
  }

  leftNothing(): boolean {
    return false
  }

  killCgroup(instance: string): void {
    this.#ways.killAll?.(instance)
  }

  /** There are no groups here, so there is nothing to remove and nothing that counts. */
  removeCgroup(): void {}

  oomKilled(): boolean {
    return false
  }

  writersOf: Platform['writersOf'] = (paths, known) => this.#source.writersOf(paths, known)
  usage: Platform['usage'] = (wanted) => this.#source.usage(wanted)
  describeProcesses: Platform['describeProcesses'] = (pids) => this.#source.describeProcesses(pids)
  hostSample: Platform['hostSample'] = () => this.#source.hostSample()
  disks: Platform['disks'] = () => this.#source.disks()
  temperature: Platform['temperature'] = () => this.#source.temperature()
  portHolder: Platform['portHolder'] = (port) => this.#source.portHolder(port)

  checkUser(user: string | undefined, group: string | undefined): ReturnType<Platform['checkUser']> {
    const answer = resolveAccount(user, group)
    return 'problem' in answer ? answer : undefined
  }

  lockFile: Platform['lockFile'] = lockFileBySqlite

  close(): void {
    clearInterval(this.#keepAlive)
    clearInterval(this.#looking)
    this.#listeners.clear()
    this.#source.close()
    for (const child of this.#children.values()) child.unref()
  }
}

function start(
  launch: Launch,
  request: SpawnRequest,
  stdio: Pick<SpawnRequest, 'stdoutFd' | 'stderrFd'>,
): ChildProcess {
  const [file, ...args] = closingInherited([launch.path, ...launch.argv.slice(1)], request.env)
  try {
    const child = spawn(file, args, {
      cwd: directoryOf(request),
      env: { ...request.env },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', stdio.stdoutFd, stdio.stderrFd],
    })
    // It comes a tick later than the missing pid, which is what the caller is told about.
    child.on('error', ignoreLateError)
    return child
  } catch (error) {
    throw refusalOf(request, (error as NodeJS.ErrnoException).code)
  }
}

function ignoreLateError(): void {
  // `spawn` has answered for it already.
}

/** Why there is no process. Node tells most numbers only later, so what can be seen is looked up, and the rest is shortage. */
function refusalOf(request: SpawnRequest, code = shortageCode()): SpawnError {
  const subject = request.argv[0] ?? ''
  if (process.platform !== 'win32') return explainSpawn(code, request, subject)
  return new SpawnError(`${subject} cannot be started (${code})`, { code, what: 'other', subject, retryable: false })
}

function shortageCode(): string {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return 'EAGAIN'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EAGAIN'
  }
}

function plainLaunch(request: SpawnRequest): Launch {
  const path = request.argv[0] ?? ''
  const wanted = { umask: request.umask, user: request.user, nice: request.nice, 'resource limits': request.limits }
  const ignored = Object.entries(wanted).filter(([, value]) => value !== undefined)
  const notes = ignored.map(([name]) => `${name} has no effect on this system`)
  return { path, argv: [...request.argv], program: path, prefixed: false, notes }
}

function kill(pid: number, signal: string): SignalAnswer {
  try {
    process.kill(pid, requireSignal(signal))
    return 'sent'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'denied' : 'gone'
  }
}
