import { join } from 'node:path'
import type { DevServer } from '../../contract/index.ts'
import { CoreError } from '../core.ts'
import { type DevServerDesk, devServerCommand, installHint, loadFleet } from '../fleet/index.ts'
import { currentEnv, pause, readTextNow } from '../os/index.ts'
import { act } from './commands.ts'
import type { Engine } from './engine.ts'
import { runOnce } from './once.ts'
import { getService } from './present.ts'

const taskName = 'fleet-dev'
const usualPort = 4222
/** So many ports behind the usual one are tried where others listen. */
const mostPorts = 20
const answersWithinMs = 20_000
const lookEveryMs = 200

/** A NATS server on loopback, run as a command that is run once: it is seen among the services, with its lines. */
export function openDevServer(engine: Engine, closing: AbortSignal): DevServerDesk {
  const { clock, dataDir, platform, randomText } = engine.deps
  const folder = join(dataDir, 'fleet-dev')
  const task = () => (engine.specs.has(taskName) ? getService(engine, taskName) : undefined)
  const get = (): DevServer => {
    const found = task()
    if (found?.state === 'running' || found?.state === 'starting')
      return { state: 'running', url: urlIn(folder), text: `Runs as ${taskName}, for this machine alone.` }
    const hasEnded = found?.state === 'failed' || found?.state === 'completed'
    return { state: 'stopped', url: null, text: hasEnded ? (found.why?.sentence ?? found.reason.text) : '' }
  }
  const isFree = async (port: number): Promise<boolean> => (await platform.portHolder(port)) === undefined

  async function freePort(): Promise<number> {
    for (let port = usualPort; port < usualPort + mostPorts; port += 1) if (await isFree(port)) return port
    throw new CoreError(
      'CONFLICT',
      `Somebody listens on each port from ${usualPort} to ${usualPort + mostPorts - 1}.`,
      {
        reason: 'port',
      },
    )
  }

  /** Until it answers, has ended, or is given up. */
  async function answering(): Promise<DevServer> {
    const { tryAccess } = await loadFleet()
    const untilMs = clock.monotonicMs() + answersWithinMs
    for (;;) {
      const now = get()
      if (now.url === null || closing.aborted || clock.monotonicMs() > untilMs) return now
      const { ok } = await tryAccess({ servers: [now.url], name: 'hxe fleet-dev' }, randomText(), clock)
      if (ok) return get()
      await pause(clock, lookEveryMs, closing)
    }
  }

  return {
    get,
    async start(wanted, caller) {
      if (get().state === 'running') return answering()
      if (wanted !== undefined && !(await isFree(wanted)))
        throw new CoreError('CONFLICT', `Somebody listens on port ${wanted} already.`, { reason: 'port' })
      const argv = await devServerCommand(folder, wanted ?? (await freePort()), currentEnv())
      if (!argv) return { state: 'missing', url: null, text: `nats-server is not installed. ${installHint}` }
      if (task()) await act(engine, taskName, 'start', caller)
      else await runOnce(engine, { argv, name: taskName }, caller)
      return answering()
    },
    async stop(caller) {
      if (get().state === 'running') await act(engine, taskName, 'stop', caller)
      return get()
    },
  }
}

/** Where the server of the file that was written last listens. */
function urlIn(folder: string): string | null {
  try {
    const port = /^port: (\d+)$/m.exec(readTextNow(join(folder, 'nats-server.conf')))?.[1]
    return port === undefined ? null : `nats://127.0.0.1:${port}`
  } catch {
    // A server of that name that is not ours.
    return null
  }
}
