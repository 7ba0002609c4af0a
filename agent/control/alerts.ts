import { type FleetHost, needsAttention } from '../../contract/index.ts'
import {
  AlertEngine,
  type AlertsDesk,
  type Entry,
  Keeper,
  openDesk,
  type ServiceFacts,
  type ServiceWords,
  Teller,
  tryRule,
  type WindowClock,
} from '../alerts/index.ts'
import type { MetricsDesk, Sweep } from '../metrics/index.ts'
import { nextDue } from '../supervisor/index.ts'
import { correlated } from '../trace.ts'
import { countLines } from './alertlines.ts'
import { deliveryDesk } from './deliveries.ts'
import type { AgentDeps, Engine } from './engine.ts'
import { shownName } from './lifetime.ts'
import { intervalMsOf } from './metrics.ts'
import { viewOfInstance } from './present.ts'
import { removeRule, rulesNow, writeRule } from './rules.ts'

/** What comes within this is asked together. */
const soonMs = 50
/** Without measurements rules are asked this often. */
const tickMs = 5_000
/** A sweep may come so much later than the one before it has promised, before rules are asked without it. */
const lateMs = 2_000
/** A sweep comes within a second of when it is due, and not later than the next is. */
const earlyMs = 500
const forgetEvery = 120
const nothingMeasured: Sweep = { atMs: 0, services: new Map(), host: {}, agent: {}, labelled: [] }

export function createAlerting(
  { clock, store, randomText, log }: Pick<AgentDeps, 'clock' | 'store' | 'randomText' | 'log'>,
  of: () => Engine,
): Pick<Engine, 'alerting' | 'alertKeeper'> {
  const onProblem = (error: unknown): void => log.warn({ error: String(error) }, 'alerts could not be kept or told')
  const keeper = new Keeper(store, onProblem)
  const teller = new Teller({
    keeper,
    deliverer: {
      deliver: (notice) => of().deliveries.deliver(notice),
    },
    world: {
      serviceOf: (instance) => of().supervisor.unit(instance)?.service ?? instance,
      dependsOn: (name) => dependenciesOf(of(), name),
      isUnwell: (service) => isUnwell(of(), service),
      unjudged: (service) => unjudged(of(), service),
    },
    policy: () => of().configuration?.alerting.policy ?? noPolicy,
    inhibitions: () => of().configuration?.alerting.inhibit ?? [],
    windows: () => of().configuration?.alerting.maintenance ?? [],
    nextDue: nextWindow,
    // While no file can be read, nothing was taken away.
    isThere: (notification) => of().configuration?.notifications.has(notification) ?? true,
    isDesktop: (notification) => of().configuration?.notifications.get(notification)?.type === 'desktop',
    newId: randomText,
    onProblem,
  })
  const alerting = new AlertEngine({
    clock,
    hostName: () => of().deps.hostName,
    shownName: () => shownName(of()),
    newId: randomText,
    wordsOf: (instance) => wordsOf(of(), instance),
    changed: () => of().hub.partChanged('alerts'),
    tell: (kind, entry) => announce(of(), kind, entry),
    onProblem,
    keeper,
    teller,
  })
  return { alerting, alertKeeper: keeper }
}

