import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { AgentInfo } from '../contract/index.ts'
import { defaultConfigPaths, type LoadOptions, openConfigWorker } from './config/index.ts'
import { Agent, dataDirIdOf, readFirst } from './control/index.ts'
import type { Core } from './core.ts'
import { defaultDataDir } from './datadir.ts'
import { createLogger, type LogLevel, redact } from './logger.ts'
import { createLogs } from './logs/index.ts'
import { modeOf } from './mode.ts'
import {
  type Clock,
  createPlatform,
  currentEnv,
  distPath,
  ensurePrivateDir,
  type Platform,
  releaseMemory,
  systemClock,
  tuneHeaps,
} from './os/index.ts'
import { Credentials, type Keychain, openVault } from './secrets/index.ts'
import { type AgentRouter, createServer, ensureToken, loadHttp, readAgentFile, writeAgentFile } from './server/index.ts'
import { openStore } from './store/index.ts'
import { correlated, type Trace } from './trace.ts'
import { version } from './version.ts'

export interface AgentOptions {
  /** Files and folders; the platform's configuration folder when empty. */
  configPaths: string[]
  /** Values of variables from the command line, and files of them. */
  variables?: Readonly<Record<string, string>>
  variableFiles?: readonly string[]
  dataDir?: string
  port?: number
  logLevel?: string
  /** What happens by itself when files change; else `HXE_MODE` says so. */
  mode?: string
  /** SIGTERM and SIGINT end the agent; off where a host process decides. */
  handleSignals?: boolean
  /** What a start lets go first, as a window that opens; undefined where there is nothing. */
  giveWay?: () => Promise<void> | undefined
  /** Told as soon as it is known what runs: the agent can be asked, and starts what the files want. */
  onKnown?: (running: RunningAgent) => void
  /** Of the window's computer; an agent without a window has none. */
  keychain?: Keychain
  /** Own log lines on stderr as well as in `agent.log`. */
  stderr?: boolean
}

export interface RunningAgent {
  info: AgentInfo
  core: Core
  router: AgentRouter
  /** The same, answered by the host of the fleet that is named with the call. */
  remoteRouter(): AgentRouter
  /** A one-time address of the panel for a browser. */
  signInUrl(): { url: string; expiresAt: string }
  /** Resolves with the exit code when everything is closed. */
  closed: Promise<number>
  stop(services?: 'stop' | 'keep'): Promise<void>
}

/** Another agent has this data directory. */
export class AgentHeldError extends Error {
  override name = 'AgentHeldError'
  readonly dataDir: string
  readonly pid: number | undefined
  readonly url: string | undefined
  constructor(dataDir: string, pid: number | undefined, url: string | undefined) {
    const who = pid === undefined ? 'Another agent' : `The agent with pid ${pid}`
    super(`${who} runs on ${dataDir} already. Use it, or stop it first, or give another --data-dir.`)
    this.dataDir = dataDir
    this.pid = pid
    this.url = url
  }
}

const teardownLimitMs = 5_000
/** By then the first starts are done, and what they took of memory lies idle. */
const settledAfterMs = 5_000

/** Set-up steps and how to undo them, last first; one that fails does not keep the others from being undone. */
class Teardown {
  readonly #steps: { name: string; undo: () => unknown }[] = []

  add(name: string, undo: () => unknown): void {
    this.#steps.push({ name, undo })
  }

  async run(onProblem: (name: string, error: unknown) => void): Promise<void> {
    for (const { name, undo } of this.#steps.splice(0).reverse()) {
      let cancel = (): void => {}
      const limit = new Promise<never>((_resolve, reject) => {
        cancel = systemClock.after(teardownLimitMs, () => reject(new Error('took too long')))
      })
      await Promise.race([Promise.resolve().then(undo), limit]).catch((error: unknown) => onProblem(name, error))
      cancel()
    }
  }
}

/** The starter set, which the build puts beside the bundle. */
const starterDir = (): string => distPath('configs', 'starter')

