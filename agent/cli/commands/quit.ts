import type { AgentInfo } from '../../../contract/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes, usageError } from '../exit.ts'

export interface QuitOptions extends CommonOptions {
  keep?: true
  stop?: true
}

/** `hxe quit`: ends the agent, wherever it runs: in the panel, or without a window. */
export async function run(context: Context, _operands: string[], options: QuitOptions): Promise<number> {
  const { keep, stop, json } = options
  if (keep && stop) throw usageError('Give --keep or --stop, not both.')
  const services = keep ? 'keep' : stop ? 'stop' : undefined
  const client = await context.connect()
  const before = await client.get<AgentInfo>('/agent')
  const agent = await client.post<AgentInfo>('/agent/shutdown', { body: services === undefined ? {} : { services } })
  const { terminal } = context
  if (json) terminal.json(agent)
  else {
    const does = (services ?? before.quitPolicy) === 'stop' ? 'stops its services and ends' : 'ends; its services go on'
    terminal.line(`The agent with pid ${agent.pid} ${does}.`)
  }
  return exitCodes.done
}
