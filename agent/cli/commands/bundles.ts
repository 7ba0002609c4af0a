import { basename, join, resolve } from 'node:path'
import type { Bundle, BundleOnHost, BundlePlan, BundlePlanHost, NewBundle, Rollout } from '../../../contract/index.ts'
import { listDir, readTextFile } from '../../os/files.ts'
import type { Client } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, exitCodes, usageError } from '../exit.ts'
import { drawPatch, patchesOf } from '../patch.ts'
import { safeLine } from '../safe.ts'
import { type Column, drawTable } from '../table.ts'
import type { Paint } from '../terminal.ts'
import { tellActions, tellProblems } from './change.ts'
import { follow, hostsOf } from './rollout.ts'

/** Every host that is meant is asked what it would do. */
const planLimitMs = 60_000

export interface ApplyOptions extends CommonOptions {
  name?: string
  selector?: Record<string, string>
  all?: true
  canary?: string
  batch?: number
  pause?: number
  gate?: NewBundle['gate']
  timeout?: number
  message?: string
  to?: number
  remove?: true
  yes?: true
  force?: true
  detach?: true
}

/** `hxe fleet apply DIR`: what it would do on each host, and with `--yes` does it, the canary first. */
export async function apply(context: Context, [given]: string[], options: ApplyOptions): Promise<number> {
  const { selector, all, to: revision, remove, canary, batch, pause, gate, timeout, message, force } = options
  const name = options.name ?? (given === undefined ? undefined : basename(resolve(given)))
  if (name === undefined) throw usageError('Say which folder: hxe fleet apply DIR --selector role=web.')
  const isFormer = remove !== undefined || revision !== undefined
  if (!isFormer && given === undefined) throw usageError('Say which folder has its files.')
  const files = isFormer ? undefined : await filesOf(given ?? '.')
  const change = { name, files, selector: all ? {} : selector, revision, remove }
  const client = await context.connect()
  const path = `/fleet/bundles/${encodeURIComponent(name)}`
  const plan = await client.post<BundlePlan>(`${path}/plan`, { body: change, timeoutMs: planLimitMs })
  if (!options.json) await tellPlan(plan, context)
  const broken = plan.hosts.filter(hasErrors)
  if (broken.length > 0 || !options.yes) {
    if (options.json) context.terminal.json(plan)
    else if (broken.length > 0)
      context.terminal.note(
        safeLine(`Nothing was changed: it does not fit on ${broken.map(({ host }) => host).join(', ')}.`),
      )
    else context.terminal.note('Nothing was changed. The same with --yes does it.')
    return broken.length > 0 ? exitCodes.usage : exitCodes.done
  }
  const pace = { canary, batchSize: batch, pauseMs: pause, gate, timeoutMs: timeout }
  const begun = await client.post<Rollout>(`${path}/apply`, {
    body: { ...change, ...pace, message, force },
    timeoutMs: planLimitMs,
  })
  if (!options.json) context.terminal.line(safeLine(`Rollout ${begun.id}: ${hostsOf(begun) || 'no host'}`))
  if (!options.detach) return follow(context, client, begun, options)
  if (options.json) context.terminal.json(begun)
  return exitCodes.done
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await listDir(folder).catch(() => [])).filter(
    ({ kind, name }) => kind !== 'directory' && name.endsWith('.hcl'),
  )
  if (names.length === 0) throw new CliError(exitCodes.usage, safeLine(`${folder} has no file that ends in .hcl.`))
  const files: Record<string, string> = {}
  for (const { name } of names) files[name] = await readTextFile(join(folder, name))
  return files
}

const hasErrors = ({ diagnostics }: BundlePlanHost): boolean => diagnostics.some(({ severity }) => severity === 'error')

async function tellPlan({ name, revision, previous, hosts }: BundlePlan, context: Context): Promise<void> {
  const { terminal } = context
  const what = revision === 0 ? 'goes' : `revision ${revision}`
  terminal.line(
    safeLine(`${name}: ${what}${previous > 0 ? `, after ${previous}` : ''}, on ${count(hosts.length, 'host')}`),
  )
  for (const { host, actions, diagnostics, drift, leftOut } of hosts) {
    terminal.line(`\n${terminal.paint.bold(safeLine(host))}`)
    if (leftOut !== null) {
      terminal.note(safeLine(leftOut))
      continue
    }
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) await tellProblems(errors, context)
    else tellActions(actions, context, 'Nothing would change.')
    if (drift.length === 0) continue
    terminal.note('Changed on this host by hand, and written over:')
    const side = (of: 'fleet' | 'host') => Object.fromEntries(drift.map((one) => [one.file, one[of] ?? '']))
    for (const { patch } of await patchesOf(side('fleet'), side('host'), 'fleet', 'host')) drawPatch(patch, terminal)
  }
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** The bundles, for `hxe fleet status`; none where the store cannot be asked, which is said. */
export async function readBundles(client: Client): Promise<{ items: Bundle[]; problem?: string }> {
  try {
    return await client.get<{ items: Bundle[] }>('/fleet/bundles')
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return { items: [], problem: error.message }
  }
}

/** Each with the hosts that it is for: what they should run of it, what they do, and why. */
export async function tellBundles(bundles: readonly Bundle[], { terminal }: Context): Promise<void> {
  for (const bundle of bundles) {
    const { name, revision, releases, hosts, rollout } = bundle
    const release = releases.find((one) => one.revision === revision)
    const labels = Object.entries(release?.selector ?? {}).map(([label, value]) => `${label}=${value}`)
    const by = release ? `  ${labels.join(',') || 'every host'}  by ${release.author}  ${release.message}` : ''
    const under = rollout === null ? '' : `, rollout ${rollout} is under way`
    const what =
      revision === 0 ? (releases.length > 0 ? 'taken away' : 'not in the store any more') : `revision ${revision}`
    terminal.line(`\n${terminal.paint.bold(safeLine(name))}  ${safeLine(`${what}${under}${by}`.trimEnd())}`)
    if (hosts.length === 0) continue
    const lines = await drawTable(hosts, columnsOf(terminal.paint), {
      columns: terminal.columns,
      head: terminal.paint.dim,
    })
    terminal.write(`${lines.join('\n')}\n`)
  }
}

function columnsOf(paint: Paint): Column<BundleOnHost>[] {
  const colours = { applied: paint.green, pending: paint.yellow, failed: paint.red, drifted: paint.yellow }
  const number = (revision: number | null): string => (revision === null || revision === 0 ? '–' : String(revision))
  return [
    { title: 'HOST', cell: ({ host }) => ({ text: safeLine(host) }), shrinkTo: 20, least: 8 },
    { title: 'WANTED', cell: ({ wanted }) => number(wanted), align: 'right' },
    { title: 'APPLIED', cell: ({ revision }) => number(revision), align: 'right' },
    {
      title: 'STATE',
      cell: ({ state, isAway }) => ({ text: isAway ? `${state}, away` : state, paint: colours[state] }),
    },
    { title: 'WHY', cell: ({ text }) => safeLine(text), shrinkTo: 40, least: 10 },
  ]
}