/**
 * Runs an agent in this process until it is told to end.
 * @throws {AgentHeldError} when another agent holds the data directory
 * @throws {ModeError} for a mode that there is not
 * @throws {PortTakenError} when a port was asked for and is taken
 */
export async function runAgent(options: AgentOptions): Promise<RunningAgent> {
  tuneHeaps()
  const clock = systemClock
  const env = currentEnv()
  const mode = modeOf(options.mode, env.HXE_MODE)
  const teardown = new Teardown()
  const startedAt = new Date(clock.nowMs()).toISOString()
  const configWorker = openConfigWorker({ clock, onIdle: releaseMemory })
  teardown.add('configuration reader', () => configWorker.close())
  const given = options.configPaths.length > 0
  const paths = given ? options.configPaths : defaultConfigPaths(env, process.platform, process.getuid?.())
  const [firstPath] = paths
  if (!given && !env.HXE_CONFIG && firstPath) await configWorker.createStarterIfEmpty(firstPath, starterDir())
  const loadOptions: LoadOptions = {
    paths: paths.map((path) => resolve(path)),
    withFleet: true,
    env,
    ...(options.variables === undefined ? {} : { variables: options.variables }),
    ...(options.variableFiles === undefined
      ? {}
      : { variableFiles: options.variableFiles.map((file) => resolve(file)) }),
  }

  const abandon = async (error: unknown): Promise<never> => {
    await teardown.run(() => undefined)
    throw error
  }
  try {
    const dataDir = resolve(
      options.dataDir ??
        env.HXE_DATA_DIR ??
        (await configuredDataDir(configWorker, loadOptions)) ??
        defaultDataDir(env, process.platform, process.getuid?.()),
    )
    await ensurePrivateDir(dataDir)
    const platform = createPlatform({ dataDirId: dataDirIdOf(dataDir) })
    teardown.add('platform', () => platform.close())
    const lock = await takeLock(platform, clock, join(dataDir, 'lock'))
    if ('heldBy' in lock) throw new AgentHeldError(dataDir, lock.heldBy, readAgentFile(dataDir)?.url)
    teardown.add('lock', () => lock.release())
    // Whose each process is has to be read out of it, once: what recovers runs then finds most of it known.
    void platform.findByCookie(`${dataDirIdOf(dataDir)}.`).catch(() => undefined)

    const token = await ensureToken(dataDir)
    let hideSecrets = redact([token])
    const { log, close: closeLog } = createLogger({
      dataDir,
      clean: (line) => hideSecrets(line),
      level: levelOf(options.logLevel ?? env.HXE_AGENT__LOG_LEVEL),
      stderr: options.stderr ?? true,
    })
    teardown.add('log', closeLog)
    // Each waits for a worker of its own, so they open side by side.
    const reading = readFirst({ dataDir, configWorker, loadOptions, log })
    reading.catch(() => undefined)
    const vault = openVault(dataDir)
    if (vault.problem !== undefined)
      log.error({}, `the history of the configuration is not available: ${vault.problem}`)
    const opening = openStore({ dataDir, clock, vault })
    opening.catch(() => undefined)
    teardown.add('store', async () => (await opening).close())
    const openingLogs = createLogs({ dataDir, clock })
    openingLogs.catch(() => undefined)
    teardown.add('logs', async () => (await openingLogs).close())
    // This thread has nothing else to do meanwhile.
    await loadHttp()
    const logs = await openingLogs
    const store = await opening
    const credentials = new Credentials({ shelf: store, vault, keychain: options.keychain })

    const author = userInfo().username
    let url = ''
    let finish: (services: 'stop' | 'keep', trace: Trace) => void = () => {}
    const agent = new Agent({
      platform,
      clock,
      logs,
      store,
      configWorker,
      loadOptions,
      mode,
      dataDir,
      random: Math.random,
      randomText: () => randomBytes(8).toString('hex'),
      author,
      log,
      clean: (text) => hideSecrets(text),
      hide: (secrets) => {
        hideSecrets = redact([token, ...secrets, ...credentials.values()])
      },
      credentials,
      hostName: hostname(),
      giveWay: options.giveWay ?? (() => undefined),
      info: () => ({ version, pid: process.pid, url, dataDir, startedAt }),
      onShutdown: (services, trace) => finish(services, trace),
    })
    const server = await createServer(agent, {
      token,
      author,
      version,
      log,
      clock,
      holderOf: (port) => platform.portHolder(port),
      ...(options.port === undefined ? {} : { port: options.port }),
    })
    url = server.url
    teardown.add('server', () => server.close())
    // Node's fetch comes with it, which a window's first call would load; just now only the reader of files is waited for.
    if (options.giveWay) void globalThis.FormData
    const recovered = await agent.recover(await reading)
    teardown.add('supervisor', () => agent.end())

    let code = 0
    const closed = new Promise<number>((resolveClosed) => {
      let ending = false
      finish = (services, trace) => {
        if (ending) return
        ending = true
        const stopped = services === 'stop' ? agent.stopAll(trace) : Promise.resolve()
        stopped
          .catch((error: unknown) => {
            code = 1
            log.error({ error: String(error), ...correlated(trace) }, 'services could not be stopped')
          })
          .then(() => log.info({ services, ...correlated(trace) }, 'the agent ends'))
          .then(() => teardown.run((name, error) => log.error({ error: String(error) }, `${name} did not close`)))
          .finally(() => resolveClosed(code))
      }
    })
    if (options.handleSignals ?? true) handleSignals(() => agent.shutdown(undefined))
    const running: RunningAgent = {
      info: agent.info(),
      core: agent,
      router: server.router,
      remoteRouter: () => server.remoteRouter(),
      signInUrl: () => server.signInUrl(),
      closed,
      async stop(services) {
        agent.shutdown(services)
        await closed
      },
    }
    const written = writeAgentFile(dataDir, { url, pid: process.pid, version })
    options.onKnown?.(running)
    await written
    await agent.begin(recovered)
    if (agent.info().stopping) return running
    agent.serveMetrics((endpoint) => server.serveMetrics(endpoint))
    agent.joinFleet(server.router)
    teardown.add('fleet', () => agent.leaveFleet())
    log.info({ url, dataDir, pid: process.pid }, 'the agent runs')
    teardown.add('memory', clock.after(settledAfterMs, releaseMemory))
    return running
  } catch (error) {
    return abandon(error)
  }
}

