import type { NewRollout, Rollout, RolloutStep, RolloutVerb } from '../../../contract/index.ts'
import type { Client } from '../client.ts'
import { type CommonOptions, type Context, interruptible } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'
import { safeLine } from '../safe.ts'
import type { Paint } from '../terminal.ts'

const lookEveryMs = 500
/** The hosts are asked for their services first. */
const beginLimitMs = 60_000

export interface RolloutOptions extends CommonOptions {
  service?: string[]
  tag?: string[]
  group?: string[]
  app?: string[]
  on?: string[]
  label?: Record<string, string>
  all?: true
  canary?: string
  batch?: number
  pause?: number
  gate?: NewRollout['gate']
  timeout?: number
  rollback?: true
  detach?: true
}

const begins: Readonly<Record<string, RolloutVerb>> = { start: 'start', stop: 'stop', restart: 'restart' }
const orders: ReadonlySet<string> = new Set(['pause', 'resume', 'abort'])

/** `hxe fleet rollout`: begins one, says how they are, or has a word with one. */
export async function rollout(
  context: Context,
  [word = 'list', id]: string[],
  options: RolloutOptions,
): Promise<number> {
  const client = await context.connect()
  const verb = begins[word]
  if (verb) return beginRollout(context, client, verb, options)
  if (word === 'list') return list(context, client)
  if (id === undefined) throw usageError(`Say which: hxe fleet rollout ${safeLine(word)} ID.`)
  const path = `/fleet/rollouts/${encodeURIComponent(id)}`
  if (word === 'show') return follow(context, client, await client.get<Rollout>(path), options)
  if (!orders.has(word)) throw usageError('It is start, stop, restart, list, show, pause, resume or abort.')
  const changed = await client.post<Rollout>(`${path}/${word}`)
  if (options.json) context.terminal.json(changed)
  else tellWhole(context, changed)
  return exitCodes.done
}

async function beginRollout(
  context: Context,
  client: Client,
  verb: RolloutVerb,
  options: RolloutOptions,
): Promise<number> {
  const { service, tag, group, app, on, label, all, canary, batch, pause, gate, timeout, rollback } = options
  if (!(service ?? tag ?? group ?? app)) throw usageError(`Say what to ${verb}: --service, --tag, --group or --app.`)
  if (!(on ?? label ?? all)) throw usageError('Say on which hosts: --label, --on or --all.')
  const body = {
    verb,
    services: { names: service, tags: tag, groups: group, apps: app },
    hosts: { names: on, labels: label, all },
    canary,
    batchSize: batch,
    pauseMs: pause,
    gate,
    timeoutMs: timeout,
    ...(rollback ? { onFailure: 'rollback' } : {}),
  }
  const begun = await client.post<Rollout>('/fleet/rollouts', { body, timeoutMs: beginLimitMs })
  if (!options.json) context.terminal.line(`Rollout ${safeLine(begun.id)}: ${verb} on ${hostsOf(begun)}`)
  if (!options.detach) return follow(context, client, begun, options)
  if (options.json) context.terminal.json(begun)
  return exitCodes.done
}

export const hostsOf = ({ steps }: Rollout): string => safeLine(steps.map(({ host }) => host).join(', '))

/** Says each step as it gets on, until all is over. Ctrl+C ends the looking, not the rollout. */
export async function follow(
  context: Context,
  client: Client,
  first: Rollout,
  options: CommonOptions,
): Promise<number> {
  const { terminal, world } = context
  const told = new Map<string, string>()
  let now = first
  const { interrupted } = await interruptible(context, async (signal) => {
    for (;;) {
      if (!options.json)
        for (const step of now.steps) tellStep(step, told, terminal.paint, (line) => terminal.line(line))
      if (now.endedAt !== null || signal.aborted) return
      await new Promise<void>((resolve) => {
        const cancel = world.clock.after(lookEveryMs, resolve)
        const end = (): void => {
          cancel()
          resolve()
        }
        signal.addEventListener('abort', end, { once: true })
      })
      if (signal.aborted) return
      now = await client.get<Rollout>(`/fleet/rollouts/${encodeURIComponent(first.id)}`)
    }
  })
  if (options.json) terminal.json(now)
  else if (interrupted) terminal.note(`It goes on. "hxe fleet rollout abort ${safeLine(now.id)}" ends it.`)
  else if (now.state === 'done') terminal.line(safeLine(now.text))
  if (now.state === 'done' || interrupted) return exitCodes.done
  throw new CliError(exitCodes.failed, safeLine(`The rollout is ${now.state}. ${now.text}`))
}

function tellStep(
  { host, state, text }: RolloutStep,
  told: Map<string, string>,
  paint: Paint,
  line: (text: string) => void,
): void {
  if (state === 'waiting' || told.get(host) === state) return
  told.set(host, state)
  const bad = state === 'failed' || state === 'not-undone'
  const painted = bad ? paint.red(state) : state === 'done' ? paint.green(state) : state
  line(`  ${paint.bold(safeLine(host))}  ${painted}${state === 'done' ? '' : `  ${safeLine(text)}`}`)
}

async function list({ terminal, options }: Context, client: Client): Promise<number> {
  const { items } = await client.get<{ items: Rollout[] }>('/fleet/rollouts')
  if (options.json) terminal.json({ items })
  else if (items.length === 0) terminal.line('There is none. "hxe fleet rollout --help" says how one is begun.')
  else for (const item of items) terminal.line(lineOf(item))
  return exitCodes.done
}

/** One line for one rollout. */
export function lineOf({ id, request: { verb, services, bundle }, steps, state, text }: Rollout): string {
  const what = bundle ? `${bundle.name} revision ${bundle.revision}` : Object.values(services).flat().join(', ')
  const over = steps.filter((step) => step.state === 'done').length
  return safeLine(`${id}  ${verb} ${what}  ${state}, ${over} of ${steps.length} hosts  ${text}`)
}

function tellWhole({ terminal }: Context, whole: Rollout): void {
  terminal.line(lineOf(whole))
  for (const step of whole.steps) tellStep(step, new Map(), terminal.paint, (line) => terminal.line(line))
}
