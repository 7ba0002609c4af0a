import type { Service } from '../../contract/index.ts'
import { knownMetrics, type Measurement, type Sweep } from '../metrics/index.ts'
import type { Attributes, MetricItem, Point } from './types.ts'

export interface FiguresInput {
  services: readonly Service[]
  /** Absent before the first look, or where nothing is measured. */
  sweep: Sweep | undefined
  alerts: { firing: number; critical: number; silenced: number }
  /** Cores of the machine. */
  cores: number
  atMs: number
  /** Since when sums count. */
  startMs: number
}

/** How one of our figures is called and measured by the semantic conventions. */
interface Convention {
  name: string
  unit: string
  /** What ours is divided by. */
  by?: number | 'cores'
  attributes?: Attributes
}

const percent = { unit: '1', by: 100 } as const

/** Of a process, for services and for the agent itself alike. */
const ofProcess: Readonly<Record<string, Convention>> = {
  cpu_percent: { name: 'process.cpu.utilization', unit: '1', by: 'cores' },
  memory_bytes: { name: 'process.memory.usage', unit: 'By' },
  threads: { name: 'process.thread.count', unit: '{thread}' },
  open_files: { name: 'process.unix.file_descriptor.count', unit: '{file_descriptor}' },
  uptime_seconds: { name: 'process.uptime', unit: 's' },
}

const ofHost: Readonly<Record<string, Convention>> = {
  cpu_percent: { name: 'system.cpu.utilization', ...percent },
  memory_total_bytes: { name: 'system.memory.limit', unit: 'By' },
  memory_used_bytes: { name: 'system.memory.usage', unit: 'By', attributes: { 'system.memory.state': 'used' } },
  memory_percent: { name: 'system.memory.utilization', ...percent, attributes: { 'system.memory.state': 'used' } },
  memory_available_bytes: { name: 'system.memory.linux.available', unit: 'By' },
  swap_used_bytes: { name: 'system.paging.usage', unit: 'By', attributes: { 'system.paging.state': 'used' } },
  swap_percent: { name: 'system.paging.utilization', ...percent, attributes: { 'system.paging.state': 'used' } },
  disk_percent: { name: 'system.filesystem.utilization', ...percent },
  disk_used_bytes: { name: 'system.filesystem.usage', unit: 'By', attributes: { 'system.filesystem.state': 'used' } },
  disk_available_bytes: {
    name: 'system.filesystem.usage',
    unit: 'By',
    attributes: { 'system.filesystem.state': 'free' },
  },
  uptime_seconds: { name: 'system.uptime', unit: 's' },
}

const labelNames: Readonly<Record<string, string>> = {
  mount: 'system.filesystem.mountpoint',
  core: 'cpu.logical_number',
  interface: 'network.interface.name',
}

const units: Readonly<Record<string, string>> = {
  bytes: 'By',
  bytesPerSecond: 'By/s',
  perSecond: '1/s',
  seconds: 's',
  ms: 'ms',
  percent: '%',
  celsius: 'Cel',
  ratio: '1',
}
const help = new Map(knownMetrics.map(({ on, metric, unit, help: text }) => [`${on} ${metric}`, { unit, text }]))

/** Said already by the state, or not a figure of its own. */
const leftOut: ReadonlySet<string> = new Set(['up', 'restarts', 'start_time_seconds'])

/**
 * The figures that Prometheus is told, for OpenTelemetry: by the names of the semantic conventions where these have one,
 * else as there, with dots. Pure.
 */
export function figuresOf({ services, sweep, alerts, cores, atMs, startMs }: FiguresInput): MetricItem[] {
  const found = new Map<string, MetricItem & { points: Point[] }>()
  const add = (name: string, unit: string, description: string, point: Point, isSum = false): void => {
    const known = found.get(name)
    if (known) known.points.push(point)
    else found.set(name, { name, unit, description, isSum, startMs, atMs, points: [point] })
  }
  const addFigure = (
    on: 'service' | 'host' | 'agent',
    metric: string,
    value: number,
    attributes: Attributes,
    conventions: Readonly<Record<string, Convention>>,
  ): void => {
    const convention = Object.hasOwn(conventions, metric) ? conventions[metric] : undefined
    const known = help.get(`${on} ${metric}`)
    const description = known?.text ?? ''
    if (!convention) {
      add(`hxe.${on}.${metric}`, units[known?.unit ?? ''] ?? '1', description, { attributes, value })
      return
    }
    const by = convention.by === 'cores' ? 100 * Math.max(1, cores) : (convention.by ?? 1)
    const point = { attributes: { ...attributes, ...convention.attributes }, value: value / by }
    add(convention.name, convention.unit, description, point)
  }
  for (const service of services) {
    const attributes = attributesOf(service)
    const up = service.state === 'running' ? 1 : 0
    add('hxe.service.up', '1', 'Whether it runs', { attributes, value: up })
    add('hxe.service.state', '1', '1 for the state that it is in', {
      attributes: { ...attributes, 'hxe.state': service.state },
      value: 1,
    })
    const restarts = { attributes, value: service.restarts }
    add('hxe.service.restarts', '{restart}', 'Starts that nobody asked for', restarts, true)
    for (const [metric, value] of Object.entries(sweep?.services.get(service.name) ?? {}))
      if (!leftOut.has(metric)) addFigure('service', metric, value, attributes, ofProcess)
  }
  for (const [severity, value] of [
    ['critical', alerts.critical],
    ['warning', Math.max(0, alerts.firing - alerts.critical)],
  ] as const)
    add('hxe.alerts.active', '{alert}', 'Alerts that fire', { attributes: { 'hxe.severity': severity }, value })
  add('hxe.alerts.silenced', '{alert}', 'Alerts that fire and are kept quiet', {
    attributes: {},
    value: alerts.silenced,
  })
  for (const [metric, value] of Object.entries(sweep?.host ?? {}))
    if (!leftOut.has(metric)) addFigure('host', metric, value, {}, ofHost)
  for (const [metric, value] of Object.entries(sweep?.agent ?? {}))
    if (!leftOut.has(metric)) addFigure('agent', metric, value, {}, ofProcess)
  for (const measurement of sweep?.labelled ?? [])
    if (measurement.on === 'host')
      addFigure('host', measurement.metric, measurement.value, labelsOf(measurement), ofHost)
  return [...found.values()]
}

const attributesOf = ({ service, name, replica }: Service): Attributes => ({
  'hxe.service': service,
  ...(replica === undefined ? {} : { 'hxe.instance': name }),
})

const labelsOf = ({ labels }: Measurement): Attributes =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [labelNames[name] ?? name, value]))

/** Points in one item, so that no request grows with the number of services. */
const mostPoints = 1_000

/** The same in pieces. */
export function piecesOf(items: readonly MetricItem[]): MetricItem[] {
  return items.flatMap((item) =>
    Array.from({ length: Math.ceil(item.points.length / mostPoints) }, (_, piece) => ({
      ...item,
      points: item.points.slice(piece * mostPoints, (piece + 1) * mostPoints),
    })),
  )
}
