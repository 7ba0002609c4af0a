import type { QueuedCommand, ServiceVerb } from '../../../contract/index.ts'
import { Client } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { type ExitCode, exitCodes, usageError } from '../exit.ts'
import { safeLine } from '../safe.ts'
import { isPattern } from '../select.ts'

/** `--queue` of a verb: given to the agent here, which sends it when the host is there, if that is in time. */
export async function queue(
  context: Context,
  verb: ServiceVerb,
  services: readonly string[],
  expiresInMs: number,
): Promise<ExitCode> {
  const { host } = context.options
  if (host === undefined) throw usageError('--queue is for a host that may be away: say which with --host.')
  if (services.length === 0 || services.some(isPattern))
    throw usageError('--queue takes names: what a host that is away has cannot be looked up.')
  const { address } = await context.connect()
  const client = new Client({ ...address, host: undefined })
  try {
    const body = { host, verb, services, expiresInMs }
    const command = await client.post<QueuedCommand>('/fleet/commands', { body, timeoutMs: 90_000 })
    if (context.options.json) context.terminal.json(command)
    else context.terminal.line(lineOf(command))
    return command.state === 'failed' ? exitCodes.failed : exitCodes.done
  } finally {
    client.close()
  }
}

/** `hxe fleet commands`: what waits for hosts that are away, and what became of it. */
export async function commands(
  context: Context,
  _operands: string[],
  { withdraw, json }: CommonOptions & { withdraw?: string },
): Promise<number> {
  const client = await context.connect()
  const { terminal } = context
  if (withdraw !== undefined) {
    const path = `/fleet/commands/${encodeURIComponent(withdraw)}`
    const command = await client.call<QueuedCommand>({ method: 'DELETE', path })
    if (json) terminal.json(command)
    else terminal.line(lineOf(command))
    return exitCodes.done
  }
  const { items } = await client.get<{ items: QueuedCommand[] }>('/fleet/commands')
  if (json) terminal.json({ items })
  else if (items.length === 0) terminal.line('No command waits for a host.')
  else for (const item of items) terminal.line(lineOf(item))
  return exitCodes.done
}

function lineOf({ id, host, verb, services, state, text, expiresAt }: QueuedCommand): string {
  const until = state === 'waiting' ? `, until ${expiresAt}` : ''
  return safeLine(`${id}  ${host}: ${verb} ${services.join(', ')}  ${state}${until}  ${text}`)
}
