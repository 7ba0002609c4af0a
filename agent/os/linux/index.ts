import { resolveAccount } from '../accounts.ts'
import { atUsualPriority, planLaunch } from '../launch.ts'
import { Leaders } from '../leaders.ts'
import { explainSpawn } from '../lookup.ts'
import type { Platform, ProcessExit, ProcessIdentity, ProcessRow, Spawned, SpawnRequest } from '../platform.ts'
import { relayFor } from '../relay.ts'
import { requireSignal, type SignalAnswer, summary } from '../signals.ts'
import { Adopted } from './adopted.ts'
import { Cgroups } from './cgroups.ts'
import { type Libc, loadLibc } from './libc.ts'
import { lockFileByKernel } from './lock.ts'
import { cookieVariable, isRow, readStat, whyUnreadable } from './proc.ts'
import { Reaper } from './reaper.ts'
import { ProcSource } from './source.ts'
import { openSpaceFreer } from './space.ts'
import { openPipe, Spawner, type Stdio } from './spawn.ts'

/** Linux with the C library at hand; undefined where koffi cannot load. */
export function createLinux({ dataDirId }: { dataDirId: string }): Platform | undefined {
  const libc = loadLibc()
  return libc ? new Linux(libc, dataDirId) : undefined
}

const killSignal = 9

class Linux implements Platform {
  readonly name = 'linux'
  readonly bootId: string
  readonly capabilities: Platform['capabilities']
  readonly #libc: Libc
  readonly #spawner: Spawner
  readonly #reaper: Reaper
  readonly #adopted: Adopted
  readonly #source: ProcSource
  readonly #cgroups: Cgroups
  readonly #listeners = new Set<(exit: ProcessExit) => void>()
  readonly #leaders = new Leaders()
  readonly #ownSession: number

  constructor(libc: Libc, dataDirId: string) {
    this.#libc = libc
    this.#cgroups = new Cgroups(dataDirId, (pid, stillThere) => this.#killPinned(pid, stillThere))
    this.#spawner = new Spawner(libc)
    this.#reaper = new Reaper(libc, ({ pid, code, signal }) => this.#tell(pid, code, signal, true))
    this.#adopted = new Adopted(libc, (pid) => this.#tell(pid, null, null, false))
    this.#source = new ProcSource(this.#leaders, (instance) => this.#cgroups.membersOf(instance))
    this.bootId = this.#source.bootId
    this.#reaper.start()
    const own = readStat(process.pid)
    this.#ownSession = isRow(own) ? own.sessionId : process.pid
    // What the agent's own parent left open is nothing to its hooks. In Electron these belong to Chromium.
    if (!process.versions.electron) libc.sealDescriptors()
    this.capabilities = {
      cgroup: this.#cgroups.kind,
      spawn: 'posix_spawn',
      punchHoles: openSpaceFreer() !== undefined,
      subreaper: libc.becomeSubreaper(),
    }
  }

  spawn(request: SpawnRequest): Spawned {
    const launch = planLaunch(request, this.#cgroups.prepare(request.instance, request.limits))
    const start = (stdio: Stdio): number => this.#spawner.spawn(launch, request, stdio)
    const pid = atUsualPriority(request, () => this.#startOrTidy(request, start))
    this.#reaper.add(pid)
    const stat = readStat(pid)
    if (!isRow(stat)) {
      // An unreaped child is always listed, so it is the agent that cannot read. Nothing runs that nobody knows.
      this.#libc.kill(pid, killSignal)
      throw explainSpawn(whyUnreadable(pid), request, launch.program)
    }
    const identity = { bootId: this.bootId, pid, startTime: stat.startTime }
    this.#leaders.begin(identity, request.env[cookieVariable])
    return { identity, notes: launch.notes }
  }

  #startOrTidy(request: SpawnRequest, start: (stdio: Stdio) => number): number {
    try {
      return request.relay ? this.#startRelayed(request, start) : start(request)
    } catch (error) {
      this.#cgroups.remove(request.instance)
      throw error
    }
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
      const stdoutFd = through(request.stdoutFd)
      // Two relays into one file would cut into one another's lines.
      return start({ stdoutFd, stderrFd: request.stderrFd === request.stdoutFd ? stdoutFd : through(request.stderrFd) })
    } finally {
      for (const fd of open) this.#libc.close(fd)
    }
  }

