import { formatBytes, formatPercent } from '../../../contract/format.ts'
import type { AlertRule, ProcessInfo, Service, ServiceHealth } from '../../../contract/index.ts'
import type { ConfigItem } from '../../config/index.ts'
import { servicePath } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { whyText } from '../explain.ts'
import { factsOf, headOf } from '../facts.ts'
import { safeLine } from '../safe.ts'
import { drawSettings } from '../settings.ts'
import { drawTable } from '../table.ts'
import { drawChecks, drawRules, rulesFor } from '../watching.ts'

/** `hxe describe NAME`: all that is known of a service: its processes, checks, alert rules, and settings with their origins. */
export async function run(context: Context, [name = '']: string[], options: CommonOptions): Promise<number> {
  const client = await context.connect()
  const [service, processes, config, health, rules] = await Promise.all([
    client.get<Service>(servicePath(name)),
    client.get<{ items: ProcessInfo[] }>(servicePath(name, '/processes')),
    client.get<{ items: ConfigItem[] }>(servicePath(name, '/config')),
    client.get<ServiceHealth>(servicePath(name, '/health')),
    client.get<{ items: AlertRule[] }>('/rules'),
  ])
  const { terminal } = context
  const prefix = `services.${service.service}.`
  const namespace = config.items.find(({ path }) => path === `${prefix}namespace`)?.value
  const alerts = rulesFor(rules.items, service, typeof namespace === 'string' ? namespace : undefined)
  if (options.json) {
    terminal.json({ service, processes: processes.items, config: config.items, health: health.items, rules: alerts })
    return exitCodes.done
  }
  const { paint } = terminal
  terminal.line(headOf(service, paint))
  for (const line of factsOf(service, context)) terminal.line(line)
  if (service.why) terminal.write(`\n${await whyText(service.why, context)}`)
  if (processes.items.length > 0) {
    terminal.line(`\n${paint.bold('Processes')}`)
    for (const line of await drawProcesses(processes.items, context)) terminal.line(line)
  }
  const section = (title: string, lines: readonly string[]): void => {
    terminal.line(`\n${paint.bold(title)}`)
    for (const line of lines) terminal.line(line)
  }
  if (health.items.length > 0) section('Health checks', await drawChecks(health.items, terminal))
  if (alerts.length > 0) section('Alert rules', await drawRules(alerts, terminal))
  section('Settings', await drawSettings(config.items, terminal, { prefix }))
  return exitCodes.done
}

/** The tree as a list whose commands are set in by their depth. */
async function drawProcesses(processes: readonly ProcessInfo[], { terminal }: Context): Promise<string[]> {
  const known = new Map(processes.map((one) => [one.pid, one]))
  const rows: { depth: number; process: ProcessInfo }[] = []
  const visit = (process: ProcessInfo, depth: number): void => {
    rows.push({ depth, process })
    for (const child of processes) if (child.parentPid === process.pid && child !== process) visit(child, depth + 1)
  }
  for (const process of processes) if (!known.has(process.parentPid)) visit(process, 0)
  return drawTable(
    rows,
    [
      { title: 'PID', cell: ({ process }) => String(process.pid), align: 'right' },
      { title: 'USER', cell: ({ process }) => safeLine(process.user), dropOrder: 2 },
      { title: 'CPU', cell: ({ process }) => formatPercent(process.cpuPercent), align: 'right', dropOrder: 3 },
      { title: 'MEMORY', cell: ({ process }) => formatBytes(process.memoryBytes), align: 'right', dropOrder: 1 },
      {
        title: 'COMMAND',
        cell: ({ process, depth }) => '  '.repeat(depth) + safeLine(process.command || process.name),
        shrinkTo: 20,
      },
    ],
    { columns: terminal.columns, head: terminal.paint.dim },
  )
}
