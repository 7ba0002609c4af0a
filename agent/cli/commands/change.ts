import { basename } from 'node:path'
import { messageOf } from '../../../contract/failure.ts'
import type {
  ConfigApplied,
  ConfigFiles,
  ConfigPlan,
  PlannedAction,
  Revision,
  RevisionDetail,
} from '../../../contract/index.ts'
import { readTextFile } from '../../os/files.ts'
import type { Client } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'
import { drawPatch, patchesOf } from '../patch.ts'
import { safeLine } from '../safe.ts'
import { startSpinner } from '../spinner.ts'
import type { Paint } from '../terminal.ts'

export interface ApplyOptions extends CommonOptions {
  watch?: number
  timeout?: number
}

const defaultTimeoutMs = 30_000

/** `hxe config plan [FILE…]`: what the files on disk, or these in their place, would do. Exit code 2 when they have errors. */
export async function plan(context: Context, paths: string[], options: CommonOptions): Promise<number> {
  const { terminal } = context
  const client = await context.connect()
  const answer = await client.post<ConfigPlan>('/config/plan', { body: await bodyOf(paths) })
  const errors = answer.diagnostics.filter(({ severity }) => severity === 'error')
  if (options.json) terminal.json(answer)
  else if (errors.length > 0) await tellProblems(errors, context)
  else tellActions(answer.actions, context, 'Nothing would change.')
  return errors.length === 0 ? exitCodes.done : exitCodes.usage
}

/** `hxe config apply [FILE…]`: takes them over in one step, and with `--watch` back when a service fails. */
export async function apply(context: Context, paths: string[], options: ApplyOptions): Promise<number> {
  const client = await context.connect()
  const timeoutMs = options.timeout ?? defaultTimeoutMs
  const watchMs = options.watch ?? 0
  const body = { ...(await bodyOf(paths)), timeoutMs, watchMs }
  return finish(context, options, () =>
    client.post<ConfigApplied>('/config/apply', { body, timeoutMs: timeoutMs + watchMs + defaultTimeoutMs }),
  )
}

/** `hxe config rollback REVISION`. */
export async function rollback(context: Context, [text]: string[], options: ApplyOptions): Promise<number> {
  const revision = revisionOf(text)
  const client = await context.connect()
  const timeoutMs = options.timeout ?? defaultTimeoutMs
  return finish(context, options, () =>
    client.post<ConfigApplied>('/config/rollback', {
      body: { revision, timeoutMs },
      timeoutMs: timeoutMs + defaultTimeoutMs,
    }),
  )
}

async function finish(context: Context, options: CommonOptions, change: () => Promise<ConfigApplied>): Promise<number> {
  const { terminal } = context
  const stopSpinner = options.json ? undefined : startSpinner(context, 'applying')
  const answer = await change().finally(stopSpinner)
  if (options.json) terminal.json(answer)
  else {
    tellActions(answer.actions, context, 'Nothing had to change.')
    if (answer.reverted === undefined) terminal.note(`Revision ${answer.revision} runs.`)
    else terminal.note(`Taken back, since ${safeLine(answer.reverted)}. Revision ${answer.revision} runs.`)
  }
  return answer.reverted === undefined ? exitCodes.done : exitCodes.failed
}

/** `hxe config history`: the newest last, as a log is read. */
export async function history(
  context: Context,
  _operands: string[],
  options: CommonOptions & { limit?: number },
): Promise<number> {
  const { terminal } = context
  const client = await context.connect()
  const { items } = await client.get<{ items: Revision[] }>('/config/history', { limit: options.limit ?? 20 })
  if (options.json) terminal.json({ items })
  else for (const entry of items.toReversed()) terminal.line(lineOf(entry, terminal.paint))
  return exitCodes.done
}

function lineOf({ revision, at, author, kind, text }: Revision, paint: Paint): string {
  const time = new Date(at).toISOString().replace('T', ' ').slice(0, 19)
  return `${paint.bold(String(revision).padStart(4))}  ${time}  ${kind.padEnd(8)}  ${safeLine(author)}  ${safeLine(text)}`
}

/** `hxe config diff [FROM] [TO]`: what was written differently; without any, the newest against the one before. */
export async function diff(context: Context, operands: string[], options: CommonOptions): Promise<number> {
  const { terminal } = context
  const client = await context.connect()
  const [from, to] = await twoRevisions(client, operands)
  const [older, newer] = await Promise.all([from, to].map((revision) => detailOf(client, revision)))
  const patches = await patchesOf(older?.texts ?? {}, newer?.texts ?? {}, `revision ${from}`, `revision ${to}`)
  if (options.json) terminal.json({ from, to, files: patches })
  else for (const { patch } of patches) drawPatch(patch, terminal)
  return exitCodes.done
}

async function twoRevisions(client: Client, operands: readonly string[]): Promise<[from: number, to: number]> {
  const [first, second] = operands
  if (first !== undefined && second !== undefined) return [revisionOf(first), revisionOf(second)]
  const { items } = await client.get<{ items: Revision[] }>('/config/history', { limit: 2 })
  const newest = items[0]?.revision ?? 0
  return [first === undefined ? (items[1]?.revision ?? newest) : revisionOf(first), newest]
}

const detailOf = (client: Client, revision: number): Promise<RevisionDetail> =>
  client.get<RevisionDetail>(`/config/history/${revision}`)

function revisionOf(text: string | undefined): number {
  const revision = Number(text)
  if (text !== undefined && Number.isSafeInteger(revision) && revision > 0) return revision
  throw usageError('Say which revision: a number.', '"hxe config history" lists them.')
}

/** The files that the command names, each under its own name in the agent's configuration folder. */
async function bodyOf(paths: readonly string[]): Promise<{ files?: ConfigFiles }> {
  if (paths.length === 0) return {}
  const files: ConfigFiles = {}
  for (const path of paths) {
    files[basename(path)] = await readTextFile(path).catch((error: unknown) => {
      const why = messageOf(error)
      throw new CliError(exitCodes.usage, `${path} cannot be read: ${why}`)
    })
  }
  return { files }
}

const signs = { start: '+', stop: '-', restart: '↻', reload: '↻', update: '~' } as const

export function tellActions(
  actions: readonly PlannedAction[],
  { terminal }: Pick<Context, 'terminal'>,
  nothing: string,
): void {
  if (actions.length === 0) terminal.note(nothing)
  const { paint } = terminal
  const colour = {
    start: paint.green,
    stop: paint.red,
    restart: paint.yellow,
    reload: paint.yellow,
    update: paint.cyan,
  }
  const width = Math.max(0, ...actions.map(({ service }) => service.length))
  for (const { service, action, because } of actions) {
    const [first = '', ...others] = because.map((line) => safeLine(line))
    terminal.line(
      `${colour[action](`${signs[action]} ${action.padEnd(7)}`)}  ${service.padEnd(width)}  ${paint.dim(first)}`,
    )
    for (const other of others) terminal.line(`${' '.repeat(13 + width)}${paint.dim(other)}`)
  }
}

export async function tellProblems(problems: ConfigPlan['diagnostics'], { terminal }: Context): Promise<void> {
  const { renderDiagnostic } = await import('../../config/index.ts')
  for (const problem of problems) terminal.note(renderDiagnostic(problem))
}
