import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { type GroupShare, noGroup } from '../launch.ts'
import type { SpawnLimits } from '../platform.ts'
import {
  type Controller,
  closeHierarchy,
  controllers,
  findHierarchies,
  type Hierarchy,
  openHierarchy,
  readOr,
  readPids,
  tryWrite,
} from './hierarchies.ts'

const cpuPeriodUs = 100_000
const killRounds = 10

/**
 * Control groups for services that have limits. The others are known by session and cookie: joining costs a shell
 * before the exec, more than a millisecond, and would buy nothing that those do not give.
 */
export class Cgroups {
  readonly kind: 'v2' | 'v1' | 'none'
  readonly #hierarchies: readonly Hierarchy[]
  readonly #kill: (pid: number, stillThere: () => boolean) => void
  /** Instances that have a group somewhere, left ones of an earlier agent included. */
  readonly #groups = new Set<string>()
  readonly #opened = new Map<Hierarchy, readonly Controller[] | undefined>()
  readonly #oomKills = new Map<string, number>()

  constructor(
    dataDirId: string,
    kill: (pid: number, stillThere: () => boolean) => void,
    hierarchies: readonly Hierarchy[] = findHierarchies(dataDirId),
  ) {
    this.#kill = kill
    this.#hierarchies = hierarchies
    const limiting = this.#hierarchies.find((each) => each.limits.length > 0) ?? this.#hierarchies[0]
    this.kind = limiting?.version ?? 'none'
    for (const { folder } of this.#hierarchies) {
      if (!existsSync(folder)) continue
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) this.#groups.add(decodeURIComponent(entry.name))
      }
    }
    for (const instance of this.#groups) this.#oomKills.set(instance, this.#countOomKills(instance))
  }

  /** Makes the instance's group with its limits, for joining before the exec. What it cannot take over is not in the answer. */
  prepare(instance: string, limits: SpawnLimits | undefined): GroupShare {
    const wanted = controllers.filter((name) => limitOf(name, limits) !== undefined)
    if (wanted.length === 0) return noGroup
    const given = new Set<Controller>()
    const joined: string[] = []
    for (const hierarchy of this.#hierarchies) {
      const here = wanted.filter((name) => hierarchy.limits.includes(name))
      // Version 2 without limits beside version 1 still offers `cgroup.kill`.
      if (here.length === 0 && hierarchy.version === 'v1') continue
      const enabled = this.#open(hierarchy)
      if (!enabled) continue
      const folder = this.#folderOf(hierarchy, instance)
      if (!makeGroup(folder)) continue
      for (const name of here.filter((each) => enabled.includes(each))) {
        if (setLimit(hierarchy.version, folder, name, limitOf(name, limits) ?? 0)) given.add(name)
      }
      joined.push(join(folder, 'cgroup.procs'))
    }
    this.#groups.add(instance)
    this.#oomKills.set(instance, this.#countOomKills(instance))
    return { join: joined, memory: given.has('memory'), cpu: given.has('cpu'), pids: given.has('pids') }
  }

  #open(hierarchy: Hierarchy): readonly Controller[] | undefined {
    if (!this.#opened.has(hierarchy)) this.#opened.set(hierarchy, openHierarchy(hierarchy))
    return this.#opened.get(hierarchy)
  }

  /** Removes what was made for groups, where none is left. */
  close(): void {
    for (const hierarchy of this.#opened.keys()) closeHierarchy(hierarchy)
  }

  /** Undefined when the instance has no group. */
  membersOf(instance: string): ReadonlySet<number> | undefined {
    if (!this.#groups.has(instance)) return undefined
    const pids = new Set<number>()
    for (const folder of this.#foldersOf(instance)) {
      for (const pid of readPids(join(folder, 'cgroup.procs'))) pids.add(pid)
    }
    return pids
  }

  /** SIGKILL to everything in the group; at once where the kernel has `cgroup.kill`, else in rounds. */
  kill(instance: string): void {
    if (!this.#groups.has(instance)) return
    for (const folder of this.#foldersOf(instance)) {
      if (tryWrite(join(folder, 'cgroup.kill'), '1')) continue
      // Without forks the rounds come to an end, with a fork bomb too.
      if (existsSync(join(folder, 'pids.max'))) tryWrite(join(folder, 'pids.max'), '0')
      this.#killInRounds(folder)
    }
  }

  #killInRounds(folder: string): void {
    const file = join(folder, 'cgroup.procs')
    for (let round = 0; round < killRounds; round++) {
      const pids = readPids(file)
      if (pids.length === 0) return
      for (const pid of pids) this.#kill(pid, () => readPids(file).includes(pid))
    }
  }

  /** Removes the group when it is empty; one that is not stays and is found again. */
  remove(instance: string): void {
    if (!this.#groups.has(instance)) return
    let left = false
    for (const folder of this.#foldersOf(instance)) {
      try {
        rmdirSync(folder)
      } catch {
        // Busy: a process that has just ended may still be counted.
        left = true
      }
    }
    if (!left) this.#groups.delete(instance)
    if (!left) this.#oomKills.delete(instance)
  }

  /** Whether the kernel ended something for want of memory since the last ask. */
  oomKilled(instance: string): boolean {
    const before = this.#oomKills.get(instance)
    if (before === undefined) return false
    const now = this.#countOomKills(instance)
    this.#oomKills.set(instance, now)
    return now > before
  }

  #countOomKills(instance: string): number {
    let count = 0
    for (const folder of this.#foldersOf(instance)) {
      const text = readOr(join(folder, 'memory.events')) || readOr(join(folder, 'memory.oom_control'))
      count += Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
    }
    return count
  }

  #folderOf(hierarchy: Hierarchy, instance: string): string {
    // A name of the configuration is no path: `encodeURIComponent` leaves no slash, and two dots are no name here.
    return join(hierarchy.folder, encodeURIComponent(instance).replace(/^\.+$/, '%2E'))
  }

  #foldersOf(instance: string): string[] {
    return this.#hierarchies
      .map((hierarchy) => this.#folderOf(hierarchy, instance))
      .filter((folder) => existsSync(folder))
  }
}

function limitOf(name: Controller, limits: SpawnLimits | undefined): number | undefined {
  if (name === 'memory') return limits?.memoryBytes
  return name === 'cpu' ? limits?.cpuCores : limits?.pids
}

function makeGroup(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST'
  }
}

function setLimit(version: 'v1' | 'v2', folder: string, name: Controller, value: number): boolean {
  const set = (file: string, text: string | number): boolean => tryWrite(join(folder, file), String(text))
  if (name === 'pids') return set('pids.max', value)
  if (name === 'cpu') {
    const quotaUs = Math.max(1_000, Math.round(value * cpuPeriodUs))
    if (version === 'v2') return set('cpu.max', `${quotaUs} ${cpuPeriodUs}`)
    set('cpu.cfs_period_us', cpuPeriodUs)
    return set('cpu.cfs_quota_us', quotaUs)
  }
  if (version === 'v2') {
    // Without these a service over its limit would be swapped out instead, or lose one process and limp on.
    set('memory.swap.max', 0)
    set('memory.oom.group', 1)
    return set('memory.max', value)
  }
  // Memory with swap may never be set below memory alone, so it is lifted first.
  set('memory.memsw.limit_in_bytes', -1)
  const given = set('memory.limit_in_bytes', value)
  set('memory.memsw.limit_in_bytes', value)
  return given
}
