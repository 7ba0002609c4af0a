import type { AgentEvent } from '../../../contract/index.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow.ts'
import { localTime } from '../loglines.ts'
import { safeLine } from '../safe.ts'
import type { Paint } from '../terminal.ts'

export interface EventsOptions extends CommonOptions {
  follow?: true
  lines?: number
  since?: string
  until?: string
  kind?: string
  correlation?: string
}

interface Page {
  items: AgentEvent[]
  nextCursor?: string
}

const defaultLines = 50
const pageEvents = 10_000

/** `hxe events`: what happened, oldest first, and with `-f` what happens. */
export async function run(context: Context, [service]: string[], options: EventsOptions): Promise<number> {
  const { terminal } = context
  const lines = options.lines ?? (options.since === undefined ? defaultLines : Number.POSITIVE_INFINITY)
  const { since, until, kind, correlation: correlationId } = options
  const print = (event: AgentEvent): void =>
    options.json ? terminal.jsonLine(event) : terminal.line(formatEvent(event, terminal.paint))

  await interruptible(context, async (signal) => {
    // One more than none: the stream is to go on from what is the newest now.
    const newest = await readNewest(context, { service, since, until, kind, correlationId }, Math.max(lines, 1))
    for (const event of lines === 0 ? [] : newest) print(event)
    if (!options.follow) return
    const events = follow<AgentEvent>({
      connect: context.connect,
      call: { method: 'GET', path: '/events/follow', query: { service, kind, correlationId } },
      after: newest.at(-1) ? String(newest.at(-1)?.seq) : undefined,
      signal,
      clock: context.world.clock,
      onGone: () =>
        terminal.note(terminal.paintError.dim('… the agent is gone; waiting for it to come back (Ctrl+C ends)')),
      onBack: () => terminal.note(terminal.paintError.dim('… the agent is back')),
    })
    for await (const event of events) print(event)
  })
  return exitCodes.done
}

async function readNewest(
  context: Context,
  filter: Record<string, string | undefined>,
  lines: number,
): Promise<AgentEvent[]> {
  const client = await context.connect()
  const events: AgentEvent[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(pageEvents, lines - events.length)
    const page: Page = await client.get('/events', { ...filter, limit, cursor })
    events.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined && events.length < lines)
  return events.reverse()
}

export function formatEvent(event: AgentEvent, paint: Paint): string {
  const tone = event.severity === 'critical' ? paint.red : event.severity === 'warning' ? paint.yellow : String
  const subject = event.service === undefined ? '' : `${paint.bold(safeLine(event.service))}  `
  const author = event.author === 'agent' || event.author === '' ? '' : paint.dim(`  by ${safeLine(event.author)}`)
  const time = paint.dim(localTime(event.time).slice(0, 19))
  return `${time}  ${tone(event.kind.padEnd(18))}  ${subject}${safeLine(event.text)}${author}`
}
