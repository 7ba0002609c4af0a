import { resolveAccount } from '../accounts.ts'
import { planLaunch } from '../launch.ts'
import { Leaders } from '../leaders.ts'
import { type Evidence, isSessionOf, sortByInstance } from '../members.ts'
import type { Platform, ProcessExit, ProcessIdentity, ProcessRow, Spawned, SpawnRequest } from '../platform.ts'
import { SpawnError } from '../platform.ts'
import { relayFor } from '../relay.ts'
import { signalNumber } from '../signals.ts'
import { Adopted } from './adopted.ts'
import { Cgroups } from './cgroups.ts'
import { describeProcesses } from './describe.ts'
import { openHolePuncher } from './holes.ts'
import { listDisks, sampleHost } from './host.ts'
import { type Libc, loadLibc } from './libc.ts'
import { lockFileByFlock } from './lock.ts'
import { findPortHolder } from './ports.ts'
import {
  checkIdentity,
  childrenOf,
  cookieVariable,
  identityOf,
  isEnded,
  isRow,
  isTaskWrapper,
  listPids,
  readBootId,
  readStat,
} from './proc.ts'
import { Reaper } from './reaper.ts'
import { openPipe, Spawner, type Stdio } from './spawn.ts'
import { ProcTable } from './table.ts'
import { UsageSampler } from './usage.ts'

/** Linux with the C library at hand; undefined where koffi cannot load. */
export function createLinux({ dataDirId }: { dataDirId: string }): Platform | undefined {
  const libc = loadLibc()
  return libc ? new Linux(libc, dataDirId) : undefined
}

const killSignal = 9

