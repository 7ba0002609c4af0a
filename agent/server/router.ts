import { type BulkResult, type LogQuery, problemOf, type Service } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { type Core, CoreError, type Verb } from '../core.ts'
import type { Clock } from '../os/index.ts'
import { present } from '../present.ts'
import { type ChainLog, createChain, toWireError } from './chain.ts'
import { alertHandlers } from './handlers/alerts.ts'
import { fleetHandlers } from './handlers/fleet.ts'
import { healthHandlers } from './handlers/health.ts'
import { metricHandlers } from './handlers/metrics.ts'
import { badField, maxPage, pageOf, readTime, sequenceOf } from './paging.ts'
import { streamOf } from './stream.ts'
import { withoutOutputCheck } from './unchecked.ts'

export interface RouterOptions {
  log: ChainLog
  clock: Clock
  /** A one-time address of the panel; absent where no HTTP server runs. */
  signIn?: () => { url: string; expiresAt: string }
  /**
   * Whether large answers are checked against the contract before they go out, which costs as much as writing them
   * does. Types hold them to it already; tests have this on.
   */
  checkOutputs?: boolean
}

export type AgentRouter = ReturnType<typeof createRouter>

type WaitOptions = { wait?: 'running' | 'stopped' | 'healthy' | undefined; timeoutMs: number }
type WaitInput = WaitOptions & { name: string }

async function actAndWait(core: Core, verb: Verb, input: WaitInput, caller: Caller, signal: AbortSignal | undefined) {
  return waitAfter(core, await core.act(input.name, verb, caller), input, signal)
}

/** The service when it is as was asked for. @throws WAIT_TIMEOUT */
async function waitAfter(core: Core, service: Service, input: WaitInput, signal: AbortSignal | undefined) {
  if (!input.wait) return service
  const { reached, never, service: now } = await core.waitFor(input.name, input.wait, input.timeoutMs, signal)
  if (reached) return now
  const why = now.why?.sentence ?? now.reason.text
  const message = never
    ? `${input.name} is ${now.state} and will not be ${input.wait} by itself: ${why}`
    : `${input.name} is ${now.state}, not ${input.wait}, after ${input.timeoutMs} ms: ${why}`
  throw new CoreError('WAIT_TIMEOUT', message, { service: now })
}

/** @throws BAD_INPUT for a cursor that no list of numbered entries gave */
function cursorOf(text: string | undefined): number | undefined {
  const before = sequenceOf(text)
  if (text !== undefined && before === undefined) throw badField('cursor', 'is not one that this list gave')
  return before
}

