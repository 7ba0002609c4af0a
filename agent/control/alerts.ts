import {
  AlertEngine,
  type AlertsDesk,
  type Entry,
  openDesk,
  rulesOf,
  type ServiceFacts,
  type ServiceWords,
} from '../alerts/index.ts'
import { deliveryDesk } from './deliveries.ts'
import type { AgentDeps, Engine } from './engine.ts'
import { viewOfInstance } from './present.ts'

/** What of the alerts the other parts of the agent touch. */
export interface Alerting {
  engine: AlertEngine
  /** Something of an instance has changed: its rules are asked soon. */
  changed(instance: string): void
}

/** What comes within this is asked together. */
const soonMs = 50
/** Without measurements rules are asked this often. */
const tickMs = 5_000
const forgetEvery = 120

export function createAlerting({ clock }: Pick<AgentDeps, 'clock'>, of: () => Engine): AlertEngine {
  return new AlertEngine({
    clock,
    hostName: () => of().deps.hostName,
    newId: () => of().deps.randomText(),
    wordsOf: (instance) => wordsOf(of(), instance),
    changed: () => of().hub.partChanged('alerts'),
    tell: (kind, entry) => announce(of(), kind, entry),
  })
}

/** Asks the rules when something was measured or has changed. Returns the desk, and the clean-up. */
export function openAlerts(engine: Engine): { desk: AlertsDesk; begin: () => () => void } {
  return { desk: { ...openDesk(engine.alerting), ...deliveryDesk(engine) }, begin: () => watchAlerts(engine) }
}

function watchAlerts(engine: Engine): () => void {
  const { clock } = engine.deps
  const { alerting } = engine
  let configuration: Engine['configuration']
  let lastMs = clock.monotonicMs()
  let cancelSoon: (() => void) | undefined
  let looks = 0

  /** Rules and services as the files have them now. */
  const refresh = (): void => {
    if (engine.configuration === configuration) return
    configuration = engine.configuration
    const isOn = configuration?.agent.alerts.enabled ?? true
    alerting.setRules(
      rulesOf(configuration?.alerting.rules ?? new Map()).map((rule) => (isOn ? rule : { ...rule, enabled: false })),
    )
    for (const unit of engine.supervisor.units()) engine.unasked.add(unit.instance)
  }
  const takeChanges = (): ReadonlySet<string> => {
    const instances = new Set(engine.unasked)
    engine.unasked.clear()
    for (const instance of instances) alerting.setService(instance, factsOf(engine, instance))
    return instances
  }
  const look = (): void => {
    lastMs = clock.monotonicMs()
    looks += 1
    refresh()
    takeChanges()
    alerting.take(engine.metrics.latest())
    if (looks % forgetEvery === 0) alerting.forget()
  }
  const askSoon = (): void => {
    cancelSoon ??= clock.after(soonMs, () => {
      cancelSoon = undefined
      refresh()
      alerting.ask(takeChanges())
    })
  }
  engine.onUnasked = askSoon
  const stopNoting = engine.eventLog.onAppend(({ service, kind }) => {
    if (!kind.startsWith('alert.')) alerting.noteEvent(service, kind)
  })
  const stopSweeps = engine.metrics.onSweep(look)
  let cancelTick = (): void => {}
  const tick = (): void => {
    cancelTick = clock.after(tickMs, () => {
      if (clock.monotonicMs() - lastMs >= tickMs) look()
      tick()
    })
  }
  tick()
  askSoon()
  return () => {
    engine.onUnasked = () => {}
    cancelSoon?.()
    cancelTick()
    stopNoting()
    stopSweeps()
  }
}

function factsOf(engine: Engine, instance: string): ServiceFacts | undefined {
  const view = viewOfInstance(engine, instance)
  const spec = view && engine.specs.get(view.service)
  if (!view || !spec) return undefined
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
    health: view.health,
    desired: view.desired,
    reason: view.reason.code,
    memoryLimitBytes: spec.resources.memoryBytes,
  }
}

function wordsOf(engine: Engine, instance: string): ServiceWords | undefined {
  const view = viewOfInstance(engine, instance)
  if (!view) return undefined
  const { why, reason, app, groups, tags } = view
  return { why: { why, reason: reason.text }, app, groups, tags }
}

function announce(engine: Engine, kind: 'alert.pending' | 'alert.firing' | 'alert.resolved', { alert }: Entry): void {
  const { id, name, severity, service, summary } = alert
  const text =
    kind === 'alert.resolved'
      ? `Resolved: ${summary}`
      : kind === 'alert.pending'
        ? `${summary} (not yet raised)`
        : summary
  engine.eventLog.append({
    kind,
    severity: kind === 'alert.firing' ? severity : 'info',
    ...(service === undefined ? {} : { service }),
    text: `${name}: ${text}`,
    alert: id,
    author: 'agent',
  })
}
