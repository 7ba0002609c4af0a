import {
  type ChangedService,
  type FormEdit,
  type FormEdited,
  type FormQuery,
  listInWords,
  type RemovedService,
  type ServiceForm,
  type ServicePatch,
  type ServiceRemoval,
  type WrittenChange,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { EditAnswer, JsonObject } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { applyConfiguration, refuseOtherRevision } from './apply.ts'
import { type Engine, loadOptionsOf } from './engine.ts'
import { actionsOf } from './plan.ts'
import { getService } from './present.ts'

type EditRequest = Parameters<Engine['deps']['configWorker']['editService']>[0]

interface Options {
  dryRun?: boolean | undefined
  revision?: number | undefined
}

/** Says all of a service anew, or changes what is given, where it is written. @throws NOT_PLAIN, BAD_INPUT, CONFIG_INVALID … */
export async function changeService(
  engine: Engine,
  kind: 'replace' | 'change',
  input: ServicePatch,
  caller: Caller,
): Promise<ChangedService> {
  const { name, dryRun, override = false, revision, ...rest } = input
  const service = getService(engine, name).service
  const values = JSON.parse(JSON.stringify(rest)) as JsonObject
  const changes = Object.entries(values).map(([attribute, value]) => ({ path: [attribute], value: value ?? null }))
  const request: EditRequest =
    kind === 'replace' ? { kind, service, values, override } : { kind, service, changes, override }
  const { change } = await rewrite(engine, request, { dryRun, revision }, `Service ${service} changed`, caller)
  return { ...getService(engine, name), change }
}

/** Takes a service out of its files. What names it besides is said, and with `release` forgets it. */
export async function removeService(engine: Engine, input: ServiceRemoval, caller: Caller): Promise<RemovedService> {
  const { name, release = false, override: _override, ...options } = input
  const service = getService(engine, name).service
  const request: EditRequest = { kind: 'remove', service, release }
  const refuseNamed = ({ mentions }: EditAnswer): void => {
    if (release || mentions.length === 0) return
    const text = `${listInWords(mentions)} ${mentions.length === 1 ? 'names' : 'name'} "${service}". Change that first, or ask with release=true.`
    throw new CoreError('CONFLICT', text, { reason: 'dependents', dependents: mentions })
  }
  const done = await rewrite(engine, request, options, `Service ${service} removed`, caller, refuseNamed)
  return { name: service, dependents: done.answer.mentions, change: done.change }
}

/** Makes a change of a service, as one of its own in the history, where the configuration is right with it. */
export async function rewrite(
  engine: Engine,
  request: EditRequest,
  { dryRun = false, revision }: Options,
  why: string,
  caller: Caller,
  check: (answer: EditAnswer) => void = () => {},
): Promise<{ change: WrittenChange; answer: EditAnswer }> {
  const edit = async (): Promise<EditAnswer> => {
    const answer = await editFiles(engine, request)
    check(answer)
    return answer
  }
  let answer = await edit()
  const files = () => answer.files.map(({ name: file, before, after }) => ({ file, before, after }))
  const texts = () => Object.fromEntries(answer.files.map(({ path, after }) => [path, after]))
  if (dryRun || answer.files.length === 0) {
    refuseOtherRevision(engine, revision)
    const { configuration, diagnostics } = await tryTexts(engine, texts())
    const actions = configuration === undefined ? [] : actionsOf(engine, configuration)
    return {
      change: { actions, diagnostics, revision: engine.status.revision, written: false, files: files() },
      answer,
    }
  }
  const attempt = async () => {
    // The files may have changed while this waited for its turn: what is written is made of what they say now.
    answer = await edit()
    return { ...(await tryTexts(engine, texts())), written: texts() }
  }
  // Nobody waits for what it starts: whoever asked sees that come.
  const applied = await applyConfiguration(
    engine,
    { attempt, timeoutMs: 0, watchMs: 0, revision, kind: 'apply', text: why },
    caller,
  )
  const { actions, diagnostics } = applied
  return { change: { actions, diagnostics, revision: applied.revision, written: true, files: files() }, answer }
}

const tryTexts = (engine: Engine, texts: Record<string, string>) =>
  engine.deps.configWorker.loadConfiguration({ ...loadOptionsOf(engine), texts })

async function editFiles(engine: Engine, request: EditRequest): Promise<EditAnswer> {
  const answer = await engine.deps.configWorker.editService(request, loadOptionsOf(engine))
  const { refusals, unknown, isMissing } = answer
  if (isMissing) {
    throw new CoreError('CONFLICT', `${request.service} is in no file: it was started by hand.`, { reason: 'no-file' })
  }
  if (unknown !== undefined) {
    const errors = [{ path: unknown, message: 'A service has no such attribute or block.' }]
    throw new CoreError('BAD_INPUT', `A service has no "${unknown}"`, { errors })
  }
  const [first] = refusals
  if (first !== undefined) throw new CoreError('NOT_PLAIN', first.message, { refusals })
  return answer
}

export async function readForm(engine: Engine, query: FormQuery): Promise<ServiceForm> {
  return found(await engine.deps.configWorker.readForm(query, loadOptionsOf(engine)), query.name)
}

export async function editForm(engine: Engine, edit: FormEdit): Promise<FormEdited> {
  return found(await engine.deps.configWorker.editForm(edit, loadOptionsOf(engine)), edit.name)
}

function found<T>(answer: T | undefined, name: string): T {
  if (answer !== undefined) return answer
  throw new CoreError('NOT_FOUND', `No file has a service "${name}"`)
}
