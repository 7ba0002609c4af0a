import type { FleetEvents } from '../../../contract/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { safeLine } from '../safe.ts'
import { formatEvent } from './events.ts'

export interface FleetEventsOptions extends CommonOptions {
  lines?: number
  since?: string
  kind?: string
  correlation?: string
}

const defaultLines = 50
/** Every host is asked, and may take its time. */
const answerLimitMs = 30_000

/** `hxe fleet events`: what happened on all hosts, oldest first, and which of them could not be asked. */
export async function events(context: Context, [service]: string[], options: FleetEventsOptions): Promise<number> {
  const client = await context.connect()
  const { lines: limit = defaultLines, since, kind, correlation: correlationId } = options
  const query = { limit, since, kind, correlationId, service }
  const found = await client.get<FleetEvents>('/fleet/events', query, { timeoutMs: answerLimitMs })
  const { terminal } = context
  if (options.json) terminal.json(found)
  else {
    for (const event of found.items.toReversed())
      terminal.line(`${terminal.paint.bold(safeLine(event.host))}  ${formatEvent(event, terminal.paint)}`)
    for (const { host, text } of found.missing) terminal.note(safeLine(`${host} is missing here. ${text}`))
  }
  return exitCodes.done
}
