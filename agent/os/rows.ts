import type { Leaders } from './leaders.ts'
import { findListener, listMachineDisks, sampleMachine } from './machine.ts'
import { type Evidence, isSessionOf, sortByInstance, type Wanted } from './members.ts'
import type { Platform, PortHolder, ProcessDetail, ProcessIdentity, ProcessRow, TreeUsage } from './platform.ts'

/** What a system's own command tells of every process. */
export type FullRow = Omit<ProcessDetail, 'threads'> & { threads?: number }

/** A process source over a whole listing, for systems where only a command gives one. */
export class ListedProcesses {
  readonly bootId: string
  readonly #list: () => Promise<FullRow[]>
  readonly #evidence: Evidence
  readonly #totals = new Map<string, { startTime: string; cpuTimeMs: number }>()
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<FullRow[]> | undefined
  #last: FullRow[] = []

  constructor(bootId: string, list: () => Promise<FullRow[]>, leaders: Leaders) {
    this.bootId = bootId
    this.#list = list
    this.#evidence = { bootId, heldUntil: (leader) => leaders.heldUntil(leader), self: process.pid }
  }

  /** Who asks while a listing is under way gets the next one, and all who wait share it. */
  rows(): Promise<FullRow[]> {
    this.#next ??= this.#running.then(async () => {
      this.#next = undefined
      const listing = this.#list()
      this.#running = listing.catch(() => undefined)
      this.#last = await listing
      return this.#last
    })
    return this.#next
  }

  /** From the last listing: a signal cannot wait for a command. */
  groupMembers(leader: ProcessIdentity, cookie: string | undefined): ProcessRow[] {
    const session = this.#last.filter((row) => row.groupId === leader.pid)
    const holder = this.#last.find((row) => row.pid === leader.pid)
    return isSessionOf(session, holder, leader, cookie, this.#evidence) ? session : []
  }

  async membersOf(wanted: readonly Wanted[]): Promise<Map<string, ProcessRow[]>> {
    return sortByInstance(await this.rows(), wanted, this.#evidence)
  }

  /** A listing tells of no descriptors. */
  writersOf: Platform['writersOf'] = async () => new Map()

  usage: Platform['usage'] = async (wanted) => {
    const usage = new Map<string, TreeUsage>()
    const sorted = await this.membersOf(wanted)
    for (const { instance, leader } of wanted) {
      const rows = (sorted.get(instance) ?? []) as FullRow[]
      const sum = (field: 'cpuTimeMs' | 'memoryBytes'): number => rows.reduce((total, row) => total + row[field], 0)
      usage.set(instance, {
        cpuTimeMs: this.#neverLess(instance, leader, sum('cpuTimeMs')),
        memoryBytes: sum('memoryBytes'),
        threads: rows.reduce((total, row) => total + (row.threads ?? 1), 0),
        details: undefined,
        pids: rows.map((row) => row.pid),
      })
    }
    for (const instance of this.#totals.keys()) if (!usage.has(instance)) this.#totals.delete(instance)
    return usage
  }

  /** Processes that ended take their time with them; a total that falls would make a negative rate. */
  #neverLess(instance: string, leader: ProcessIdentity, cpuTimeMs: number): number {
    const last = this.#totals.get(instance)
    const total = last?.startTime === leader.startTime ? Math.max(last.cpuTimeMs, cpuTimeMs) : cpuTimeMs
    this.#totals.set(instance, { startTime: leader.startTime, cpuTimeMs: total })
    return total
  }

  describeProcesses: Platform['describeProcesses'] = async (pids) => {
    const wanted = new Set(pids)
    return (await this.rows()).filter((row) => wanted.has(row.pid)).map((row) => ({ threads: 1, ...row }))
  }

  hostSample: Platform['hostSample'] = sampleMachine
  disks: Platform['disks'] = listMachineDisks
  temperature: Platform['temperature'] = () => undefined

  portHolder: Platform['portHolder'] = (port) =>
    findListener(port, async (pid): Promise<PortHolder | undefined> => {
      const row = (await this.rows()).find((each) => each.pid === pid)
      if (!row) return undefined
      const { name, command, startTime, cookie } = row
      return { pid, name, command, startTime, ...(cookie === undefined ? {} : { cookie }) }
    })

  /** A listing keeps nothing open. */
  close(): void {}
}
