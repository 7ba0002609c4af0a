import { closeSync } from 'node:fs'
import { resolveAccount } from '../accounts.ts'
import { noGroup, planLaunch } from '../launch.ts'
import { Leaders } from '../leaders.ts'
import { type Evidence, isSessionOf, sortByInstance } from '../members.ts'
import type { Platform, ProcessExit, ProcessIdentity, ProcessRow, Spawned, SpawnRequest } from '../platform.ts'
import { SpawnError } from '../platform.ts'
import { signalNumber } from '../signals.ts'
import { Adopted } from './adopted.ts'
import { describeProcesses } from './describe.ts'
import { openHolePuncher } from './holes.ts'
import { listDisks, sampleHost } from './host.ts'
import { type Libc, loadLibc } from './libc.ts'
import { lockFileByFlock } from './lock.ts'
import { findPortHolder } from './ports.ts'
import { checkIdentity, cookieVariable, identityOf, isEnded, isRow, listPids, readBootId, readStat } from './proc.ts'
import { Reaper } from './reaper.ts'
import { Spawner } from './spawn.ts'
import { ProcTable } from './table.ts'
import { UsageSampler } from './usage.ts'

/** Linux with the C library at hand; undefined where koffi cannot load. */
export function createLinux(_options: { dataDirId: string }): Platform | undefined {
  const libc = loadLibc()
  return libc ? new Linux(libc) : undefined
}

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
  readonly #listeners = new Set<(exit: ProcessExit) => void>()
  readonly #punch = openHolePuncher()
  readonly #leaders = new Leaders()
  /** By pid, for those whose end is still to be told. */
  readonly #watched = new Map<number, ProcessIdentity>()
  readonly #evidence: Evidence = {
    heldUntil: (leader) => this.#leaders.heldUntil(leader),
    self: process.pid,
  }

  constructor(libc: Libc) {
    this.#libc = libc
    this.#spawner = new Spawner(libc)
    this.#reaper = new Reaper(libc, ({ pid, code, signal }) => this.#tell(pid, code, signal, true))
    this.#adopted = new Adopted(libc, (pid) => this.#tell(pid, null, null, false))
    this.#usage = new UsageSampler(this.#table, this.#evidence)
    this.#reaper.start()
    this.capabilities = {
      cgroup: 'none',
      spawn: 'posix_spawn',
      punchHoles: this.#punch !== undefined,
      subreaper: libc.becomeSubreaper(),
    }
  }

  spawn(request: SpawnRequest): Spawned {
    const launch = planLaunch(request, noGroup)
    const pid = this.#spawner.spawn(launch, request, request)
    this.#reaper.add(pid)
    const stat = readStat(pid)
    // An unreaped child is always listed, so this is a /proc that is not mounted or not ours to read.
    if (!isRow(stat)) {
      this.#libc.kill(pid, 9)
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
      return this.#libc.pidfdSendSignal(pidfd, number) === 0 ? 'sent' : this.#refusal()
    } finally {
      closeSync(pidfd)
    }
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
    const answers = session
      .filter((row) => row.groupId === leader.pid)
      .map((row) => this.signal({ bootId: this.bootId, pid: row.pid, startTime: row.startTime }, signal))
    if (answers.includes('sent')) return 'sent'
    return answers.includes('denied') ? 'denied' : 'gone'
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

  killCgroup(_instance: string): void {}
  removeCgroup(_instance: string): void {}
  oomKilled(_instance: string): boolean {
    return false
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

  #watch(identity: ProcessIdentity, cookie: string | undefined): void {
    this.#watched.set(identity.pid, identity)
    this.#leaders.remember(identity, { cookie, heldUntil: Number(identity.startTime) })
  }

  #tell(pid: number, code: number | null, signal: string | null, statusKnown: boolean): void {
    const identity = this.#watched.get(pid)
    this.#watched.delete(pid)
    // Until it was reaped the number was held. Not so for an adopted one: others reap it when they like.
    if (identity && statusKnown) this.#leaders.remember(identity, { heldUntil: this.#libc.bootTicks() - 1 })
    const exit: ProcessExit = { pid, code, signal, statusKnown, atMs: performance.now() }
    for (const listener of [...this.#listeners]) listener(exit)
  }

  #refusal(): 'gone' | 'denied' {
    return this.#libc.nameOf(this.#libc.errno()) === 'EPERM' ? 'denied' : 'gone'
  }
}

function requireSignal(signal: string): number {
  const number = signalNumber(signal)
  if (number === undefined) throw new RangeError(`${signal} is not a signal of this system`)
  return number
}
