import type { Sweep } from '../metrics/index.ts'
import { freeShare } from '../os/index.ts'
import { correlated } from '../trace.ts'
import { type Engine, traceFor } from './engine.ts'
import { logSpecs } from './files.ts'
import { nextTightness, overLimit, tighteningText } from './guards.ts'

const lookEveryMs = 60_000

/** Puts right what the agent can by itself: services over their memory limit, a disk that fills. Returns the clean-up. */
export function openGuards(engine: Engine): () => void {
  const stopMemory = engine.metrics.onSweep(memoryGuard(engine))
  const stopDisk = guardDisk(engine)
  return () => {
    stopMemory()
    stopDisk()
  }
}

/** Where no cgroup holds a service to its limit, it is restarted when it has been over it in two looks in a row. */
function memoryGuard(engine: Engine): (sweep: Sweep) => void {
  let before: ReadonlySet<string> = new Set()
  let seen: Sweep['services'] | undefined
  return ({ services }) => {
    if (services === seen && before.size === 0) return
    seen = services
    const now = new Set<string>()
    for (const [instance, { memory_bytes: memoryBytes }] of services) {
      if (memoryBytes === undefined) continue
      const unit = engine.supervisor.unit(instance)
      const limitBytes = unit && engine.specs.get(unit.service)?.resources.memoryBytes
      if (unit?.phase !== 'running' || limitBytes === undefined || memoryBytes <= limitBytes) continue
      // A run that has begun since the last look has to be seen twice itself.
      const key = `${instance}\0${unit.generation}`
      now.add(key)
      if (!before.has(key)) continue
      const text = overLimit(memoryBytes, limitBytes)
      const trace = traceFor(engine)
      engine.eventLog.append({
        kind: 'service.recovered',
        severity: 'warning',
        service: instance,
        text: `${instance} is restarted: ${text}`,
        author: 'agent',
        ...correlated(trace),
      })
      engine.supervisor.send(instance, { type: 'unhealthy', reason: { code: 'memory-limit', text }, trace })
    }
    before = now
  }
}

/** While the disk of the data directory is nearly full, less is kept: never of the configuration, secrets or audit. */
function guardDisk(engine: Engine): () => void {
  const { clock, dataDir, store, logs } = engine.deps
  let cancel = (): void => {}
  let ended = false
  const look = async (): Promise<void> => {
    const share = await freeShare(dataDir)
    if (ended) return
    const level = nextTightness(engine.tightness, share)
    if (level !== engine.tightness) {
      const text = tighteningText(engine.tightness, level, share ?? 0, dataDir)
      engine.tightness = level
      logs.configure(logSpecs(engine))
      store.keepFewerEvents(level >= 3)
      engine.eventLog.append({
        kind: 'agent.recovered',
        severity: level > 0 ? 'warning' : 'info',
        text,
        author: 'agent',
      })
    }
    cancel = clock.after(lookEveryMs, () => void look())
  }
  cancel = clock.after(lookEveryMs, () => void look())
  return () => {
    ended = true
    cancel()
  }
}
