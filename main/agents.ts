import { setTimeout as delay } from 'node:timers/promises'
import { AgentHeldError, type AgentOptions, type RunningAgent, runAgent } from '../agent/app.ts'
import type { Caller } from '../agent/caller.ts'
import { endAhead } from '../agent/os/index.ts'
import { readAgentFile, readToken, servePort } from '../agent/server/index.ts'
import { messageOf } from '../contract/index.ts'
import { attach } from './attach.ts'
import { Mirror } from './mirror.ts'
import type { PanelOptions } from './options.ts'
import type { PanelAgent } from './panelagent.ts'

type OwnOptions = PanelOptions & Pick<AgentOptions, 'giveWay' | 'keychain'>

type Found = (agent: PanelAgent) => void

const attachTries = 50
const attachPauseMs = 200

/**
 * Runs an agent here, or joins the one that holds the data directory. `found` is told of it as soon as it can be asked;
 * what is returned resolves when it has begun.
 */
export async function openAgent(options: OwnOptions, caller: Caller, found: Found): Promise<void> {
  try {
    await openOne(options, caller, found)
  } finally {
    endAhead()
  }
}

async function openOne(options: OwnOptions, caller: Caller, found: Found): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const onKnown = (running: RunningAgent): void => found(ownAgent(running, caller))
      await runAgent({ ...options, handleSignals: false, stderr: false, onKnown })
      return
    } catch (error) {
      if (!(error instanceof AgentHeldError)) throw error
      const joined = await joinAgent(error)
      if (joined) return found(joined)
      if (tries === attachTries) throw error
      // It is about to answer, or about to let go.
      await delay(attachPauseMs)
    }
  }
}

/** A file that an earlier agent left must not be given this one's token. */
async function joinAgent({ dataDir, pid }: Pick<AgentHeldError, 'dataDir' | 'pid'>): Promise<PanelAgent | undefined> {
  const file = readAgentFile(dataDir)
  const token = readToken(dataDir)
  if (!file || token === undefined || !isOurs(file.pid, pid)) return undefined
  const joined = await attach(file.url, token, dataDir)
  return joined && { ...joined, rejoin: () => joinAgent({ dataDir, pid: undefined }) }
}

function isOurs(pid: number, holder: number | undefined): boolean {
  if (holder !== undefined) return pid === holder
  try {
    return process.kill(pid, 0)
  } catch {
    // It is gone, or it is another user's.
    return false
  }
}

function ownAgent(running: RunningAgent, caller: Caller): PanelAgent {
  const { core } = running
  const mirror = new Mirror()
  const ended = new AbortController()
  void running.closed.then(() => ended.abort())
  void followCore(core, mirror, ended.signal)
  return {
    own: true,
    dataDir: running.info.dataDir,
    services: () => mirror.list(),
    config: () => mirror.config,
    alerts: () => mirror.alerts,
    changes: (signal) => mirror.changes(signal),
    act: (name, verb) => core.act(name, verb, caller),
    actOnMany: async (names, verb) => {
      const outcomes = await core.actOnMany(names, verb, caller)
      return outcomes.flatMap((each) => ('error' in each ? { name: each.name, why: messageOf(each.error) } : []))
    },
    serve: (port, host) =>
      host === undefined
        ? servePort(running.router, port, caller)
        : servePort(running.remoteRouter(), port, caller, host),
    closed: running.closed,
    end: (services) => running.stop(services),
  }
}

async function followCore({ state }: RunningAgent['core'], mirror: Mirror, signal: AbortSignal): Promise<void> {
  for await (const message of state.watch(undefined, signal, 'background')) mirror.take(message)
}