  adopt(identity: ProcessIdentity): boolean {
    if (identity.bootId !== this.bootId) return false
    if (this.#reaper.has(identity.pid)) return this.check(identity) === 'match'
    const pidfd = this.#libc.pidfdOpen(identity.pid)
    if (pidfd < 0) return false
    // The pidfd pins whoever has the number now, so a match after it was opened is a match for good.
    if (this.check(identity) !== 'match') {
      this.#libc.close(pidfd)
      return false
    }
    if (!this.#adopted.add(identity.pid, pidfd)) return false
    this.#leaders.begin(identity, undefined)
    return true
  }

  onExit(listener: (exit: ProcessExit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  check: Platform['check'] = (identity) => this.#source.check(identity)
  identityOf: Platform['identityOf'] = (pid) => this.#source.identityOf(pid)

  signal(identity: ProcessIdentity, signal: string): SignalAnswer {
    const number = requireSignal(signal)
    const pidfd = this.#libc.pidfdOpen(identity.pid)
    if (pidfd < 0) return this.#refusal()
    try {
      const answer = this.check(identity)
      if (answer !== 'match') return answer === 'unknown' ? 'denied' : 'gone'
      // A task's wrapper only waits; what is meant is the program that it waits for.
      const behind = this.#source.behindWrapper(identity.pid)
      if (behind)
        return this.#signalEach(
          behind.map((pid) => this.identityOf(pid)),
          signal,
        )
      return this.#libc.pidfdSendSignal(pidfd, number) === 0 ? 'sent' : this.#refusal()
    } finally {
      this.#libc.close(pidfd)
    }
  }

  /** It has ended, and nobody but this thread can take its number from it. */
  #waitsForUs({ bootId, pid, startTime }: ProcessIdentity): boolean {
    if (bootId !== this.bootId || !this.#reaper.has(pid)) return false
    const stat = readStat(pid)
    return isRow(stat) && stat.startTime === startTime
  }

  #signalEach(identities: readonly (ProcessIdentity | undefined)[], signal: string): SignalAnswer {
    return summary(identities.map((identity) => (identity ? this.signal(identity, signal) : 'gone')))
  }

  signalGroup(leader: ProcessIdentity, signal: string): SignalAnswer {
    const number = requireSignal(signal)
    // To `kill`, minus one means everybody.
    if (leader.pid <= 1) return 'denied'
    const answer = this.check(leader)
    if (answer === 'unknown') return 'denied'
    // A leader of ours that lives, or waits to be reaped, holds its number, and with it the number of its group.
    if (answer === 'match' || this.#waitsForUs(leader))
      return this.#libc.kill(-leader.pid, number) === 0 ? 'sent' : this.#refusal()
    // The leader is gone but its group may not be: each member is proven and signalled by itself.
    const members = this.#source.groupMembers(leader, this.#leaders.cookieOf(leader))
    return this.#signalEach(
      members.map(({ pid, startTime }) => ({ bootId: this.bootId, pid, startTime })),
      signal,
    )
  }

  async membersOf(
    wanted: readonly { instance: string; cookie: string; leader?: ProcessIdentity }[],
  ): Promise<Map<string, ProcessRow[]>> {
    for (const { leader, cookie } of wanted) if (leader) this.#leaders.remember(leader, { cookie })
    return this.#source.membersOf(wanted)
  }

  leftNothing(instance: string): boolean {
    if (!this.capabilities.subreaper || (this.#cgroups.membersOf(instance)?.size ?? 0) > 0) return false
    return this.#reaper.knowsAllChildren(this.#ownSession)
  }

  async findByCookie(prefix: string): Promise<ProcessRow[]> {
    return (await this.#source.rows()).filter((row) => row.pid !== process.pid && row.cookie?.startsWith(prefix))
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

  lockFile(path: string): ReturnType<Platform['lockFile']> {
    return lockFileByKernel(this.#libc, path)
  }

  close(): void {
    this.#reaper.stop()
    this.#adopted.close()
    this.#source.close()
    this.#cgroups.close()
    this.#listeners.clear()
  }

  /** Whoever has the number now is pinned by the pidfd; only if it is still what was meant is it signalled. */
  #killPinned(pid: number, stillThere: () => boolean): void {
    const pidfd = this.#libc.pidfdOpen(pid)
    if (pidfd < 0) return
    if (stillThere()) this.#libc.pidfdSendSignal(pidfd, killSignal)
    this.#libc.close(pidfd)
  }

  #tell(pid: number, code: number | null, signal: string | null, statusKnown: boolean): void {
    const identity = this.#leaders.end(pid)
    // A relay: its end is nobody's news.
    if (!identity) return
    // Until it was reaped the number was held. Not so for an adopted one: others reap it when they like.
    if (statusKnown) this.#leaders.remember(identity, { heldUntil: this.#libc.bootTicks() - 1 })
    const exit: ProcessExit = { pid, code, signal, statusKnown, atMs: performance.now() }
    for (const listener of [...this.#listeners]) listener(exit)
  }

  #refusal(): 'gone' | 'denied' {
    return this.#libc.nameOf(this.#libc.errno()) === 'EPERM' ? 'denied' : 'gone'
  }
}
