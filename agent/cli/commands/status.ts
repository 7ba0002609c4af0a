import { relativeTime } from '../../../contract/format.ts'
import type { AgentInfo, ConfigStatus, LogLine, Service } from '../../../contract/index.ts'
import { defaultMode } from '../../../contract/modes.ts'
import { countServices, summarise, summariseCounts } from '../../../contract/summary.ts'
import { configTrouble } from '../../../contract/trouble.ts'
import { needsAttention } from '../../../contract/words.ts'
import { type Client, servicePath } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { firstFix, whyText } from '../explain.ts'
import { factsOf, headOf } from '../facts.ts'
import { lineFormatter } from '../loglines.ts'
import { paintOf, shortReason, stateText } from '../look.ts'
import { safeLine } from '../safe.ts'
import { listServices } from '../select.ts'
import { wantsColour } from '../terminal.ts'

export interface StatusOptions extends CommonOptions {
  lines?: number
}

const defaultLines = 10

/** `hxe status`: all in one sentence and what needs attention; with a name, how that one is, with its last lines. */
export async function run(context: Context, [name]: string[], options: StatusOptions): Promise<number> {
  const client = await context.connect()
  if (name === undefined) await tellAll(context, client, options)
  else await tellOne(context, client, name, options)
  return exitCodes.done
}

async function tellAll(context: Context, client: Client, options: StatusOptions): Promise<void> {
  const [services, agent, config] = await Promise.all([
    listServices(client),
    client.get<AgentInfo>('/agent'),
    client.get<ConfigStatus>('/config'),
  ])
  const attention = services.filter(needsAttention)
  const { terminal } = context
  if (options.json) {
    terminal.json({ sentence: summarise(services), counts: countServices(services), attention, agent, config })
    return
  }
  const { paint } = terminal
  const counts = attention.length > 0 ? summariseCounts(services) : ''
  terminal.line(`${paint.bold(summarise(services))}${counts === '' ? '' : paint.dim(` (${counts})`)}`)
  for (const service of attention) await tellAttention(context, service)
  tellConfig(context, config)
  const since = relativeTime(agent.startedAt, context.nowMs())
  const mode = agent.mode === defaultMode ? '' : `${agent.mode} mode, `
  const stopping = agent.stopping ? ', stopping' : ''
  terminal.line(
    `\n${paint.dim(`agent ${safeLine(agent.name)} ${agent.version}, pid ${agent.pid}, started ${since}${stopping}, ${mode}${agent.url}`)}`,
  )
}

async function tellAttention(context: Context, service: Service): Promise<void> {
  const { terminal } = context
  const { paint } = terminal
  terminal.line(`\n${paintOf(service, paint)(stateText(service))}  ${paint.bold(safeLine(service.name))}`)
  terminal.line(`  ${shortReason(service)}`)
  const fix = await firstFix(service)
  if (fix) terminal.line(`  ${safeLine(fix.label)}: ${paint.cyan(safeLine(fix.command))}`)
  if ((service.why?.fixes.length ?? 0) !== 1) terminal.line(`  ${paint.dim(`hxe why ${safeLine(service.name)}`)}`)
}

const whereToLook: Readonly<Record<'invalid' | 'pending', string>> = {
  invalid: 'hxe config validate shows all of it; it is read again when it is saved',
  pending: 'hxe config plan shows the change, hxe config apply makes it',
}

function tellConfig({ terminal }: Context, config: ConfigStatus): void {
  const trouble = configTrouble(config)
  if (!trouble || config.status === 'applied') return
  terminal.line(`\n${terminal.paint.yellow(safeLine(trouble.headline))}`)
  terminal.line(`  ${safeLine(trouble.detail)}`)
  terminal.line(`  ${terminal.paint.dim(whereToLook[config.status])}`)
}

async function tellOne(context: Context, client: Client, name: string, options: StatusOptions): Promise<void> {
  const limit = options.lines ?? defaultLines
  const [service, lines] = await Promise.all([
    client.get<Service>(servicePath(name)),
    limit === 0 ? { items: [] } : client.get<{ items: LogLine[] }>(servicePath(name, '/logs'), { limit }),
  ])
  const { terminal, world } = context
  if (options.json) {
    terminal.json({ service, lastLines: lines.items })
    return
  }
  const { paint } = terminal
  terminal.line(headOf(service, paint))
  for (const line of factsOf(service, context)) terminal.line(line)
  if (service.why) terminal.write(`\n${await whyText(service.why, context)}`)
  // The explanation shows the last lines where they tell something.
  if (lines.items.length === 0 || service.why?.lastLines?.length) return
  const keepColours = wantsColour(world.stdout, world.env)
  const format = lineFormatter({ names: { unless: service.name }, timestamps: true, keepColours, paint })
  terminal.write(`\n${lines.items.map(format).join('')}`)
}
