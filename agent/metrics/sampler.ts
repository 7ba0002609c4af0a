import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Host } from '../../contract/index.ts'
import type { Clock } from '../os/clock.ts'
import type { HostSample, Platform, ProcessIdentity, TreeUsage } from '../os/platform.ts'
import { hostFrom, type SlowSample } from './host.ts'

export interface Usage {
  /** 100 is one core, over the whole tree; null until two samples of the same run are there. */
  readonly cpuPercent: number | null
  readonly memoryBytes: number
  readonly processCount: number
  readonly threads: number
  /** Absent where nobody may see them. */
  readonly openFiles?: number
  /** From and to disks; absent until they have been looked at twice. */
  readonly readBytesPerSecond?: number
  readonly writeBytesPerSecond?: number
}

export interface SampledRun {
  instance: string
  cookie: string
  leader: ProcessIdentity
}

/** What one sweep has found. */
export interface Look {
  atMs: number
  usage: ReadonlyMap<string, Usage>
  host: Host
  /** The longest that a timer of the sampler has had to wait for its turn since the sweep before. */
  loopDelayMs: number
}

export interface SamplerDeps {
  platform: Pick<Platform, 'usage' | 'hostSample' | 'disks' | 'temperature' | 'name'>
  clock: Clock
  hostName: string
  /** How often when nobody looks; somebody who looks is served each second. */
  intervalMs: () => number
  watched: () => boolean
  /** The same list as long as they are the same. */
  runs: () => readonly SampledRun[]
  /** A number that grows with each run that begins. */
  begun: () => number
  /** Not where all is as it was. */
  onUsage: (usage: ReadonlyMap<string, Usage>) => void
  onHost: (host: Host) => void
  /** After each sweep, when both have been told. */
  onLook: (look: Look) => void
  /** Whether services are measured by themselves; the machine is when it is asked for. */
  enabled: () => boolean
  onProblem: (problem: unknown) => void
}

const watchedIntervalMs = 1_000
const slowEveryMs = 30_000

interface Previous {
  cookie: string
  tree: TreeUsage
  usage: Usage
}

/** Measures every service's whole tree and the machine in one sweep, more often while somebody looks. */
export class Sampler {
  readonly #deps: SamplerDeps
  readonly #previous = new Map<string, Previous>()
  #previousHost: HostSample | undefined
  #slow: SlowSample = { disks: [], temperatureCelsius: undefined }
  #slowAtMs = Number.NEGATIVE_INFINITY
  #lastAtMs = Number.NEGATIVE_INFINITY
  #cancel: () => void = () => {}
  /** When its timer comes due; it has none while it measures, and while nothing is to be measured. */
  #armedForMs = Number.POSITIVE_INFINITY
  #isMeasuring = false
  #stopped = true
  #loopDelayMs = 0
  /** The runs that the last sweep knew of. */
  #begun = 0
  #trees: ReadonlyMap<string, TreeUsage> | undefined
  #treesAtMs = Number.NEGATIVE_INFINITY
  #usage: ReadonlyMap<string, Usage> = new Map()
  /** The last sweep has found nothing that was not as before. */
  #allRest = false

  constructor(deps: SamplerDeps) {
    this.#deps = deps
  }

  /** Returns its clean-up. */
  start(): () => void {
    this.#stopped = false
    this.#arm(0)
    return () => {
      this.#stopped = true
      this.#cancel()
    }
  }

