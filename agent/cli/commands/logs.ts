import type { LogLine } from '../../../contract/index.ts'
import type { Client, Query } from '../client.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow.ts'
import { pageLines, readHistory } from '../history.ts'
import { lineFormatter } from '../loglines.ts'
import { isNamed, isPattern, knownNames, listServices, unknownName } from '../select.ts'
import { wantsColour } from '../terminal.ts'

export interface LogsOptions extends CommonOptions {
  follow?: true
  lines?: number
  since?: string
  until?: string
  level?: string
  grep?: string
  timestamps?: true
  quiet?: true
  colour?: true
}

interface Batch {
  items: LogLine[]
  cursor: string
  skipped: number
}

const defaultLines = 100

/** `hxe logs`: what is there, and with `-f` what comes. */
export async function run(context: Context, operands: string[], options: LogsOptions): Promise<number> {
  const client = await context.connect()
  const names = await expandPatterns(client, operands)
  const { since, until, level, grep } = options
  const filter: Query = { ...(names.length > 0 ? { service: names } : {}), since, until, level, grep }
  const lines = options.lines ?? (since === undefined ? defaultLines : Number.POSITIVE_INFINITY)
  const print = printerOf(context, names, options)
  await interruptible(context, async (signal) => {
    if (!options.follow) return printHistory(client, { filter, lines, signal }, print)
    await printFollowed(context, client, { filter, lines, signal }, print)
  })
  return exitCodes.done
}

async function expandPatterns(client: Client, operands: readonly string[]): Promise<string[]> {
  if (!operands.some(isPattern)) return [...operands]
  const services = await listServices(client)
  const names = new Set<string>()
  for (const operand of operands) {
    if (!isPattern(operand)) names.add(operand)
    else {
      const matching = services.filter((service) => isNamed(service, operand))
      if (matching.length === 0) throw await unknownName(operand, knownNames(services))
      for (const { name } of matching) names.add(name)
    }
  }
  return [...names]
}

type Print = (lines: readonly LogLine[]) => Promise<void>

function printerOf({ terminal, world }: Context, names: readonly string[], options: LogsOptions): Print {
  const [only] = names
  const format = lineFormatter({
    names: options.quiet ? 'none' : names.length === 1 && only !== undefined ? { unless: only } : 'all',
    timestamps: options.timestamps === true,
    keepColours: options.colour === true || wantsColour(world.stdout, world.env),
    paint: terminal.paint,
  })
  return async (lines) => {
    if (options.json) for (const line of lines) terminal.jsonLine(line)
    else if (lines.length > 0) terminal.write(lines.map(format).join(''))
    await terminal.drained()
  }
}

interface Wanted {
  filter: Query
  lines: number
  signal: AbortSignal
}

async function printHistory(client: Client, wanted: Wanted, print: Print): Promise<void> {
  for await (const lines of readHistory(client, wanted)) await print(lines)
}

async function printFollowed(context: Context, client: Client, wanted: Wanted, print: Print): Promise<void> {
  // What fits into one answer comes with the stream itself, without a seam.
  const isShort = wanted.lines > 0 && wanted.lines <= pageLines && wanted.filter.since === undefined
  const last = new Map<string, number>()
  if (!isShort) {
    for await (const lines of readHistory(client, wanted)) {
      for (const { service, seq } of lines) last.set(service, seq)
      await print(lines)
    }
  }
  // The stream begins with lines that were printed already, up to where the history was read.
  let seam = isShort ? 'none' : 'ahead'
  const startedAtMs = context.nowMs()
  const isNew = ({ service, seq, time }: LogLine): boolean =>
    wanted.lines === 0 ? Date.parse(time) >= startedAtMs : seq > (last.get(service) ?? 0)
  for await (const { items, skipped } of follow<Batch>(
    followOptions(context, wanted, Math.min(Math.max(1, wanted.lines), pageLines)),
  )) {
    await print(seam === 'ahead' ? items.filter(isNew) : items)
    seam = 'none'
    if (skipped > 0)
      context.terminal.note(
        context.terminal.paintError.dim(`… ${skipped} lines left out: they came faster than they were taken`),
      )
  }
}

function followOptions(context: Context, { filter, signal }: Wanted, limit: number) {
  const { terminal, world } = context
  return {
    connect: context.connect,
    call: { method: 'GET' as const, path: '/logs/follow', query: { ...filter, limit } },
    signal,
    clock: world.clock,
    onGone: () =>
      terminal.note(terminal.paintError.dim('… the agent is gone; waiting for it to come back (Ctrl+C ends)')),
    onBack: () => terminal.note(terminal.paintError.dim('… the agent is back')),
  }
}
