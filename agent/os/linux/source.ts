import type { Leaders } from '../leaders.ts'
import { type Evidence, isSessionOf, sortByInstance, type Wanted } from '../members.ts'
import type { IdentityCheck, Platform, ProcessIdentity, ProcessRow } from '../platform.ts'
import type { ProcessSource } from '../source.ts'
import { describeProcesses } from './describe.ts'
import { readTemperature } from './heat.ts'
import { listDisks, sampleHost } from './host.ts'
import { findPortHolder } from './ports.ts'
import {
  checkIdentity,
  childrenOf,
  identityOf,
  isEnded,
  isRow,
  isTaskWrapper,
  listPids,
  readBootId,
  readStat,
} from './proc.ts'
import { ProcTable } from './table.ts'
import { UsageSampler } from './usage.ts'
import { findWriters } from './writers.ts'

/** Everything that /proc tells, with the C library or without. */
export class ProcSource implements ProcessSource {
  readonly bootId = readBootId()
  readonly #table: ProcTable
  readonly #evidence: Evidence
  readonly #usage: UsageSampler

  constructor(leaders: Leaders, groupOf?: NonNullable<Evidence['groupOf']>) {
    this.#table = new ProcTable((sessionId) => leaders.livingCookie(sessionId))
    this.#evidence = {
      bootId: this.bootId,
      heldUntil: (leader) => leaders.heldUntil(leader),
      self: process.pid,
      ...(groupOf ? { groupOf } : {}),
    }
    this.#usage = new UsageSampler(this.#table, this.#evidence)
  }

  rows(): Promise<ProcessRow[]> {
    return this.#table.rows()
  }

  identityOf(pid: number): ProcessIdentity | undefined {
    return identityOf(this.bootId, pid)
  }

  check(identity: ProcessIdentity): IdentityCheck {
    return checkIdentity(this.bootId, identity)
  }

  behindWrapper(pid: number): number[] | undefined {
    return isTaskWrapper(pid) ? childrenOf(pid) : undefined
  }

  groupMembers(leader: ProcessIdentity, cookie: string | undefined): ProcessRow[] {
    if (leader.bootId !== this.bootId) return []
    const session: ProcessRow[] = []
    let holder: ProcessRow | undefined
    for (const pid of listPids()) {
      const stat = readStat(pid)
      if (!isRow(stat)) continue
      // A dead leader that nobody has reaped yet still proves whose session it is.
      if (stat.pid === leader.pid) holder = this.#table.knownRow(stat)
      if (stat.sessionId === leader.pid && !isEnded(stat)) session.push(this.#table.knownRow(stat))
    }
    if (!isSessionOf(session, holder, leader, cookie, this.#evidence)) return []
    return session.filter((row) => row.groupId === leader.pid)
  }

  async membersOf(wanted: readonly Wanted[]): Promise<Map<string, ProcessRow[]>> {
    return sortByInstance(await this.#table.rows(), wanted, this.#evidence)
  }

  usage: Platform['usage'] = (wanted) => this.#usage.sample(wanted)
  describeProcesses: Platform['describeProcesses'] = (pids) => describeProcesses(pids, this.#table)
  hostSample: Platform['hostSample'] = async () => sampleHost()
  disks: Platform['disks'] = listDisks
  temperature: Platform['temperature'] = readTemperature
  writersOf: Platform['writersOf'] = (paths, known) => findWriters(paths, known, this.#table)
  portHolder: Platform['portHolder'] = (port) => findPortHolder(port, this.#table)

  close(): void {
    this.#usage.close()
  }
}