  /** To be called when somebody begins to look, a run has begun or it is set otherwise: the next sweep may be due sooner. */
  hurry(): void {
    if (this.#stopped || this.#isMeasuring) return
    // One that is overdue comes next: begun anew with each of a thousand starts, it would not come before the last.
    if (this.#armedForMs <= Math.max(this.#deps.clock.monotonicMs(), this.#dueAtMs())) return
    this.#cancel()
    this.#arm(0)
  }

  /** One sweep now, as when somebody asks for the machine's figures. */
  async sample(): Promise<void> {
    const { begun, clock, onLook, platform, runs } = this.#deps
    this.#lastAtMs = clock.monotonicMs()
    this.#begun = begun()
    // Reading, taking in and telling are each short, and together too long for others to wait.
    const host = await this.#sampleHost()
    await nextTurn()
    const wanted = runs()
    const trees = await platform.usage(wanted)
    await nextTurn()
    this.#take(wanted, trees)
    await nextTurn()
    const loopDelayMs = this.#loopDelayMs
    this.#loopDelayMs = 0
    onLook({ atMs: clock.nowMs(), usage: this.#usage, host, loopDelayMs })
  }

  #take(wanted: readonly SampledRun[], trees: ReadonlyMap<string, TreeUsage>): void {
    const atMs = this.#deps.clock.monotonicMs()
    const elapsedMs = atMs - this.#treesAtMs
    this.#treesAtMs = atMs
    if (trees === this.#trees && this.#allRest) return
    this.#trees = trees
    const usage = new Map<string, Usage>()
    let changed = 0
    for (const { instance, cookie } of wanted) {
      const tree = trees.get(instance)
      if (!tree) continue
      const measured = this.#measure(instance, cookie, tree, elapsedMs)
      usage.set(instance, measured)
      if (measured !== this.#usage.get(instance)) changed++
    }
    for (const instance of this.#previous.keys()) if (!usage.has(instance)) this.#previous.delete(instance)
    this.#allRest = changed === 0 && usage.size === this.#usage.size
    if (this.#allRest) return
    this.#usage = usage
    this.#deps.onUsage(usage)
  }

  /** @param leastMs how long it rests, whenever the next sweep is due */
  #arm(leastMs: number): void {
    if (this.#stopped) return
    const { clock } = this.#deps
    const nowMs = clock.monotonicMs()
    this.#armedForMs = Math.max(nowMs + leastMs, this.#dueAtMs())
    this.#cancel = clock.after(this.#armedForMs - nowMs, () => this.#wake())
  }

  #wake(): void {
    const nowMs = this.#deps.clock.monotonicMs()
    this.#loopDelayMs = Math.max(this.#loopDelayMs, nowMs - this.#armedForMs)
    this.#armedForMs = Number.POSITIVE_INFINITY
    if (!this.#deps.enabled()) this.#rest()
    else if (this.#dueAtMs() - nowMs > 1) this.#arm(0)
    else this.#sweep()
  }

  #sweep(): void {
    this.#isMeasuring = true
    this.sample()
      .catch(this.#deps.onProblem)
      .finally(() => {
        this.#isMeasuring = false
        this.#arm(watchedIntervalMs)
      })
  }

  #dueAtMs(): number {
    const soon = this.#deps.watched() || this.#hasUnmeasured()
    return this.#lastAtMs + (soon ? watchedIntervalMs : this.#deps.intervalMs())
  }

  /** Nothing is measured until it is set otherwise, and nothing old is shown as if it were new. */
  #rest(): void {
    if (this.#previous.size > 0) this.#deps.onUsage(new Map())
    this.#previous.clear()
    this.#usage = new Map()
    this.#allRest = false
  }

  /** A run that began since the last sweep has no figures yet; it gets them within seconds. */
  #hasUnmeasured(): boolean {
    return this.#deps.begun() !== this.#begun
  }

  /** The same value as last time for what rests, which most services do: nothing is made anew for it anywhere. */
  #measure(instance: string, cookie: string, tree: TreeUsage, elapsedMs: number): Usage {
    const before = this.#previous.get(instance)
    if (!before || before.cookie !== cookie) {
      const usage = usageOf(tree, null, undefined)
      this.#previous.set(instance, { cookie, tree, usage })
      return usage
    }
    const rested = before.tree === tree && isResting(before.usage)
    if (!rested && elapsedMs > 0) {
      const percent = (100 * Math.max(0, tree.cpuTimeMs - before.tree.cpuTimeMs)) / elapsedMs
      before.usage = usageOf(tree, Math.round(percent * 10) / 10, before)
    }
    before.tree = tree
    return before.usage
  }

  async #sampleHost(): Promise<Host> {
    const { platform, clock, hostName, onHost } = this.#deps
    const now = await platform.hostSample()
    if (clock.monotonicMs() - this.#slowAtMs >= slowEveryMs) {
      this.#slowAtMs = clock.monotonicMs()
      this.#slow = { disks: await platform.disks(), temperatureCelsius: platform.temperature() }
    }
    const before = this.#previousHost
    this.#previousHost = now
    const host = hostFrom(hostName, platform.name, before, now, this.#slow)
    onHost(host)
    return host
  }
}

const isResting = ({ cpuPercent, readBytesPerSecond = 0, writeBytesPerSecond = 0 }: Usage): boolean =>
  cpuPercent === 0 && readBytesPerSecond === 0 && writeBytesPerSecond === 0

function usageOf(tree: TreeUsage, cpuPercent: number | null, before: Previous | undefined): Usage {
  const { memoryBytes, threads, pids, details } = tree
  const usage = { cpuPercent, memoryBytes, processCount: pids.length, threads }
  if (!details) return usage
  return { ...usage, openFiles: details.openFiles, ...trafficOf(tree, before) }
}

/** Details are looked at less often than the rest: in between a rate stands, and what rests has none. */
function trafficOf(tree: TreeUsage, before: Previous | undefined) {
  const now = tree.details
  const earlier = before?.tree.details
  if (!before || !now || !earlier) return undefined
  const { readBytesPerSecond, writeBytesPerSecond } = before.usage
  if (now === earlier) {
    if (readBytesPerSecond === undefined || writeBytesPerSecond === undefined) return undefined
    return before.tree === tree
      ? { readBytesPerSecond: 0, writeBytesPerSecond: 0 }
      : { readBytesPerSecond, writeBytesPerSecond }
  }
  const perSecond = (bytes: number): number => Math.max(0, Math.round((1000 * bytes) / (now.atMs - earlier.atMs)))
  return {
    readBytesPerSecond: perSecond(now.readBytes - earlier.readBytes),
    writeBytesPerSecond: perSecond(now.writtenBytes - earlier.writtenBytes),
  }
}
