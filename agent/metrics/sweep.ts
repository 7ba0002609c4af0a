import type { Host } from '../../contract/index.ts'
import type { Usage } from './sampler.ts'
import type { Measurement, MetricsFeed, Sweep } from './types.ts'

/** An instance, whether it runs or not, as far as it is measured. */
export interface MeasuredUnit {
  instance: string
  isUp: boolean
  restarts: number
  startedAtMs: number | null
  memoryLimitBytes: number | undefined
}

/** What the agent is, at one moment. */
export interface SelfSample {
  memoryBytes: number
  cpuTimeMs: number
  uptimeSeconds: number
  openFiles: number | undefined
  /** The longest that its loop has kept a timer waiting since the last look. */
  eventLoopDelayMs: number
  storeQueue: number
  stateWatchers: number
}

type Values = Record<string, number>

/** What one look has found, of which a sweep is made. */
interface MeasuredLook {
  atMs: number
  /** Instances of which something has changed since the look before, and that have come or gone. */
  changed: ReadonlySet<string>
  unitOf: (instance: string) => MeasuredUnit | undefined
  usage: ReadonlyMap<string, Usage>
  host: Host
  self: SelfSample
  /** What services tell of themselves. */
  scraped: readonly Measurement[]
}

interface Kept extends MeasuredUnit {
  usage: Usage | undefined
  values: Values
}

const tenths = (value: number): number => Math.round(value * 10) / 10
const percentOf = (part: number, whole: number): number => (whole > 0 ? tenths((100 * part) / whole) : 0)

/** Makes of each look what others are told, and keeps the last one for who asks later. */
export class SweepFeed implements MetricsFeed {
  readonly #listeners = new Set<(sweep: Sweep) => void>()
  readonly #kept = new Map<string, Kept>()
  readonly #labels = new Map<string, Readonly<Record<string, string>>>()
  readonly #values = new Map<string, Values>()
  /** A copy, which others keep for as long as nothing of it changes. */
  #services: ReadonlyMap<string, Values> = new Map()
  /** Those that run: of others nothing changes but what is told of. */
  readonly #up = new Map<string, MeasuredUnit>()
  #latest: Sweep | undefined
  #self: SelfSample | undefined

  onSweep(listener: (sweep: Sweep) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  latest(): Sweep | undefined {
    return this.#latest
  }

  /** Takes one look in and tells it. */
  add(look: MeasuredLook): void {
    const { atMs, host } = look
    const sweep = {
      atMs,
      services: this.#servicesOf(look),
      host: hostValues(host, atMs),
      agent: this.#agentValues(look.self, atMs),
      labelled: [...this.#labelledOf(host), ...look.scraped],
    }
    this.#latest = sweep
    for (const listener of this.#listeners) listener(sweep)
  }

  #servicesOf(look: MeasuredLook): ReadonlyMap<string, Values> {
    let isSame = true
    for (const instance of look.changed) {
      this.#up.delete(instance)
      const unit = look.unitOf(instance)
      if (unit?.isUp) this.#up.set(instance, unit)
      else if (unit) isSame = this.#keep(unit, look) && isSame
      else isSame = !this.#forget(instance) && isSame
    }
    for (const unit of this.#up.values()) isSame = this.#keep(unit, look) && isSame
    if (!isSame) this.#services = new Map(this.#values)
    return this.#services
  }

  /** Returns whether it is as it was. */
  #keep(unit: MeasuredUnit, { atMs, usage, host }: MeasuredLook): boolean {
    const before = this.#kept.get(unit.instance)
    const used = unit.isUp ? usage.get(unit.instance) : undefined
    if (before && isAsBefore(before, unit, used)) {
      if (unit.isUp) keepTime(before.values, unit.startedAtMs, atMs)
      return true
    }
    const values = serviceValues(unit, used, host.memory.totalBytes, atMs)
    this.#kept.set(unit.instance, { ...unit, usage: used, values })
    this.#values.set(unit.instance, values)
    return false
  }

  /** Returns whether it was there. */
  #forget(instance: string): boolean {
    this.#values.delete(instance)
    return this.#kept.delete(instance)
  }

  #agentValues(sample: SelfSample, atMs: number): Values {
    const before = this.#self
    this.#self = sample
    const values: Values = {
      memory_bytes: sample.memoryBytes,
      uptime_seconds: Math.round(sample.uptimeSeconds),
      event_loop_delay_ms: tenths(sample.eventLoopDelayMs),
      store_queue: sample.storeQueue,
      state_watchers: sample.stateWatchers,
    }
    if (sample.openFiles !== undefined) values.open_files = sample.openFiles
    values.start_time_seconds = Math.round(atMs / 1000 - sample.uptimeSeconds)
    // Not by the time of the sweep: the wall clock may be set meanwhile.
    const elapsedMs = before ? 1000 * (sample.uptimeSeconds - before.uptimeSeconds) : 0
    if (before && elapsedMs > 0) values.cpu_percent = percentOf(sample.cpuTimeMs - before.cpuTimeMs, elapsedMs)
    return values
  }

