import { formatBytes, formatPercent, formatUptime, noFigure } from '../../../contract/format.ts'
import type { Host, Service, StateMessage } from '../../../contract/index.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow.ts'
import { stateCell } from '../look.ts'
import { safeLine } from '../safe.ts'
import { type Column, drawTable } from '../table.ts'
import type { Paint } from '../terminal.ts'

export interface TopOptions extends CommonOptions {
  sort?: 'cpu' | 'memory' | 'name'
  lines?: number
}

/** Of the screen, what is not rows: the machine, an empty line, the titles. */
const headLines = 3
const home = '\x1b[H'
const clearBelow = '\x1b[J'
const clearRight = '\x1b[K'
const otherScreen = '\x1b[?1049h\x1b[?25l'
const backScreen = '\x1b[?25h\x1b[?1049l'

/** `hxe top`: what uses the machine, drawn anew with each measurement; once where there is no terminal. */
export async function run(context: Context, _operands: string[], options: TopOptions): Promise<number> {
  const { terminal, world } = context
  const isLive = terminal.isTty && !options.json
  const seen = new Seen()
  const draw = async (): Promise<void> => {
    const lines = await screen(seen, context, options)
    const rows = isLive ? (world.stdout.rows ?? 24) - 1 : Number.POSITIVE_INFINITY
    const shown = lines.slice(0, rows)
    if (isLive) terminal.write(`${home}${shown.map((line) => `${line}${clearRight}`).join('\n')}${clearBelow}`)
    else terminal.write(`${shown.join('\n')}\n`)
  }
  if (!isLive) {
    const client = await context.connect()
    const { items } = await client.get<{ items: Service[] }>('/services', { limit: 10_000 })
    seen.take({ services: items, host: await client.get<Host>('/host') })
    if (options.json) terminal.json({ host: seen.host, items: seen.sorted(options) })
    else await draw()
    return exitCodes.done
  }
  terminal.write(otherScreen)
  try {
    await interruptible(context, async (signal) => {
      const messages = follow<StateMessage>({
        connect: context.connect,
        call: { method: 'GET', path: '/state', query: { pace: 'live' } },
        after: undefined,
        signal,
        clock: world.clock,
        onGone: () =>
          terminal.write(`${home}${terminal.paint.yellow('The agent is gone; waiting for it.')}${clearRight}`),
        onBack: () => undefined,
      })
      for await (const message of messages) {
        seen.hear(message)
        await draw()
        await terminal.drained()
      }
    })
  } finally {
    terminal.write(backScreen)
  }
  return exitCodes.done
}

/** The services and the machine as the messages have told of them. */
class Seen {
  host: Host | null = null
  readonly #services = new Map<string, Service>()

  take({ services, host }: { services: readonly Service[]; host: Host | null }): void {
    for (const service of services) this.#services.set(service.name, service)
    this.host = host
  }

  hear(message: StateMessage): void {
    if (message.type === 'snapshot') this.#services.clear()
    else for (const name of message.removed) this.#services.delete(name)
    this.take({ services: message.services, host: message.host ?? this.host })
    if (message.type === 'snapshot') return
    for (const [name, cpuPercent, memoryBytes] of message.usage) {
      const known = this.#services.get(name)
      if (known) this.#services.set(name, { ...known, cpuPercent, memoryBytes })
    }
  }

  sorted({ sort = 'cpu', lines }: TopOptions): Service[] {
    const of = ({ cpuPercent, memoryBytes }: Service): number => (sort === 'cpu' ? cpuPercent : memoryBytes) ?? -1
    const byName = (a: Service, b: Service): number => a.name.localeCompare(b.name)
    const all = [...this.#services.values()].sort((a, b) => (sort === 'name' ? 0 : of(b) - of(a)) || byName(a, b))
    return lines === undefined ? all : all.slice(0, lines)
  }
}

async function screen(seen: Seen, { terminal, nowMs }: Context, options: TopOptions): Promise<string[]> {
  const services = seen.sorted(options)
  const table = await drawTable(services, columnsOf(terminal.paint, nowMs()), {
    columns: terminal.columns,
    head: terminal.paint.dim,
  })
  return [...machine(seen.host, services), ...table].slice(0, services.length + headLines)
}

function machine(host: Host | null, services: readonly Service[]): string[] {
  const running = services.filter(({ state }) => state === 'running').length
  const count = `${running} of ${services.length} running`
  if (!host) return [count, '']
  const { cpu, memory } = host
  const load = cpu.load.map((value) => value.toFixed(2)).join(' ')
  const used = `${formatBytes(memory.usedBytes)} of ${formatBytes(memory.totalBytes)}`
  const figures = `CPU ${formatPercent(cpu.percent)} of ${cpu.cores} cores   load ${load}   memory ${used}`
  return [`${safeLine(host.name)}   ${count}   ${figures}   up ${formatUptime(host.uptimeMs)}`, '']
}

function columnsOf(paint: Paint, nowMs: number): Column<Service>[] {
  const figure = (value: number | null, format: (value: number) => string): string =>
    value === null ? noFigure : format(value)
  const uptime = ({ startedAt }: Service): string =>
    startedAt === null ? noFigure : formatUptime(Math.max(0, nowMs - Date.parse(startedAt)))
  return [
    { title: 'NAME', cell: ({ name }) => ({ text: safeLine(name), paint: paint.bold }), shrinkTo: 20, least: 8 },
    { title: 'CPU', cell: ({ cpuPercent }) => figure(cpuPercent, formatPercent), align: 'right' },
    { title: 'MEMORY', cell: ({ memoryBytes }) => figure(memoryBytes, formatBytes), align: 'right' },
    { title: 'PROCS', cell: ({ processCount }) => String(processCount), align: 'right', dropOrder: 3 },
    { title: 'RESTARTS', cell: ({ restarts }) => String(restarts), align: 'right', dropOrder: 2 },
    { title: 'UPTIME', cell: uptime, align: 'right', dropOrder: 1 },
    { title: 'STATE', cell: (service) => stateCell(service, paint) },
  ]
}
