import { join } from 'node:path'
import type { DevServer } from '../../contract/index.ts'
import { type DevServerDesk, devServerCommand, installHint, loadFleet } from '../fleet/index.ts'
import { currentEnv, pause } from '../os/index.ts'
import { act } from './commands.ts'
import type { Engine } from './engine.ts'
import { runOnce } from './once.ts'
import { getService } from './present.ts'

const taskName = 'fleet-dev'
const answersWithinMs = 15_000
const lookEveryMs = 200

/** A NATS server on loopback, run as a command that is run once: it is seen among the services, with its lines. */
export function openDevServer(engine: Engine, closing: AbortSignal): DevServerDesk {
  let url: string | null = null
  const task = () => (engine.transient.has(taskName) ? getService(engine, taskName) : undefined)
  const get = (): DevServer => {
    const found = task()
    const isRunning = found?.state === 'running' || found?.state === 'starting'
    if (isRunning) return { state: 'running', url, text: `Runs as ${taskName}, for this machine alone.` }
    const why = found?.state === 'failed' ? (found.why?.sentence ?? found.reason.text) : ''
    return { state: 'stopped', url: null, text: why }
  }

  return {
    get,
    async start(port, caller) {
      const folder = join(engine.deps.dataDir, 'fleet-dev')
      const argv = await devServerCommand(folder, port, currentEnv())
      if (!argv) return { state: 'missing', url: null, text: `nats-server is not installed. ${installHint}` }
      url = `nats://127.0.0.1:${port}`
      if (get().state !== 'running') {
        if (task()) await act(engine, taskName, 'start', caller)
        else await runOnce(engine, { argv, name: taskName }, caller)
      }
      const { tryAccess } = await loadFleet()
      const { clock, randomText } = engine.deps
      const untilMs = clock.monotonicMs() + answersWithinMs
      for (;;) {
        const { ok } = await tryAccess({ servers: [url], name: 'hxe fleet-dev' }, randomText(), clock)
        const now = get()
        if (ok || closing.aborted || now.state !== 'running' || clock.monotonicMs() > untilMs) return now
        await pause(clock, lookEveryMs, closing)
      }
    },
    async stop(caller) {
      if (get().state === 'running') await act(engine, taskName, 'stop', caller)
      return get()
    },
  }
}
