import type { MetricInfo, MetricUnit, SubjectKind } from '../../contract/index.ts'

/** What the agent measures itself; all else of a service is read from its own endpoint. */
const table: Readonly<Record<SubjectKind, Readonly<Record<string, readonly [unit: MetricUnit, help: string]>>>> = {
  service: {
    cpu_percent: ['percent', 'CPU time of its whole tree of processes; 100 is one core'],
    memory_bytes: ['bytes', 'Memory that its processes have resident'],
    memory_percent: ['percent', 'That of its limit, or where it has none, of the machine'],
    processes: ['count', 'Processes that belong to it'],
    threads: ['count', 'Threads of its processes'],
    open_files: ['count', 'Files, sockets and pipes that its processes have open'],
    read_bytes_per_second: ['bytesPerSecond', 'What its processes read from disks'],
    write_bytes_per_second: ['bytesPerSecond', 'What its processes write to disks'],
    restarts: ['count', 'Starts that nobody asked for, since the agent knows it'],
    uptime_seconds: ['seconds', 'How long it has been running'],
    up: ['none', '1 while it runs, else 0'],
    scrape_up: ['none', '1 where its own metrics could be read, else 0'],
  },
  host: {
    cpu_percent: ['percent', 'Of all cores together; 100 is all of them'],
    cpu_user_percent: ['percent', 'Time that programs had, of all cores'],
    cpu_system_percent: ['percent', 'Time that the kernel had, of all cores'],
    cpu_iowait_percent: ['percent', 'Idle time in which somebody waited for a disk'],
    cpu_steal_percent: ['percent', 'Time that the host of a virtual machine gave to others'],
    cpu_core_percent: ['percent', 'Of one core, by label core'],
    temperature_celsius: ['celsius', 'The hottest place that the machine tells of'],
    load1: ['none', 'Processes that run or wait to, over the last minute'],
    load5: ['none', 'The same over five minutes'],
    load15: ['none', 'The same over fifteen minutes'],
    memory_total_bytes: ['bytes', 'Memory of the machine'],
    memory_used_bytes: ['bytes', 'Memory that could not be had at once'],
    memory_available_bytes: ['bytes', 'Memory that could be had without swapping'],
    memory_percent: ['percent', 'Memory used'],
    swap_total_bytes: ['bytes', 'Swap space'],
    swap_used_bytes: ['bytes', 'Swap space used'],
    swap_percent: ['percent', 'Swap space used'],
    disk_percent: ['percent', 'Space used of a file system, by label mount'],
    disk_used_bytes: ['bytes', 'Space used of a file system'],
    disk_available_bytes: ['bytes', 'Space left for users of a file system'],
    disk_inodes_percent: ['percent', 'Files and folders of all that a file system has room for'],
    disk_read_bytes_per_second: ['bytesPerSecond', 'Read from its device'],
    disk_write_bytes_per_second: ['bytesPerSecond', 'Written to its device'],
    network_receive_bytes_per_second: ['bytesPerSecond', 'What comes in, by label interface'],
    network_transmit_bytes_per_second: ['bytesPerSecond', 'What goes out'],
    uptime_seconds: ['seconds', 'Since the machine began'],
  },
  agent: {
    memory_bytes: ['bytes', 'Memory that the agent has resident'],
    cpu_percent: ['percent', 'CPU time of the agent; 100 is one core'],
    event_loop_delay_ms: ['ms', 'The longest that it has kept a timer waiting'],
    open_files: ['count', 'Files, sockets and pipes that the agent has open'],
    store_queue: ['count', 'Changes that wait for the database'],
    state_watchers: ['count', 'Panels and others that look on'],
    uptime_seconds: ['seconds', 'How long the agent has been running'],
  },
}

export const knownMetrics: readonly MetricInfo[] = (Object.keys(table) as SubjectKind[]).flatMap((on) =>
  Object.entries(table[on]).map(([metric, [unit, help]]) => ({ metric, on, unit, help, scraped: false })),
)

/** Of a metric that a service tells itself, its name says it. */
export const unitOf = (on: SubjectKind, metric: string): MetricUnit => table[on][metric]?.[0] ?? namedUnit(metric)

const endings: readonly (readonly [ending: string, unit: MetricUnit])[] = [
  ['_bytes_per_second', 'bytesPerSecond'],
  ['_per_second', 'perSecond'],
  ['_bytes', 'bytes'],
  ['_seconds', 'seconds'],
  ['_seconds_mean', 'seconds'],
  ['_milliseconds', 'ms'],
  ['_percent', 'percent'],
  ['_ratio', 'ratio'],
  ['_celsius', 'celsius'],
]
const namedUnit = (metric: string): MetricUnit => endings.find(([ending]) => metric.endsWith(ending))?.[1] ?? 'none'
export const isKnown = (on: SubjectKind, metric: string): boolean => metric in table[on]
