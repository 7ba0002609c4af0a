import type { BulkResult, Service, ServiceVerb } from '../../../contract/index.ts'
import { inBulks } from '../../../contract/verbs.ts'
import type { Client } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { CliError, type ExitCode, exitCodes, usageError } from '../exit.ts'
import { paintOf, stateText } from '../look.ts'
import { ProblemError, refusalOf } from '../refusal.ts'
import { safeLine } from '../safe.ts'
import {
  hasSelection,
  isNamed,
  isPattern,
  isSelected,
  knownNames,
  listServices,
  type Selection,
  unknownName,
} from '../select.ts'
import { startSpinner } from '../spinner.ts'
import { measureFor } from '../width.ts'

export interface ActOptions extends CommonOptions, Selection {
  all?: true
  wait?: true
  timeout?: number
  queue?: number
}

const defaultWaitMs = 30_000
/** What a service's own reload command may take. */
const reloadLimitMs = 600_000
const answerLimitMs = 15_000

const waitFor: Readonly<Record<ServiceVerb, 'running' | 'stopped' | undefined>> = {
  start: 'running',
  restart: 'running',
  reload: 'running',
  stop: 'stopped',
  disable: 'stopped',
  // Enabling starts nothing by itself.
  enable: undefined,
}

type Outcome = { name: string; service: Service } | { name: string; error: CliError }

/** Does one verb to all that are meant, at once, and says of each what came of it. */
export async function act(verb: ServiceVerb, context: Context, names: string[], options: ActOptions): Promise<number> {
  checkChoice(verb, names, options)
  if (options.queue !== undefined) {
    if (hasSelection(options) || options.all) throw usageError('--queue takes names and no other choice.')
    const { queue } = await import('./queued.ts')
    return queue(context, verb, names, options.queue)
  }
  const client = await context.connect()
  const targets = await targetsOf(client, names, options)
  const stopSpinner = options.wait && !options.json ? startSpinner(context, waitText(verb, targets)) : undefined
  const outcomes = await actOn(verb, targets, client, options).finally(stopSpinner)
  if (options.json) context.terminal.json({ items: outcomes.map(forMachines) })
  else await tellAll(outcomes, context)
  if (!options.json && (verb === 'stop' || verb === 'disable')) await tellDependents(outcomes, client, context)
  return exitOf(outcomes)
}

function checkChoice(verb: ServiceVerb, names: readonly string[], options: ActOptions): void {
  if (options.all && (names.length > 0 || hasSelection(options))) {
    throw usageError('--all means every service: leave out the names and the other choices.')
  }
  if (!options.all && names.length === 0 && !hasSelection(options)) {
    throw usageError(`Say what to ${verb}: names, --tag, --group, --app, or --all.`, `"hxe ${verb} --help" says more.`)
  }
}

/** Plain names go to the agent as they are, which knows best whether there is one; all else is looked up first. */
async function targetsOf(client: Client, names: string[], options: ActOptions): Promise<string[]> {
  const plain = names.filter((name) => !isPattern(name))
  if (plain.length === names.length && !hasSelection(options) && !options.all) return [...new Set(names)]
  const services = await listServices(client)
  const found = services.filter((service) => options.all || (hasSelection(options) && isSelected(service, options)))
  const chosen = new Set([...plain, ...found.map(({ service }) => service)])
  for (const pattern of names.filter(isPattern)) {
    const matching = services.filter((service) => isNamed(service, pattern))
    if (matching.length === 0) throw await unknownName(pattern, knownNames(services))
    for (const { name, service } of matching) chosen.add(pattern.includes('#') ? name : service)
  }
  if (chosen.size === 0)
    throw new CliError(exitCodes.notFound, 'No service is like that.', { hint: '"hxe list" shows what there is.' })
  return [...chosen]
}

