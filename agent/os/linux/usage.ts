import { closeSync, openSync, readSync } from 'node:fs'
import { type Evidence, sortByInstance } from '../members.ts'
import type { ProcessIdentity, ProcessRow, TreeDetails, TreeUsage } from '../platform.ts'
import { readDetails } from './details.ts'
import { KeptStats } from './kept.ts'
import { isEnded, isRow, isThread, listPids, readStat, readWhole, type Stat, ticksPerSecond } from './proc.ts'
import { Slices } from './slices.ts'
import type { ProcTable } from './table.ts'

const msPerTick = 1000 / ticksPerSecond
/** What was looked at in the moment of its birth may have been sorted wrongly; a whole pass sees it as it is. */
const fullPassEveryMs = 300_000
/** Open files and traffic: of what is active this often, and of what rests in case that it does something unnoticed. */
const activeDetailsMs = 4_500
const restingDetailsMs = 300_000
/** So few new numbers are tried one by one; of more, the processes that are there are listed. */
const mostTried = 64
/** A window that scrolls while a thousand services report needs the processor more than their figures do. */
const restMs = 6

interface WantedTree {
  instance: string
  cookie: string
  leader: ProcessIdentity
}

interface Tree {
  wanted: WantedTree
  /** The last sample that asked for it. */
  wantedIn: number
  /** Start times of its members by pid. */
  members: Map<number, string>
  /** Time of members that went without anybody counting it on, so that a total never falls. */
  carriedTicks: number
  totalTicks: number
  /** What was last told; absent when its members have changed since. */
  usage: TreeUsage | undefined
  details: TreeDetails | undefined
  detailsAtMs: number
  /** Something has been done since the details were looked at. */
  isStirred: boolean
}

/**
 * CPU time and memory of whole trees. A sample reads the members known so far and looks only at processes that are
 * new since the last one; the whole table is read every few minutes, where there were any.
 */
export class UsageSampler {
  readonly #kept = new KeptStats()
  readonly #table: ProcTable
  readonly #evidence: Evidence
  readonly #trees = new Map<string, Tree>()
  #samples = 0
  #wanted: readonly WantedTree[] = []
  #told: ReadonlyMap<string, TreeUsage> = new Map()
  #lastPid: number | undefined
  #fullPassAtMs = Number.NEGATIVE_INFINITY
  /** What the kernel had given out at the last whole pass. */
  #fullPassPid: number | undefined
  #running: Promise<unknown> = Promise.resolve()

  constructor(table: ProcTable, evidence: Evidence) {
    this.#table = table
    this.#evidence = evidence
  }

  sample(wanted: readonly WantedTree[]): Promise<ReadonlyMap<string, TreeUsage>> {
    const sample = this.#running.then(() => this.#sample(wanted))
    // Who asked is told of a failure; the next sample is none the worse for it.
    this.#running = sample.catch(() => undefined)
    return sample
  }

