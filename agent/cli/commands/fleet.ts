import type { FleetStatus, Rollout } from '../../../contract/index.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes } from '../exit.ts'
import { safeLine } from '../safe.ts'
import { readBundles, tellBundles } from './bundles.ts'
import { lineOf } from './rollout.ts'

const said: Readonly<Record<FleetStatus['state'], string>> = {
  off: 'This agent belongs to no fleet. "hxe hosts connect" joins one, "hxe fleet dev" tries one on this machine.',
  connecting: 'Connecting',
  connected: 'Connected',
  lost: 'The connection is lost',
  invalid: 'Not joined',
}

/** `hxe fleet status`: the connection, what is under way, and what hosts run of the fleet's configuration. */
export async function status(context: Context, _operands: string[], options: CommonOptions): Promise<number> {
  const client = await context.connect()
  const fleet = await client.get<FleetStatus>('/fleet')
  const { terminal } = context
  const { items } = await client.get<{ items: Rollout[] }>('/fleet/rollouts')
  const rollouts = items.filter(({ endedAt }) => endedAt === null)
  const bundles = fleet.state === 'off' ? { items: [] } : await readBundles(client)
  if (options.json) terminal.json({ ...fleet, rollouts, bundles: bundles.items })
  else {
    const { state, server, serverVersion, rttMs, clusterName, problem, warnings, unprotected, servers } = fleet
    const where = server ?? servers.join(', ')
    terminal.line(safeLine(state === 'off' ? said.off : `${said[state]}${where ? `: ${where}` : ''}`))
    if (clusterName !== null) terminal.line(safeLine(`Fleet: ${clusterName}`))
    if (serverVersion !== null) {
      const way = rttMs === null ? '' : `, ${rttMs} ms away`
      terminal.line(safeLine(`Server: nats-server ${serverVersion}${way}`))
    }
    if (problem !== null) terminal.note(safeLine(problem))
    if (unprotected && state !== 'off')
      terminal.note('Unprotected: whoever is on this machine may speak for every host. For development only.')
    for (const warning of warnings) terminal.note(safeLine(warning))
    for (const rollout of rollouts) terminal.line(`Rollout ${lineOf(rollout)}`)
    if (bundles.problem !== undefined) terminal.note(safeLine(bundles.problem))
    await tellBundles(bundles.items, context)
  }
  return fleet.state === 'invalid' || fleet.state === 'lost' ? exitCodes.failed : exitCodes.done
}

export interface DevOptions extends CommonOptions {
  port?: number
  dir?: string
}

/** `hxe fleet dev`: a server of this machine alone, with a store, until Ctrl+C. */
export async function dev(context: Context, _operands: string[], options: DevOptions): Promise<number> {
  const { runNatsServer } = await import('../natsserver.ts')
  const { terminal, world } = context
  const port = options.port ?? 4222
  const ended = await runNatsServer(
    { port, dir: options.dir, env: world.env, onInterrupt: world.onInterrupt },
    (url) => {
      if (options.json) terminal.json({ url })
      else {
        terminal.line(`nats-server listens on ${url}, for this machine alone. Ctrl+C ends it.`)
        terminal.line('Agents join it by this in their configuration (or "hxe hosts connect" with the address):')
        terminal.line(`\n  agent {\n    nats {\n      servers = ["${url}"]\n    }\n  }\n`)
      }
    },
  )
  if (ended !== 0) throw new CliError(exitCodes.failed, `nats-server has ended with exit code ${ended}.`)
  return exitCodes.done
}
