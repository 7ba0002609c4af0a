import { type AlertsSummary, type Service, serviceStates } from '../../contract/index.ts'
import type { Measurement, Sweep } from './types.ts'

type Labels = Readonly<Record<string, string>>

export interface ExpositionInput {
  services: readonly Service[]
  /** Absent before the first look, or where nothing is measured. */
  sweep: Sweep | undefined
  alerts: AlertsSummary
  /** By what is told of over OTLP, while it is. */
  telemetry?: Readonly<Record<string, { sent: number; dropped: number; waiting: number }>> | undefined
  version: string
}

/** The media type of what `expose` writes. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics for Prometheus in its text format, every family with HELP and TYPE. Pure. */
export function expose({ services, sweep, alerts, telemetry, version }: ExpositionInput): string {
  const text: string[] = []
  const family = (name: string, type: 'gauge' | 'counter', help: string, samples: Iterable<[Labels, number]>): void => {
    const lines = [...samples].map(([labels, value]) => `${name}${labelText(labels)} ${numberText(value)}`)
    if (lines.length > 0) text.push(`# HELP ${name} ${helpText(help)}`, `# TYPE ${name} ${type}`, ...lines)
  }
  const ofServices = (pick: (service: Service) => number | null | undefined): [Labels, number][] =>
    services.flatMap((service): [Labels, number][] => {
      const value = pick(service)
      return value === null || value === undefined ? [] : [[labelsOf(service), value]]
    })
  const measured = (metric: string) => (service: Service) => sweep?.services.get(service.name)?.[metric]

  family(
    'hxe_service_up',
    'gauge',
    'Whether it runs.',
    ofServices(({ state }) => (state === 'running' ? 1 : 0)),
  )
  family(
    'hxe_service_state',
    'gauge',
    '1 for the state that it is in, 0 for the others.',
    services.flatMap((service) =>
      serviceStates.map((state): [Labels, number] => [
        { ...labelsOf(service), state },
        state === service.state ? 1 : 0,
      ]),
    ),
  )
  family(
    'hxe_service_restarts_total',
    'counter',
    'Starts that nobody asked for.',
    ofServices(({ restarts }) => restarts),
  )
  family(
    'hxe_service_cpu_percent',
    'gauge',
    'CPU use of its whole tree of processes; 100 is one core.',
    ofServices(({ cpuPercent }) => cpuPercent),
  )
  family(
    'hxe_service_memory_bytes',
    'gauge',
    'Memory that its processes have resident.',
    ofServices(({ memoryBytes }) => memoryBytes),
  )
  family(
    'hxe_service_uptime_seconds',
    'gauge',
    'How long it has been running.',
    ofServices(({ uptimeMs }) => (uptimeMs === null ? null : uptimeMs / 1000)),
  )
  for (const [metric, help] of furtherOfServices)
    family(`hxe_service_${metric}`, 'gauge', help, ofServices(measured(metric)))
  family('hxe_alerts_active', 'gauge', 'Alerts that fire and are not kept quiet, by severity.', [
    [{ severity: 'critical' }, alerts.critical],
    [{ severity: 'warning' }, Math.max(0, alerts.firing - alerts.critical)],
  ])
  family('hxe_alerts_silenced', 'gauge', 'Alerts that fire and are kept quiet.', [[{}, alerts.silenced]])
  if (sweep) {
    for (const [metric, help] of ofHost) family(`hxe_host_${metric}`, 'gauge', help, plain(sweep.host, metric))
    for (const [metric, help] of labelledOfHost)
      family(`hxe_host_${metric}`, 'gauge', help, labelled(sweep.labelled, metric))
    for (const [metric, help] of ofAgent) family(`hxe_agent_${metric}`, 'gauge', help, plain(sweep.agent, metric))
  }
  for (const [count, type, help] of ofTelemetry) {
    const values = Object.entries(telemetry ?? {}).map(([signal, counts]): [Labels, number] => [
      { signal },
      counts[count],
    ])
    family(`hxe_agent_telemetry_${count}${type === 'counter' ? '_total' : ''}`, type, help, values)
  }
  family('hxe_agent_info', 'gauge', 'The version of the agent; always 1.', [[{ version }, 1]])
  return `${text.join('\n')}\n`
}