  async #sample(wanted: readonly WantedTree[]): Promise<ReadonlyMap<string, TreeUsage>> {
    const strangersToMe = this.#follow(wanted)
    if (wanted.length === 0) return new Map()
    const newcomers = this.#newcomers()
    const newPids = new Set(newcomers)
    const missed = strangersToMe.some((tree) => !newPids.has(tree.wanted.leader.pid))
    const isDue = performance.now() - this.#fullPassAtMs > fullPassEveryMs && this.#fullPassPid !== this.#lastPid
    if (missed || isDue) await this.#readAll()
    else await this.#sortNewcomers(newcomers)
    return this.#readTrees()
  }

  /** Keeps what is asked for and drops the rest; gives the trees that were not known. */
  #follow(wanted: readonly WantedTree[]): Tree[] {
    const unknown: Tree[] = []
    if (wanted === this.#wanted) return unknown
    this.#wanted = wanted
    this.#samples++
    for (const each of wanted) {
      const known = this.#trees.get(each.instance)
      if (known?.wanted.leader.pid === each.leader.pid && known.wanted.leader.startTime === each.leader.startTime) {
        known.wantedIn = this.#samples
        continue
      }
      const members = new Map([[each.leader.pid, each.leader.startTime]])
      const tree: Tree = {
        wanted: each,
        wantedIn: this.#samples,
        members,
        carriedTicks: 0,
        totalTicks: 0,
        usage: undefined,
        details: undefined,
        detailsAtMs: Number.NEGATIVE_INFINITY,
        isStirred: true,
      }
      unknown.push(tree)
      this.#trees.set(each.instance, tree)
    }
    if (this.#trees.size > wanted.length)
      for (const [instance, tree] of this.#trees) if (tree.wantedIn !== this.#samples) this.#trees.delete(instance)
    return unknown
  }

  /**
   * Numbers that were given out since the last sample, to whatever is there or has gone again. The kernel gives them out in
   * a row, so that a process that has taken over one is among them; where it has given out none, nothing is looked for.
   */
  #newcomers(): number[] {
    const before = this.#lastPid
    const last = readLastPid()
    if (last === before) return []
    this.#lastPid = last
    if (before !== undefined && last > before && last - before <= mostTried)
      return Array.from({ length: last - before }, (_, index) => before + 1 + index).filter((pid) => !isThread(pid))
    return listPids().filter((pid) => before === undefined || isWithin(pid, before, last))
  }

  async #readAll(): Promise<void> {
    this.#fullPassAtMs = performance.now()
    this.#fullPassPid = this.#lastPid
    const wanted = [...this.#trees.values()].map((tree) => tree.wanted)
    const sorted = sortByInstance(await this.#table.rows(), wanted, this.#evidence)
    for (const [instance, rows] of sorted) {
      const tree = this.#trees.get(instance)
      if (!tree || isMadeOf(tree, rows)) continue
      tree.members = new Map(rows.map((row) => [row.pid, row.startTime]))
      tree.usage = undefined
    }
  }

  async #sortNewcomers(newcomers: readonly number[]): Promise<void> {
    if (newcomers.length === 0) return
    let index: TreeIndex | undefined
    const slices = new Slices()
    for (const pid of newcomers) {
      const stat = readStat(pid)
      if (isRow(stat) && !isEnded(stat)) {
        const cookie = (await this.#table.row(stat))?.cookie
        index ??= indexTrees(this.#trees.values())
        const { byPid, byCookie } = index
        const tree =
          cookie === undefined ? (byPid.get(stat.parentPid) ?? byPid.get(stat.sessionId)) : byCookie.get(cookie)
        if (tree) {
          tree.members.set(pid, stat.startTime)
          tree.usage = undefined
          byPid.set(pid, tree)
        }
      }
      const pause = slices.breathe()
      if (pause) await pause
    }
  }

  /** The same map as last time where all trees are as they were. */
  async #readTrees(): Promise<ReadonlyMap<string, TreeUsage>> {
    let isSame = this.#told.size === this.#trees.size
    const slices = new Slices(restMs)
    const nowMs = performance.now()
    this.#kept.begin(nowMs)
    for (const tree of this.#trees.values()) {
      const before = tree.usage
      if (readTree(tree, this.#kept, nowMs) !== before) isSame = false
      const pause = slices.breathe()
      if (pause) await pause
    }
    this.#kept.end()
    if (!isSame) this.#told = usageOf(this.#trees)
    return this.#told
  }

  close(): void {
    this.#kept.close()
  }
}

interface TreeIndex {
  byCookie: Map<string, Tree>
  byPid: Map<number, Tree>
}

function indexTrees(trees: Iterable<Tree>): TreeIndex {
  const byCookie = new Map<string, Tree>()
  const byPid = new Map<number, Tree>()
  for (const tree of trees) {
    byCookie.set(tree.wanted.cookie, tree)
    for (const pid of tree.members.keys()) byPid.set(pid, tree)
  }
  return { byCookie, byPid }
}

/** Whether a pid lies in what was given out after `before`, up to `last`: after the highest come the lowest again. */
export function isWithin(pid: number, before: number, last: number): boolean {
  return before < last ? pid > before && pid <= last : pid > before || pid <= last
}

function readLastPid(): number {
  return Number(readWhole('/proc/loadavg').trim().split(' ')[4])
}

function isMadeOf({ members }: Tree, rows: readonly ProcessRow[]): boolean {
  return rows.length === members.size && rows.every(({ pid, startTime }) => members.get(pid) === startTime)
}

function usageOf(trees: ReadonlyMap<string, Tree>): Map<string, TreeUsage> {
  const usage = new Map<string, TreeUsage>()
  for (const [instance, tree] of trees) if (tree.usage) usage.set(instance, tree.usage)
  return usage
}

/** The same value as last time while nothing has changed: of most trees nothing has, and who gets it sees that at once. */
function readTree(tree: Tree, kept: KeptStats, nowMs: number): TreeUsage {
  let ticks = 0
  let pages = 0
  let threads = 0
  for (const [pid, startTime] of tree.members) {
    const figures = kept.read(pid, startTime)
    if (!figures || isEnded(figures)) {
      tree.members.delete(pid)
      tree.usage = undefined
      continue
    }
    ticks += ticksOf(figures)
    pages += figures.residentPages
    threads += figures.threads
  }
  if (ticks + tree.carriedTicks < tree.totalTicks) tree.carriedTicks = tree.totalTicks - ticks
  tree.totalTicks = ticks + tree.carriedTicks
  const cpuTimeMs = tree.totalTicks * msPerTick
  const memoryBytes = pages * pageBytes()
  const last = tree.usage
  const rests = last?.cpuTimeMs === cpuTimeMs && last.memoryBytes === memoryBytes && last.threads === threads
  const details = detailsOf(tree, rests, nowMs)
  if (rests && last.details === details) return last
  tree.usage = { cpuTimeMs, memoryBytes, threads, pids: [...tree.members.keys()], details }
  return tree.usage
}

/** They cost more than all the rest, so what rests is looked at once more and then left alone for long. */
function detailsOf(tree: Tree, rests: boolean, nowMs: number): TreeDetails | undefined {
  if (!rests) tree.isStirred = true
  if (nowMs - tree.detailsAtMs < (tree.isStirred ? activeDetailsMs : restingDetailsMs)) return tree.details
  tree.detailsAtMs = nowMs
  tree.isStirred = !rests
  const now = readDetails(tree.members.keys(), nowMs)
  const before = tree.details
  const isSame =
    rests &&
    before !== undefined &&
    now?.openFiles === before.openFiles &&
    now.readBytes === before.readBytes &&
    now.writtenBytes === before.writtenBytes
  if (!isSame) tree.details = now
  return tree.details
}

/** Its own time and that of children it has waited for; those alive count themselves. */
export function ticksOf(stat: Pick<Stat, 'ownTicks' | 'childTicks'>): number {
  return stat.ownTicks + stat.childTicks
}

let knownPageBytes: number | undefined

/** 4 KiB on most machines, 16 or 64 on some of ARM. The first mapping of this process says it. */
export function pageBytes(): number {
  if (knownPageBytes !== undefined) return knownPageBytes
  const text = Buffer.alloc(2_048)
  const fd = openSync('/proc/self/smaps', 'r')
  try {
    const kib = /^KernelPageSize:\s+(\d+) kB/m.exec(text.toString('latin1', 0, readSync(fd, text)))?.[1]
    knownPageBytes = Number(kib ?? 4) * 1024
  } finally {
    closeSync(fd)
  }
  return knownPageBytes
}
