import { formatBytes, formatPercent, formatUptime, noFigure } from '../../../contract/format.ts'
import type { ConfigStatus, Service } from '../../../contract/index.ts'
import { serviceStates } from '../../../contract/words.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes, usageError } from '../exit.ts'
import { shortReason, stateCell } from '../look.ts'
import { safeLine } from '../safe.ts'
import { isNamed, isSelected, knownNames, listServices, type Selection, unknownName } from '../select.ts'
import { type Column, drawTable } from '../table.ts'
import type { Paint } from '../terminal.ts'

export interface ListOptions extends CommonOptions, Selection {
  state?: string[]
}

/** `hxe list`: a row for each instance, in the order of the files. */
export async function run(context: Context, names: string[], options: ListOptions): Promise<number> {
  const states = readStates(options.state)
  const client = await context.connect()
  const all = await listServices(client)
  for (const name of names) {
    if (!all.some((service) => isNamed(service, name))) throw await unknownName(name, knownNames(all))
  }
  const services = all.filter(
    (service) =>
      (names.length === 0 || names.some((name) => isNamed(service, name))) &&
      (!states || states.has(service.state)) &&
      isSelected(service, options),
  )
  const { terminal } = context
  if (options.json) terminal.json({ items: services })
  else if (services.length > 0) terminal.write(await drawList(services, context))
  else if (all.length > 0) terminal.note('No service is like that.')
  else terminal.note(whyNone(await client.get<ConfigStatus>('/config')))
  return exitCodes.done
}

/** Nothing is listed: there is nothing, or it could not be read. */
function whyNone({ status, diagnostics }: ConfigStatus): string {
  const first = diagnostics.find(({ severity }) => severity === 'error')
  if (status !== 'invalid' || !first) return noServices
  const where = `${first.file}:${first.line}:${first.column}: ${first.message}`
  return `The configuration has errors, so nothing was started: ${where} "hxe config validate" shows them all.`
}

const noServices =
  'There are no services yet. Describe some in a file of the configuration folder; "hxe config show" says what is read.'

function readStates(given: string[] | undefined): ReadonlySet<string> | undefined {
  if (!given) return undefined
  const states = given.flatMap((text) => text.toLowerCase().split(','))
  for (const state of states) {
    if ((serviceStates as readonly string[]).includes(state)) continue
    throw usageError(`There is no state "${state}".`, `The states are ${serviceStates.join(', ')}.`)
  }
  return new Set(states)
}

async function drawList(services: readonly Service[], { terminal, nowMs }: Context): Promise<string> {
  const lines = await drawTable(services, columnsOf(terminal.paint, nowMs()), {
    columns: terminal.columns,
    head: terminal.paint.dim,
  })
  return `${lines.join('\n')}\n`
}

/** Narrow windows lose first what is needed least; what is wrong and what it is called stay. */
function columnsOf(paint: Paint, nowMs: number): Column<Service>[] {
  const figure = (value: number | null, format: (value: number) => string): string =>
    value === null ? noFigure : format(value)
  return [
    { title: 'NAME', cell: ({ name }) => ({ text: safeLine(name), paint: paint.bold }), shrinkTo: 20, least: 8 },
    { title: 'STATE', cell: (service) => stateCell(service, paint) },
    {
      title: 'UPTIME',
      cell: (service) => figure(uptimeOf(service, nowMs), formatUptime),
      align: 'right',
      dropOrder: 1,
    },
    { title: 'CPU', cell: ({ cpuPercent }) => figure(cpuPercent, formatPercent), align: 'right', dropOrder: 4 },
    { title: 'MEMORY', cell: ({ memoryBytes }) => figure(memoryBytes, formatBytes), align: 'right', dropOrder: 3 },
    { title: 'RESTARTS', cell: ({ restarts }) => String(restarts), align: 'right', dropOrder: 5 },
    { title: 'PID', cell: ({ pid }) => (pid === null ? noFigure : String(pid)), align: 'right', dropOrder: 6 },
    { title: 'PORTS', cell: ({ ports }) => ports.map(({ port }) => port).join(','), dropOrder: 7 },
    { title: 'REASON', cell: shortReason, shrinkTo: 30, least: 8 },
  ]
}

/** The agent's figure ages on its way; the beginning does not. */
function uptimeOf({ startedAt, uptimeMs, pid }: Service, nowMs: number): number | null {
  if (pid === null || uptimeMs === null) return null
  return startedAt === null ? uptimeMs : Math.max(uptimeMs, nowMs - Date.parse(startedAt))
}