async function actOn(verb: ServiceVerb, names: string[], client: Client, options: ActOptions): Promise<Outcome[]> {
  const wait = options.wait ? waitFor[verb] : undefined
  const timeoutMs = options.timeout ?? defaultWaitMs
  const outcomes: Outcome[] = []
  for (const some of inBulks(names)) {
    const { items } = await client.post<{ items: BulkResult[] }>('/service-actions', {
      body: { verb, names: some, ...(wait ? { wait, timeoutMs } : {}) },
      timeoutMs: (verb === 'reload' ? reloadLimitMs : answerLimitMs) + (wait ? timeoutMs : 0),
    })
    for (const item of items) outcomes.push(item.ok ? item : { name: item.name, error: refusalOf(item.problem) })
  }
  return outcomes
}

async function tellAll(outcomes: readonly Outcome[], context: Context): Promise<void> {
  const shown = outcomes.map((outcome) => safeLine('service' in outcome ? outcome.service.name : outcome.name))
  const measure = await measureFor(shown)
  const width = Math.max(...shown.map(measure))
  for (const [at, outcome] of outcomes.entries()) {
    const name = shown[at] ?? ''
    const space = ' '.repeat(width - measure(name) + 2)
    if ('service' in outcome) tellDone(outcome.service, name, space, context)
    else tellFailure(outcome.error, name, space, context)
  }
}

function tellDone(service: Service, name: string, space: string, { terminal }: Context): void {
  const { paint } = terminal
  terminal.line(`${paint.bold(name)}${space}${paintOf(service, paint)(stateText(service))}${detailOf(service)}`)
  if (service.why && service.state === 'failed') terminal.line(`  ${safeLine(service.why.sentence)}`)
}

function tellFailure(error: CliError, name: string, space: string, { terminal }: Context): void {
  const { paintError } = terminal
  const service = serviceIn(error)
  const why = safeLine(service?.why?.sentence ?? service?.reason.text ?? error.message)
  terminal.note(
    `${paintError.bold(name)}${space}${paintError.red(`${service ? `${stateText(service)} ` : '✗'} ${why}`)}`,
  )
  if (service?.why) terminal.note(`  "hxe why ${name}" says more.`)
  if (error.hint) terminal.note(`  ${safeLine(error.hint)}`)
}

/** What still runs although what it depends on has been stopped: nobody did that for the person. */
async function tellDependents(outcomes: readonly Outcome[], client: Client, { terminal }: Context): Promise<void> {
  const stopped = new Set(outcomes.flatMap((outcome) => ('service' in outcome ? [outcome.service.service] : [])))
  const told = new Set<string>()
  for (const { service, state, dependsOn } of await listServices(client)) {
    const missing = dependsOn.filter((name) => stopped.has(name))
    if (missing.length === 0 || state !== 'running' || stopped.has(service) || told.has(service)) continue
    told.add(service)
    terminal.note(`${safeLine(service)} depends on ${safeLine(missing.join(' and '))} and runs on.`)
  }
}

function detailOf(service: Service): string {
  if (service.pid !== null && service.state === 'running') return `  pid ${service.pid}`
  return service.reason.text === '' ? '' : `  ${safeLine(service.reason.text)}`
}

/** A wait that ran out carries the service as it is now, with what keeps it. */
function serviceIn(error: CliError): Service | undefined {
  if (!(error instanceof ProblemError)) return undefined
  const { service } = error.problem
  return typeof service === 'object' && service !== null ? (service as Service) : undefined
}

function forMachines(outcome: Outcome): object {
  if ('service' in outcome) return { name: outcome.name, ok: true, service: outcome.service }
  const service = serviceIn(outcome.error)
  return { name: outcome.name, ok: false, error: outcome.error.message, ...(service ? { service } : {}) }
}

/** One number for all: what went wrong most in the sense that a script can do least about it. */
function exitOf(outcomes: readonly Outcome[]): ExitCode {
  const failed = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error.exitCode] : []))
  if (failed.length === 0) return exitCodes.done
  return failed.every((code) => code === failed[0]) ? (failed[0] as ExitCode) : exitCodes.failed
}

function waitText(verb: ServiceVerb, targets: readonly string[]): string {
  const [first = ''] = targets
  return `${verb} ${targets.length === 1 ? safeLine(first) : `${targets.length} services`} …`
}