class Linux implements Platform {
  readonly name = 'linux'
  readonly bootId = readBootId()
  readonly capabilities: Platform['capabilities']
  readonly #libc: Libc
  readonly #spawner: Spawner
  readonly #reaper: Reaper
  readonly #adopted: Adopted
  readonly #table = new ProcTable()
  readonly #usage: UsageSampler
  readonly #cgroups: Cgroups
  readonly #listeners = new Set<(exit: ProcessExit) => void>()
  readonly #punch = openHolePuncher()
  readonly #leaders = new Leaders()
  /** By pid, for those whose end is still to be told. */
  readonly #watched = new Map<number, ProcessIdentity>()
  readonly #evidence: Evidence = {
    heldUntil: (leader) => this.#leaders.heldUntil(leader),
    groupOf: (instance) => this.#cgroups.membersOf(instance),
    self: process.pid,
  }

  constructor(libc: Libc, dataDirId: string) {
    this.#libc = libc
    this.#cgroups = new Cgroups(dataDirId, (pid, stillThere) => this.#killPinned(pid, stillThere))
    this.#spawner = new Spawner(libc)
    this.#reaper = new Reaper(libc, ({ pid, code, signal }) => this.#tell(pid, code, signal, true))
    this.#adopted = new Adopted(libc, (pid) => this.#tell(pid, null, null, false))
    this.#usage = new UsageSampler(this.#table, this.#evidence)
    this.#reaper.start()
    this.capabilities = {
      cgroup: this.#cgroups.kind,
      spawn: 'posix_spawn',
      punchHoles: this.#punch !== undefined,
      subreaper: libc.becomeSubreaper(),
    }
  }

  spawn(request: SpawnRequest): Spawned {
    const launch = planLaunch(request, this.#cgroups.prepare(request.instance, request.limits))
    const start = (stdio: Stdio): number => this.#spawner.spawn(launch, request, stdio)
    const pid = request.relay ? this.#startRelayed(request, start) : start(request)
    this.#reaper.add(pid)
    const stat = readStat(pid)
    // An unreaped child is always listed, so this is a /proc that is not mounted or not ours to read.
    if (!isRow(stat)) {
      this.#libc.kill(pid, killSignal)
      throw new SpawnError(`The new process ${pid} cannot be read in /proc (${stat})`, {
        code: 'EIO',
        what: 'other',
        subject: '/proc',
        retryable: true,
      })
    }
    const identity = { bootId: this.bootId, pid, startTime: stat.startTime }
    this.#watch(identity, request.env[cookieVariable])
    return { identity, notes: launch.notes }
  }

  /** Puts a relay before each output; they end by themselves when the last writer has gone. */
  #startRelayed(request: SpawnRequest, start: (stdio: Stdio) => number): number {
    const open: number[] = []
    try {
      const through = (fd: number): number => {
        const { readFd, writeFd } = openPipe(this.#libc)
        open.push(readFd, writeFd)
        const relay = relayFor(request)
        this.#reaper.add(
          this.#spawner.spawn(relay.launch, relay.request, { stdin: readFd, stdoutFd: fd, stderrFd: fd }),
        )
        return writeFd
      }
      return start({ stdoutFd: through(request.stdoutFd), stderrFd: through(request.stderrFd) })
    } finally {
      for (const fd of open) this.#libc.close(fd)
    }
  }

  adopt(identity: ProcessIdentity): boolean {
    if (identity.bootId !== this.bootId) return false
    const pidfd = this.#libc.pidfdOpen(identity.pid)
    if (pidfd < 0) return false
    // The pidfd pins whoever has the number now, so a match after it was opened is a match for good.
    if (this.check(identity) !== 'match') {
      this.#libc.close(pidfd)
      return false
    }
    if (!this.#adopted.add(identity.pid, pidfd)) return false
    this.#watch(identity, undefined)
    return true
  }

  onExit(listener: (exit: ProcessExit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  check(identity: ProcessIdentity): 'match' | 'stranger' | 'unknown' {
    return checkIdentity(this.bootId, identity)
  }

  identityOf(pid: number): ProcessIdentity | undefined {
    return identityOf(this.bootId, pid)
  }

  signal(identity: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied' {
    const number = requireSignal(signal)
    const pidfd = this.#libc.pidfdOpen(identity.pid)
    if (pidfd < 0) return this.#refusal()
    try {
      const answer = this.check(identity)
      if (answer !== 'match') return answer === 'unknown' ? 'denied' : 'gone'
      if (isTaskWrapper(identity.pid)) return this.#signalTask(identity, signal)
      return this.#libc.pidfdSendSignal(pidfd, number) === 0 ? 'sent' : this.#refusal()
    } finally {
      this.#libc.close(pidfd)
    }
  }

  /** A task's wrapper only waits; what is meant is the program that it waits for. */
  #signalTask(wrapper: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied' {
    const answers = childrenOf(wrapper.pid).map((child) => {
      const identity = this.identityOf(child)
      return identity ? this.signal(identity, signal) : 'gone'
    })
    return summary(answers)
  }

  signalGroup(leader: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied' {
    const number = requireSignal(signal)
    const answer = this.check(leader)
    if (answer === 'unknown') return 'denied'
    // A living leader of ours holds its number, and with it the number of its group.
    if (answer === 'match') return this.#libc.kill(-leader.pid, number) === 0 ? 'sent' : this.#refusal()
    return this.#signalLeaderless(leader, signal)
  }

  /** The leader is gone but its group is not: each member is proven and signalled by itself. */
  #signalLeaderless(leader: ProcessIdentity, signal: string): 'sent' | 'gone' | 'denied' {
    if (leader.bootId !== this.bootId) return 'gone'
    const session: ProcessRow[] = []
    let holder: ProcessRow | undefined
    for (const pid of listPids()) {
      const stat = readStat(pid)
      if (!isRow(stat)) continue
      // A dead leader that nobody has reaped yet still proves whose session it is.
      if (stat.pid === leader.pid) holder = this.#table.row(stat)
      if (stat.sessionId === leader.pid && !isEnded(stat)) session.push(this.#table.row(stat))
    }
    if (!isSessionOf(session, holder, leader, this.#leaders.cookieOf(leader), this.#evidence)) return 'gone'
    const members = session.filter((row) => row.groupId === leader.pid)
    return summary(members.map(({ pid, startTime }) => this.signal({ bootId: this.bootId, pid, startTime }, signal)))
  }

  async membersOf(
    wanted: readonly { instance: string; cookie: string; leader?: ProcessIdentity }[],
  ): Promise<Map<string, ProcessRow[]>> {
    for (const { leader, cookie } of wanted) if (leader) this.#leaders.remember(leader, { cookie })
    return sortByInstance(await this.#table.rows(), wanted, this.#evidence)
  }

  async findByCookie(prefix: string): Promise<ProcessRow[]> {
    return (await this.#table.rows()).filter((row) => row.pid !== process.pid && row.cookie?.startsWith(prefix))
  }

  killCgroup(instance: string): void {
    this.#cgroups.kill(instance)
  }

  removeCgroup(instance: string): void {
    this.#cgroups.remove(instance)
  }

  oomKilled(instance: string): boolean {
    return this.#cgroups.oomKilled(instance)
  }

  usage: Platform['usage'] = (wanted) => this.#usage.sample(wanted)
  describeProcesses: Platform['describeProcesses'] = (pids) => describeProcesses(pids, this.#table)
  hostSample: Platform['hostSample'] = async () => sampleHost()
  disks: Platform['disks'] = listDisks
  portHolder: Platform['portHolder'] = (port) => findPortHolder(port, this.#table)

  checkUser(user: string | undefined, group: string | undefined): ReturnType<Platform['checkUser']> {
    const answer = resolveAccount(user, group)
    return 'problem' in answer ? answer : undefined
  }

  punchHole(fd: number, endBytes: number): boolean {
    return this.#punch?.(fd, endBytes) ?? false
  }

  lockFile(path: string): ReturnType<Platform['lockFile']> {
    return lockFileByFlock(this.#libc, path)
  }

  close(): void {
    this.#reaper.stop()
    this.#adopted.close()
    this.#listeners.clear()
  }

  /** Whoever has the number now is pinned by the pidfd; only if it is still what was meant is it signalled. */
  #killPinned(pid: number, stillThere: () => boolean): void {
    const pidfd = this.#libc.pidfdOpen(pid)
    if (pidfd < 0) return
    if (stillThere()) this.#libc.pidfdSendSignal(pidfd, killSignal)
    this.#libc.close(pidfd)
  }

  #watch(identity: ProcessIdentity, cookie: string | undefined): void {
    this.#watched.set(identity.pid, identity)
    this.#leaders.remember(identity, { cookie, heldUntil: Number(identity.startTime) })
  }

  #tell(pid: number, code: number | null, signal: string | null, statusKnown: boolean): void {
    const identity = this.#watched.get(pid)
    // A relay: its end is nobody's news.
    if (!identity) return
    this.#watched.delete(pid)
    // Until it was reaped the number was held. Not so for an adopted one: others reap it when they like.
    if (statusKnown) this.#leaders.remember(identity, { heldUntil: this.#libc.bootTicks() - 1 })
    const exit: ProcessExit = { pid, code, signal, statusKnown, atMs: performance.now() }
    for (const listener of [...this.#listeners]) listener(exit)
  }

  #refusal(): 'gone' | 'denied' {
    return this.#libc.nameOf(this.#libc.errno()) === 'EPERM' ? 'denied' : 'gone'
  }
}

function summary(answers: readonly ('sent' | 'gone' | 'denied')[]): 'sent' | 'gone' | 'denied' {
  if (answers.includes('sent')) return 'sent'
  return answers.includes('denied') ? 'denied' : 'gone'
}

function requireSignal(signal: string): number {
  const number = signalNumber(signal)
  if (number === undefined) throw new RangeError(`${signal} is not a signal of this system`)
  return number
}
