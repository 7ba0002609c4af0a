import { join } from 'node:path'
import { Sampler, SweepFeed } from '../metrics/index.ts'
import { currentEnv, hasRoom, listDir, statOf, userName } from '../os/index.ts'
import { Runner, Supervisor } from '../supervisor/index.ts'
import { newTrace } from '../trace.ts'
import { startErrorOf } from '../why/index.ts'
import { createAlerting } from './alerts.ts'
import { announceUnit, measured, unitChanged } from './changes.ts'
import { cookiePrefix, dataDirIdOf, serviceEnv } from './cookies.ts'
import { alertsPart, createDeliveries } from './deliveries.ts'
import { type AgentDeps, type Engine, markChanged } from './engine.ts'
import { EventLog } from './events.ts'
import { createMonitor, isHealthy } from './health.ts'
import { StateHub } from './hub.ts'
import { info } from './lifetime.ts'
import { intervalMsOf, measuredSelf, measuredUnit } from './metrics.ts'
import { portLookup } from './ports.ts'
import { listServices, viewOfInstance } from './present.ts'
import { recordOf, rememberOutcome, saveRecordQuietly } from './records.ts'
import { rangesOf } from './specs.ts'
import { Tally } from './tally.ts'
import { Unseen } from './unseen.ts'

/** Joins what decides, what carries out and what tells of it: they know each other only through the engine. */
export function assembleEngine(deps: AgentDeps): Engine {
  const unseen = new Unseen()
  const engine: Engine = {
    deps,
    env: currentEnv(),
    inherited: undefined,
    dataDirId: dataDirIdOf(deps.dataDir),
    eventLog: new EventLog(deps.store, deps.clock),
    hub: new StateHub(
      deps.clock,
      {
        service: (name) => viewOfInstance(engine, name),
        services: () => listServices(engine),
        agent: () => info(engine),
        host: () => engine.host,
        config: () => engine.status,
        alerts: () => alertsPart(engine),
      },
      () => engine.sampler.hurry(),
    ),
    supervisor: new Supervisor({
      clock: deps.clock,
      random: deps.random,
      newTrace: () => newTrace(deps.randomText),
      perform: (unit, effect) => engine.runner.perform(unit, effect),
      changed: (unit, before) => unitChanged(engine, unit, before),
      healthy: (service) => isHealthy(engine, service),
      cameDue: (unit, dueAtMs) => saveRecordQuietly(engine, { ...recordOf(engine, unit), lastDueAtMs: dueAtMs }),
    }),
    runner: createRunner(deps, () => engine),
    sampler: createSampler(deps, () => engine, unseen.follow()),
    metrics: new SweepFeed(),
    scraped: () => [],
    monitor: createMonitor(deps, () => engine),
    deliveries: createDeliveries(() => engine),
    desktopNotices: [],
    ...createAlerting(deps, () => engine),
    tracing: undefined,
    telemetryCounts: () => undefined,
    tightness: 0,
    unseen,
    onChange: () => {},
    specs: new Map(),
    records: new Map(),
    usage: new Map(),
    views: new Map(),
    tally: new Tally(unseen.follow(), (instance) => viewOfInstance(engine, instance)),
    lastAuthor: new Map(),
    unwell: new Map(),
    waiters: new Set(),
    transient: new Set(),
    cancelForgetting: undefined,
    leaving: new Set(),
    recalled: new Map(),
    watches: new Map(),
    configured: new Set([() => engine.sampler.hurry()]),
    order: [],
    configuration: undefined,
    status: { status: 'pending', files: [], diagnostics: [], appliedAt: null, revision: 0, changed: [], pending: null },
    host: null,
    stopping: false,
    toStop: new Map(),
    stoppingAll: false,
    reloading: Promise.resolve(),
    recovering: Promise.resolve(),
    unrecovered: undefined,
    running: undefined,
    seen: { files: {}, folders: {} },
    folder: '',
    lastRevision: 0,
  }
  return engine
}

function createRunner(deps: AgentDeps, of: () => Engine): Runner {
  return new Runner({
    platform: deps.platform,
    clock: deps.clock,
    logs: deps.logs,
    store: deps.store,
    newCookie: (instance) => `${cookiePrefix(of(), instance)}${deps.randomText()}`,
    specOf: (service) => of().specs.get(service),
    baseEnv: () => serviceEnv(of()),
    lookupEnv: () => of().env,
    send: (instance, event) => of().supervisor.send(instance, event),
    unit: (instance) => of().supervisor.unit(instance),
    announce: (unit, effect) => announceUnit(of(), unit, effect),
    remember: (unit) => rememberOutcome(of(), unit),
    factsChanged: (instance) => markChanged(of(), instance),
    describeStartError: (error, spec, resolved, env) =>
      startErrorOf(
        error,
        { program: resolved.command.argv[0] ?? '', path: env.PATH ?? '', cwd: resolved.cwd, ranges: rangesOf(spec) },
        { listDir, stat: statOf, userName },
      ),
    portLookup: (instance, spec, port) => portLookup(of(), instance, spec, port),
    onProblem: (what, error) => deps.log.error({ error: String(error) }, what),
    giveWay: deps.giveWay,
    hasRoom: () => hasRoom(join(deps.dataDir, 'spool')),
    statusFile: (cookie) => join(deps.dataDir, 'spool', `${cookie}.status`),
  })
}

function createSampler(deps: AgentDeps, of: () => Engine, takeUnseen: () => ReadonlySet<string>): Sampler {
  return new Sampler({
    platform: deps.platform,
    clock: deps.clock,
    hostName: deps.hostName,
    intervalMs: () => intervalMsOf(of()),
    enabled: () => of().configuration?.agent.metrics.enabled ?? true,
    watched: () => of().hub.watched,
    runs: () => of().runner.runs(),
    begun: () => of().runner.begun,
    onUsage: (usage) => measured(of(), usage),
    onHost: (host) => {
      of().host = host
      of().hub.partChanged('host')
    },
    onLook: (look) =>
      of().metrics.add({
        ...look,
        changed: takeUnseen(),
        unitOf: (instance) => measuredUnit(of(), instance),
        self: measuredSelf(of(), look),
        scraped: of().scraped(),
      }),
    onProblem: (problem) => deps.log.warn({ error: String(problem) }, 'measuring failed'),
  })
}