/** The contract, answered: one router for the window, REST and whatever comes, with one chain before every handler. */
export function createRouter(core: Core, options: RouterOptions) {
  const { log, clock } = options
  const os = createChain(core, log)

  const verb = (which: Verb) =>
    os.services[which].handler(({ input, context, signal }) => actAndWait(core, which, input, context.caller, signal))
  /** Names of services are looked up first, so that a mistyped one is "not found" and not "no lines". */
  const lookUp = ({ service }: Pick<LogQuery, 'service'>): void => {
    for (const name of [service ?? []].flat()) core.getService(name)
  }
  const queryLogs = (query: LogQuery) => {
    lookUp(query)
    return core.logs.query(present({ ...query, limit: Math.min(query.limit, maxPage) }))
  }

  const actOnMany = async (
    { verb: which, names, ...options }: WaitOptions & { verb: Verb; names: string[] },
    caller: Caller,
    signal: AbortSignal | undefined,
  ): Promise<BulkResult[]> => {
    const outcomes = await core.actOnMany(names, which, caller)
    return Promise.all(
      outcomes.map(async (outcome): Promise<BulkResult> => {
        const { name } = outcome
        try {
          if ('error' in outcome) throw outcome.error
          return { name, ok: true, service: await waitAfter(core, outcome.service, { name, ...options }, signal) }
        } catch (error) {
          return { name, ok: false, problem: problemOf(toWireError(error, log, `services.${which}`, caller.trace)) }
        }
      }),
    )
  }

  const router = os.router({
    agent: {
      info: os.agent.info.handler(() => core.info()),
      shutdown: os.agent.shutdown.handler(({ input, context }) => {
        core.shutdown(input.services, context.caller)
        return core.info()
      }),
      signIn: os.agent.signIn.handler(() => {
        if (options.signIn) return options.signIn()
        throw new CoreError('UNAVAILABLE', 'The HTTP server does not run, so there is no address to give.', {
          part: 'server',
        })
      }),
    },
    state: {
      watch: os.state.watch.handler(({ input, context, signal, lastEventId }) =>
        streamOf(
          signal,
          (inner) => core.state.watch(sequenceOf(lastEventId) ?? input.since, inner, input.pace),
          (error) => toWireError(error, log, 'state.watch', context.caller.trace),
          (message) => String(message.seq),
        ),
      ),
    },
    services: {
      list: os.services.list.handler(({ input }) => {
        const { state, tag, group, app, limit, cursor } = input
        const search = input.search?.toLowerCase()
        const all = core.listServices()
        const filtered = state || tag || group || app || search
        const chosen = filtered
          ? all.filter(
              (service) =>
                (!state || service.state === state) &&
                (!tag || service.tags.includes(tag)) &&
                (!group || service.groups.includes(group)) &&
                (!app || service.app === app) &&
                (!search || service.name.toLowerCase().includes(search)),
            )
          : all
        return pageOf(chosen, limit, cursor)
      }),
      get: os.services.get.handler(({ input }) => core.getService(input.name)),
      create: os.services.create.handler(({ input, context }) => core.createService(input, context.caller)),
      draft: os.services.draft.handler(({ input }) => core.draftService(input)),
      replace: os.services.replace.handler(({ input, context }) => core.replaceService(input, context.caller)),
      change: os.services.change.handler(({ input, context }) => core.changeService(input, context.caller)),
      remove: os.services.remove.handler(({ input, context }) => core.removeService(input, context.caller)),
      form: os.services.form.handler(({ input }) => core.form(input)),
      editForm: os.services.editForm.handler(({ input }) => core.editForm(input)),
      start: verb('start'),
      stop: verb('stop'),
      restart: verb('restart'),
      reload: verb('reload'),
      enable: verb('enable'),
      disable: verb('disable'),
      act: os.services.act.handler(async ({ input, context, signal }) => ({
        items: await actOnMany(input, context.caller, signal),
      })),
      signal: os.services.signal.handler(({ input, context }) => core.signal(input.name, input.signal, context.caller)),
      processes: os.services.processes.handler(async ({ input }) => ({ items: await core.processes(input.name) })),
      why: os.services.why.handler(({ input }) => {
        const { name, why } = core.getService(input.name)
        return { service: name, why }
      }),
      config: os.services.config.handler(({ input }) => ({ items: core.resolvedConfig(input.name) })),
      environment: os.services.environment.handler(({ input }) => ({ items: core.environment(input.name) })),
      logs: os.services.logs.handler(({ input: { name, ...query } }) => queryLogs({ ...query, service: name })),
      ...healthHandlers(os, core),
      exec: os.services.exec.handler(({ input, context, signal }) => {
        core.getService(input.name)
        return streamOf(
          signal,
          (inner) => core.exec(input.name, input.argv, context.caller, inner),
          (error) => toWireError(error, log, 'services.exec', context.caller.trace),
        )
      }),
    },
    runs: {
      create: os.runs.create.handler(({ input, context }) => core.run(present(input), context.caller)),
    },
    logs: {
      query: os.logs.query.handler(({ input }) => queryLogs(input)),
      follow: os.logs.follow.handler(({ input, context, signal, lastEventId }) => {
        lookUp(input)
        const query = present({
          ...input,
          limit: Math.min(input.limit, maxPage),
          cursor: lastEventId || input.cursor,
        })
        return streamOf(
          signal,
          (inner) => core.logs.follow(query, inner),
          (error) => toWireError(error, log, 'logs.follow', context.caller.trace),
          (batch) => batch.cursor,
        )
      }),
      hits: os.logs.hits.handler(({ input, context, signal }) => {
        lookUp(input)
        return streamOf(
          signal,
          (inner) => core.logs.hits(present(input), inner),
          (error) => toWireError(error, log, 'logs.hits', context.caller.trace),
        )
      }),
      whole: os.logs.whole.handler(({ input }) => core.logs.whole(input)),
      histogram: os.logs.histogram.handler(({ input }) => {
        lookUp(input)
        return core.logs.histogram(present(input))
      }),
    },
    events: {
      list: os.events.list.handler(async ({ input }) => {
        const limit = Math.min(input.limit, maxPage)
        const before = cursorOf(input.cursor)
        const { service, kind, correlationId } = input
        const sinceMs = readTime('since', input.since, clock.nowMs())
        const untilMs = readTime('until', input.until, clock.nowMs())
        const about = { service, kind, correlationId, sinceMs, untilMs }
        const items = await core.events.list(present({ limit: limit + 1, before, ...about }))
        if (items.length <= limit) return { items }
        const page = items.slice(0, limit)
        return { items: page, nextCursor: String(page.at(-1)?.seq) }
      }),
      follow: os.events.follow.handler(({ input, context, signal, lastEventId }) =>
        streamOf(
          signal,
          (inner) => core.events.follow(present({ ...input, after: sequenceOf(lastEventId) }), inner),
          (error) => toWireError(error, log, 'events.follow', context.caller.trace),
          (event) => String(event.seq),
        ),
      ),
    },
    host: { get: os.host.get.handler(() => core.host()) },
    config: {
      get: os.config.get.handler(() => core.config.status()),
      validate: os.config.validate.handler(async ({ input }) => {
        const found = await core.config.validate(input.files)
        return { valid: !found.some(({ severity }) => severity === 'error'), errors: found }
      }),
      reload: os.config.reload.handler(({ context }) => core.config.reload(context.caller)),
      plan: os.config.plan.handler(({ input }) => core.config.plan(input.files)),
      apply: os.config.apply.handler(({ input, context }) => core.config.apply(present(input), context.caller)),
      history: os.config.history.handler(async ({ input }) => {
        const limit = Math.min(input.limit, maxPage)
        const before = cursorOf(input.cursor)
        const items = await core.config.history(present({ limit: limit + 1, before }))
        if (items.length <= limit) return { items }
        const page = items.slice(0, limit)
        return { items: page, nextCursor: String(page.at(-1)?.revision) }
      }),
      revision: os.config.revision.handler(({ input }) => core.config.revision(input.revision)),
      rollback: os.config.rollback.handler(({ input, context }) => core.config.rollback(input, context.caller)),
    },
    language: {
      files: os.language.files.handler(() => core.language.files()),
      read: os.language.read.handler(({ input }) => core.language.read(input.name)),
      complete: os.language.complete.handler(({ input }) => core.language.complete(input)),
      hover: os.language.hover.handler(async ({ input }) => ({ hover: await core.language.hover(input) })),
      definition: os.language.definition.handler(async ({ input }) => ({
        items: await core.language.definition(input),
      })),
      references: os.language.references.handler(async ({ input }) => ({
        items: await core.language.references(input),
      })),
      rename: os.language.rename.handler(({ input }) => core.language.rename(input)),
      format: os.language.format.handler(({ input }) => core.language.format(input.name, input.text)),
      symbols: os.language.symbols.handler(async ({ input }) => ({
        items: await core.language.symbols(input.unsaved),
      })),
    },
    import: {
      find: os.import.find.handler(({ input }) => core.import.find(input.folder)),
      preview: os.import.preview.handler(({ input }) => core.import.preview(input)),
      write: os.import.write.handler(({ input, context }) => core.import.write(input.file, input.hcl, context.caller)),
    },
    ...metricHandlers(os, core),
    ...alertHandlers(os, core),
    ...fleetHandlers(os, core, log, clock),
    fixes: {
      apply: os.fixes.apply.handler(({ input, context }) => core.applyFix(input.action, context.caller)),
    },
  })
  if (options.checkOutputs) return router
  const { services, state, logs, events, fleet } = router
  for (const [group, names] of [
    [services, ['list', 'get', 'logs', 'act']],
    [state, ['watch']],
    [fleet, ['watch']],
    [logs, ['query', 'follow', 'hits']],
    [events, ['list', 'follow']],
  ] as const) {
    withoutOutputCheck(group, names)
  }
  return router
}