/** Whoever has just taken the lock needs a moment to write who it is. */
const holderWritesWithinMs = 2_000

async function takeLock(platform: Platform, clock: Clock, path: string): Promise<ReturnType<Platform['lockFile']>> {
  const deadlineMs = clock.monotonicMs() + holderWritesWithinMs
  for (;;) {
    const lock = platform.lockFile(path)
    if (!('heldBy' in lock) || lock.heldBy !== undefined || clock.monotonicMs() >= deadlineMs) return lock
    await new Promise<void>((resolve) => clock.after(20, resolve))
  }
}

async function configuredDataDir(
  worker: ReturnType<typeof openConfigWorker>,
  options: LoadOptions,
): Promise<string | undefined> {
  const { configuration } = await worker.loadConfiguration(options)
  return configuration?.agent.dataDir
}

/** The handlers stay until the process is gone: a second SIGTERM must not end it half way. */
function handleSignals(end: () => void): void {
  const ending = ['SIGTERM', 'SIGINT'] as const
  // SIGUSR1 would open Node's inspector, SIGHUP would end the agent: neither may.
  const ignored = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const
  const ignore = (): void => {}
  for (const signal of ending) process.on(signal, end)
  for (const signal of ignored) process.on(signal, ignore)
}

function levelOf(text: string | undefined): LogLevel {
  const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error']
  return levels.find((level) => level === text) ?? 'info'
}