const noPolicy = {
  notify: [],
  groupBy: ['service'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 14_400_000,
  routes: [],
}

const nextWindow: WindowClock = ({ schedule, timezone }, fromMs) =>
  nextDue({ schedule, overlap: 'skip', catchUp: false, ...(timezone === undefined ? {} : { timezone }) }, fromMs)

const dependenciesOf = ({ specs, supervisor }: Engine, name: string): string[] =>
  (specs.get(supervisor.unit(name)?.service ?? name)?.dependsOn ?? []).map(({ service }) => service)

/** One of its instances is not as it should be. */
function isUnwell(engine: Engine, service: string): boolean {
  return engine.supervisor.instancesOf(service).some(({ instance }) => {
    const view = viewOfInstance(engine, instance)
    return view !== undefined && (needsAttention(view) || (view.desired === 'up' && view.state !== 'running'))
  })
}

/** Why it is not known yet how a service does that is to run. */
function unjudged(engine: Engine, service: string): string | undefined {
  for (const { instance } of engine.supervisor.instancesOf(service)) {
    const view = viewOfInstance(engine, instance)
    if (view?.desired !== 'up') continue
    const { state, health } = view
    if (state === 'starting' || state === 'stopping') return `is ${state}`
    if (state === 'backoff') return 'is about to be started again'
    if (state !== 'running' || health === 'unhealthy') continue
    const failed = engine.monitor.checksOf(instance).find((check) => check.state.lastOk === false)
    if (failed) return `has failed its check ${failed.spec.name}, not often enough yet to be unhealthy`
    if (health === 'starting') return 'has not answered its checks yet'
  }
  return undefined
}

/** Asks the rules when something was measured or has changed. Returns the desk, and the clean-up. */
export function openAlerts(
  engine: Engine,
  metrics: MetricsDesk,
  hosts: () => readonly FleetHost[],
): { desk: AlertsDesk; begin: () => () => void } {
  const { clock, randomText } = engine.deps
  const desk = openDesk({
    engine: engine.alerting,
    keeper: engine.alertKeeper,
    deliverer: engine.deliveries,
    nowMs: () => clock.nowMs(),
    newId: randomText,
    note: (kind, text, { author, trace }, alert) => {
      const about = alert && { alert: alert.id, ...(alert.service === undefined ? {} : { service: alert.service }) }
      engine.eventLog.append({ kind, severity: 'info', text, author, ...correlated(trace), ...about })
    },
    windows: () => engine.configuration?.alerting.maintenance ?? [],
    nextDue: nextWindow,
    test: (request) =>
      tryRule(
        {
          query: (query) => metrics.query(query),
          events: (query) => engine.eventLog.list(query),
          services: () => [...engine.supervisor.units()].flatMap(({ instance }) => factsOf(engine, instance) ?? []),
          hostName: () => shownName(engine),
          nowMs: () => clock.nowMs(),
        },
        request,
      ),
    writeRule: (rule, caller) => writeRule(engine, rule, caller),
    removeRule: (name, caller) => removeRule(engine, name, caller),
  })
  return { desk: { ...desk, ...deliveryDesk(engine) }, begin: () => watchAlerts(engine, hosts) }
}

function watchAlerts(engine: Engine, hosts: () => readonly FleetHost[]): () => void {
  const { clock } = engine.deps
  const { alerting } = engine
  const takeUnseen = engine.unseen.follow()
  const lines = countLines(engine)
  let isReady = false
  let isEnded = false
  let configuration: Engine['configuration']
  let lastMs = clock.monotonicMs()
  let sweptMs = lastMs
  let dueMs = lastMs
  let cancelSoon: (() => void) | undefined
  let looks = 0

  /** Rules and services as the files have them now. */
  const refresh = (): void => {
    if (engine.configuration === configuration) return
    configuration = engine.configuration
    alerting.setRules(rulesNow(engine))
    lines.follow()
    for (const unit of engine.supervisor.units()) engine.unseen.changed(unit.instance)
  }
  /** What an earlier agent left goes on as soon as there are rules, and the events that they count are known again. */
  const begin = async (): Promise<void> => {
    await recallEvents(engine)
    if (isEnded) return
    alerting.restore()
    isReady = true
    askSoon()
  }
  let isBegun = false
  /** Before that, what fired would be taken to be over, or to have just begun. */
  const canAsk = (): boolean => {
    refresh()
    if (configuration && !isBegun) {
      isBegun = true
      begin().catch((error: unknown) => {
        engine.deps.log.error({ error: String(error) }, 'alerts of the agent before this one could not be taken over')
      })
    }
    return isReady
  }
  const takeChanges = (): ReadonlySet<string> => {
    const instances = takeUnseen()
    for (const instance of instances) alerting.setService(instance, factsOf(engine, instance))
    return instances
  }
  let cancelTick = (): void => {}
  const tickIn = (delayMs: number): void => {
    cancelTick()
    cancelTick = clock.after(delayMs, () => look())
  }
  const look = (sweep?: Sweep): void => {
    // Somebody who looks at the panel has more measured; that is no reason to judge sooner than without them.
    if (sweep && clock.monotonicMs() < dueMs) return
    lastMs = clock.monotonicMs()
    if (sweep) {
      sweptMs = lastMs
      dueMs = lastMs + intervalMsOf(engine) - earlyMs
    }
    tickIn(sweep && intervalMsOf(engine) <= tickMs ? tickMs + lateMs : tickMs)
    // What was measured long ago says nothing of now.
    const isOld = lastMs - sweptMs > 3 * intervalMsOf(engine) + tickMs
    looks += 1
    if (!canAsk()) return
    takeChanges()
    alerting.setHosts(hosts())
    alerting.take(isOld ? nothingMeasured : sweep)
    if (looks % forgetEvery === 0) alerting.forget()
  }
  const askSoon = (): void => {
    cancelSoon ??= clock.after(soonMs, () => {
      cancelSoon = undefined
      if (canAsk()) alerting.ask(takeChanges())
    })
  }
  engine.onChange = askSoon
  const stopNoting = engine.eventLog.onAppend(({ service, kind }) => {
    if (!kind.startsWith('alert.')) alerting.noteEvent(service, kind)
  })
  const stopOutcomes = engine.deliveries.onOutcome((delivery, notice) => alerting.noteOutcome(delivery, notice.alerts))
  const stopSweeps = engine.metrics.onSweep(look)
  tickIn(tickMs)
  askSoon()
  return () => {
    isEnded = true
    engine.onChange = () => {}
    cancelSoon?.()
    cancelTick()
    stopNoting()
    stopOutcomes()
    lines.end()
    alerting.end()
    stopSweeps()
  }
}

/** What happened shortly before this agent came counts for rules too. */
async function recallEvents(engine: Engine): Promise<void> {
  const { clock, log } = engine.deps
  const nowMs = clock.nowMs()
  try {
    const events = await engine.eventLog.list({ sinceMs: nowMs - recalledMs, untilMs: nowMs, limit: mostRecalled })
    for (const { service, kind, time } of events.reverse())
      if (!kind.startsWith('alert.')) engine.alerting.noteEvent(service, kind, Math.max(0, nowMs - Date.parse(time)))
  } catch (error) {
    log.warn({ error: String(error) }, 'events that rules count could not be read')
  }
}
const recalledMs = 900_000
const mostRecalled = 2_000

function factsOf(engine: Engine, instance: string): ServiceFacts | undefined {
  const view = viewOfInstance(engine, instance)
  const spec = view && engine.specs.get(view.service)
  if (!view || !spec) return undefined
  // What was adopted is as it was until its checks have answered again: that it has just started is not so.
  const isUnasked = view.health === 'starting' && view.reason.code === 'adopted'
  return {
    name: instance,
    service: view.service,
    // The files' own lists: they are the same until the files change.
    tags: spec.tags,
    groups: spec.groups,
    app: view.app,
    type: view.type,
    namespace: spec.namespace,
    state: view.state,
    health: isUnasked ? undefined : view.health,
    desired: view.desired,
    reason: view.reason.code,
    memoryLimitBytes: spec.resources.memoryBytes,
    startedAtMs: view.startedAt === null ? null : Date.parse(view.startedAt),
  }
}

function wordsOf(engine: Engine, instance: string): ServiceWords | undefined {
  const view = viewOfInstance(engine, instance)
  if (!view) return undefined
  const { why, reason, app, groups, tags } = view
  return { why: { why, reason: reason.text }, app, groups, tags }
}

function announce(engine: Engine, kind: 'alert.pending' | 'alert.firing' | 'alert.resolved', { alert }: Entry): void {
  // What flaps below its `for` would fill the history.
  if (kind === 'alert.pending') return
  const { id, name, severity, service, summary } = alert
  const text = kind === 'alert.resolved' ? `Resolved: ${summary}` : summary
  engine.eventLog.append({
    kind,
    severity: kind === 'alert.firing' ? severity : 'info',
    ...(service === undefined ? {} : { service }),
    text: `${name}: ${text}`,
    alert: id,
    author: 'agent',
  })
}
