import { resolve } from 'node:path'
import type { AgentEvent, LogLine, Service } from '../../../contract/index.ts'
import { liveStates } from '../../../contract/words.ts'
import { pause } from '../../os/clock.ts'
import { type Client, servicePath } from '../client.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { CliError, exitCodes } from '../exit.ts'
import { lineFormatter } from '../loglines.ts'
import { safeLine } from '../safe.ts'
import { exitCodeOf } from '../signals.ts'
import { wantsColour } from '../terminal.ts'

export interface RunOptions extends CommonOptions {
  detach?: true
  name?: string
  env?: Record<string, string>
  directory?: string
}

/** How long after its end a command's last lines are waited for. */
const lastLinesMs = 2000
const pollMs = 50

/** `hxe run -- CMD…`: a task of the agent, with its output and exit code here. Ctrl+C stops it. */
export async function run(context: Context, argv: string[], options: RunOptions): Promise<number> {
  const { terminal } = context
  const client = await context.connect()
  const created = await client.post<Service>('/runs', {
    body: {
      argv: argv[0] === '--' ? argv.slice(1) : argv,
      ...(options.name === undefined ? {} : { name: options.name }),
      workingDir: resolve(options.directory ?? '.'),
      ...(options.env ? { environment: options.env } : {}),
    },
  })
  if (options.detach) {
    if (options.json) terminal.json(created)
    else
      terminal.line(
        `${safeLine(created.name)} runs: "hxe logs -f ${safeLine(created.name)}" follows it, "hxe stop ${safeLine(created.name)}" ends it.`,
      )
    return exitCodes.done
  }
  const printed = { seq: 0 }
  let ended: Service | undefined
  const { interrupted } = await interruptible(context, async (signal) => {
    const printing = new AbortController()
    const output = options.json
      ? Promise.resolve()
      : printLines(context, client, created.name, AbortSignal.any([signal, printing.signal]), printed)
    ended = await waitForEnd(client, created.name, signal)
    if (!options.json) await waitForLines(context, client, created.name, printed)
    printing.abort()
    await output
  })
  if (interrupted) {
    terminal.note(`Stopping ${safeLine(created.name)} …`)
    ended = await client.post<Service>(servicePath(created.name, '/stop'), {
      query: { wait: 'stopped' },
      timeoutMs: 40_000,
    })
    if (options.json) terminal.json(ended)
    return exitCodeOf(null, 'SIGINT')
  }
  if (!ended) throw new CliError(exitCodes.failed, `${created.name} was lost sight of.`)
  if (options.json) terminal.json(ended)
  else if (ended.exitCode === null && ended.signal === null)
    terminal.note(safeLine(ended.why?.sentence ?? ended.reason.text))
  return exitCodeOf(ended.exitCode, ended.signal)
}

async function printLines(
  { terminal, world }: Context,
  client: Client,
  name: string,
  signal: AbortSignal,
  printed: { seq: number },
): Promise<void> {
  const keepColours = wantsColour(world.stdout, world.env)
  const format = lineFormatter({ names: 'none', timestamps: false, keepColours, paint: terminal.paint })
  try {
    const call = { method: 'GET' as const, path: '/logs/follow', query: { service: name, limit: 10_000 }, signal }
    for await (const { item } of client.stream<{ items: LogLine[] }>(call)) {
      for (const line of item.items) {
        const out = line.stream === 'stderr' ? world.stderr : world.stdout
        out.write(format(line))
        printed.seq = line.seq
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const hasEnded = ({ state, desired }: Service): boolean =>
  !liveStates.has(state) && state !== 'backoff' && !(state === 'waiting' && desired === 'up')

/** Events are the wake-up; what counts is the state that is asked for after each. */
async function waitForEnd(client: Client, name: string, signal: AbortSignal): Promise<Service> {
  const events = client.stream<AgentEvent>({ method: 'GET', path: '/events/follow', query: { service: name }, signal })
  const nextEvent = (): Promise<IteratorResult<unknown>> => {
    const next = events.next()
    // Asked for before each look, so that an end between the two is not missed; it may fail before anybody waits for it.
    next.catch(() => undefined)
    return next
  }
  try {
    for (;;) {
      const next = nextEvent()
      const service = await client.get<Service>(servicePath(name), {}, { signal })
      if (hasEnded(service)) return service
      if ((await next).done) throw new CliError(exitCodes.noAgent, 'The agent is gone; the command may still run.')
    }
  } finally {
    void events.return(undefined).catch(() => undefined)
  }
}

async function waitForLines(context: Context, client: Client, name: string, printed: { seq: number }): Promise<void> {
  const { clock } = context.world
  const untilMs = clock.monotonicMs() + lastLinesMs
  const page = await client.get<{ items: LogLine[] }>(servicePath(name, '/logs'), { limit: 1 })
  const last = page.items.at(-1)?.seq ?? 0
  while (printed.seq < last && clock.monotonicMs() < untilMs) await pause(clock, pollMs, new AbortController().signal)
}