const furtherOfServices = [
  ['memory_percent', 'Memory of that of its limit, or of the machine.'],
  ['processes', 'Processes that belong to it.'],
  ['threads', 'Threads of its processes.'],
  ['open_files', 'Files, sockets and pipes that its processes have open.'],
  ['read_bytes_per_second', 'What its processes read from disks.'],
  ['write_bytes_per_second', 'What its processes write to disks.'],
] as const

const ofHost = [
  ['cpu_percent', 'CPU use of all cores together; 100 is all of them.'],
  ['cpu_user_percent', 'Time that programs had.'],
  ['cpu_system_percent', 'Time that the kernel had.'],
  ['cpu_iowait_percent', 'Idle time in which somebody waited for a disk.'],
  ['cpu_steal_percent', 'Time that was given to other virtual machines.'],
  ['load1', 'Processes that run or wait to, over the last minute.'],
  ['load5', 'Processes that run or wait to, over five minutes.'],
  ['load15', 'Processes that run or wait to, over fifteen minutes.'],
  ['memory_total_bytes', 'Memory of the machine.'],
  ['memory_used_bytes', 'Memory that could not be had at once.'],
  ['memory_available_bytes', 'Memory that could be had without swapping.'],
  ['memory_percent', 'Memory used.'],
  ['swap_total_bytes', 'Swap space.'],
  ['swap_used_bytes', 'Swap space used.'],
  ['temperature_celsius', 'The hottest place that the machine tells of.'],
  ['uptime_seconds', 'Since the machine began.'],
] as const

const labelledOfHost = [
  ['cpu_core_percent', 'CPU use of one core.'],
  ['disk_percent', 'Space used of a file system.'],
  ['disk_used_bytes', 'Space used of a file system.'],
  ['disk_available_bytes', 'Space left for users of a file system.'],
  ['disk_inodes_percent', 'Files and folders of all that a file system has room for.'],
  ['disk_read_bytes_per_second', 'Read from the device of a file system.'],
  ['disk_write_bytes_per_second', 'Written to the device of a file system.'],
  ['network_receive_bytes_per_second', 'What comes in over an interface.'],
  ['network_transmit_bytes_per_second', 'What goes out over an interface.'],
] as const

const ofAgent = [
  ['cpu_percent', 'CPU use of the agent; 100 is one core.'],
  ['memory_bytes', 'Memory that the agent has resident.'],
  ['open_files', 'Files, sockets and pipes that the agent has open.'],
  ['event_loop_delay_ms', 'The longest that it kept a timer waiting since the last look.'],
  ['store_queue', 'Changes that wait for the database.'],
  ['state_watchers', 'Panels and others that look on.'],
  ['uptime_seconds', 'How long the agent has been running.'],
] as const

const ofTelemetry = [
  ['sent', 'counter', 'Items that a receiver of OTLP has taken.'],
  ['dropped', 'counter', 'Items that were lost: there was no room for them, or they were refused.'],
  ['waiting', 'gauge', 'Items that wait for a receiver of OTLP.'],
] as const

/** `instance` is a label that Prometheus sets itself, so a replica has its number. */
const labelsOf = ({ service, replica }: Service): Labels =>
  replica === undefined ? { service } : { service, replica: String(replica) }

function plain(values: Readonly<Record<string, number>>, metric: string): [Labels, number][] {
  const value = values[metric]
  return value === undefined ? [] : [[{}, value]]
}

const labelled = (all: readonly Measurement[], wanted: string): [Labels, number][] =>
  all.filter(({ on, metric }) => on === 'host' && metric === wanted).map(({ labels, value }) => [labels, value])

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const helpText = (help: string): string => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}