  #labelledOf(host: Host): Measurement[] {
    const all: Measurement[] = []
    const add = (metric: string, label: string, value: string, amount: number): void =>
      void all.push({ on: 'host', subject: host.name, metric, labels: this.#label(label, value), value: amount })
    for (const disk of host.disks) {
      add('disk_percent', 'mount', disk.mount, percentOf(disk.usedBytes, disk.usedBytes + disk.availableBytes))
      add('disk_used_bytes', 'mount', disk.mount, disk.usedBytes)
      add('disk_available_bytes', 'mount', disk.mount, disk.availableBytes)
      const { inodesPercent, readBytesPerSecond, writeBytesPerSecond } = disk
      if (inodesPercent !== undefined) add('disk_inodes_percent', 'mount', disk.mount, inodesPercent)
      if (readBytesPerSecond !== undefined) add('disk_read_bytes_per_second', 'mount', disk.mount, readBytesPerSecond)
      if (writeBytesPerSecond !== undefined)
        add('disk_write_bytes_per_second', 'mount', disk.mount, writeBytesPerSecond)
    }
    for (const [core, percent] of (host.cpu.perCore ?? []).entries())
      add('cpu_core_percent', 'core', String(core), percent)
    for (const link of host.network) {
      add('network_receive_bytes_per_second', 'interface', link.name, link.rxBytesPerSecond)
      add('network_transmit_bytes_per_second', 'interface', link.name, link.txBytesPerSecond)
    }
    return all
  }

  /** One object for each, however often it is measured. */
  #label(name: string, value: string): Readonly<Record<string, string>> {
    const id = `${name}=${value}`
    const known = this.#labels.get(id)
    if (known) return known
    if (this.#labels.size >= mostLabels) this.#labels.clear()
    const labels = { [name]: value }
    this.#labels.set(id, labels)
    return labels
  }
}

const mostLabels = 1_000

/** In place: it is the one figure that never rests, and nobody has to be told of it. */
function keepTime(values: Values, startedAtMs: number | null, atMs: number): void {
  if (startedAtMs !== null) values.uptime_seconds = Math.max(0, Math.round((atMs - startedAtMs) / 1000))
}

function isAsBefore(before: Kept, unit: MeasuredUnit, usage: Usage | undefined): boolean {
  return (
    before.usage === usage &&
    before.isUp === unit.isUp &&
    before.restarts === unit.restarts &&
    before.startedAtMs === unit.startedAtMs &&
    before.memoryLimitBytes === unit.memoryLimitBytes
  )
}

function serviceValues(unit: MeasuredUnit, usage: Usage | undefined, memoryTotalBytes: number, atMs: number): Values {
  const values: Values = { up: unit.isUp ? 1 : 0, restarts: unit.restarts }
  if (!unit.isUp) return values
  if (unit.startedAtMs !== null) {
    values.start_time_seconds = Math.round(unit.startedAtMs / 1000)
    values.uptime_seconds = Math.max(0, Math.round((atMs - unit.startedAtMs) / 1000))
  }
  if (!usage) return values
  if (usage.cpuPercent !== null) values.cpu_percent = usage.cpuPercent
  values.memory_bytes = usage.memoryBytes
  values.memory_percent = percentOf(usage.memoryBytes, unit.memoryLimitBytes ?? memoryTotalBytes)
  values.processes = usage.processCount
  values.threads = usage.threads
  if (usage.openFiles !== undefined) values.open_files = usage.openFiles
  if (usage.readBytesPerSecond !== undefined) values.read_bytes_per_second = usage.readBytesPerSecond
  if (usage.writeBytesPerSecond !== undefined) values.write_bytes_per_second = usage.writeBytesPerSecond
  return values
}

function hostValues(host: Host, atMs: number): Values {
  const [load1 = 0, load5 = 0, load15 = 0] = host.cpu.load
  const { kinds } = host.cpu
  return {
    cpu_percent: host.cpu.percent,
    ...(kinds
      ? {
          cpu_user_percent: kinds.user,
          cpu_system_percent: kinds.system,
          cpu_iowait_percent: kinds.iowait,
          cpu_steal_percent: kinds.steal,
        }
      : {}),
    ...(host.temperatureCelsius === undefined ? {} : { temperature_celsius: host.temperatureCelsius }),
    load1,
    load5,
    load15,
    memory_total_bytes: host.memory.totalBytes,
    memory_used_bytes: host.memory.usedBytes,
    memory_available_bytes: host.memory.availableBytes,
    memory_percent: percentOf(host.memory.usedBytes, host.memory.totalBytes),
    swap_total_bytes: host.swap.totalBytes,
    swap_used_bytes: host.swap.usedBytes,
    swap_percent: percentOf(host.swap.usedBytes, host.swap.totalBytes),
    uptime_seconds: Math.round(host.uptimeMs / 1000),
    start_time_seconds: Math.round((atMs - host.uptimeMs) / 1000),
  }
}
