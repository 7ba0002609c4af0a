import type { Unit } from '../unit.ts'
import { type Carrier, dropRun, learn } from './carrier.ts'
import { runHooks } from './hooks.ts'
import { surroundings } from './surroundings.ts'

export async function finishRun(carrier: Carrier, unit: Unit): Promise<void> {
  const { instance, generation } = unit
  const run = carrier.runs.get(instance)
  if (run) {
    const failed = unit.end !== null && unit.askedToStopAtMs === null
    const lines = failed ? learnLastLines(carrier, instance) : Promise.resolve()
    // Its last words belong to the event of giving up; a start that may follow at once does not wait for them.
    const { delayMs, maxRetries } = run.spec.restart
    if (delayMs > 0 || unit.attempt >= maxRetries) await lines
    dropRun(carrier, run)
    const where =
      run.resolved && run.env ? { resolved: run.resolved, env: run.env } : surroundings(carrier, instance, run.spec)
    const hooks = where?.resolved.hooks.postStop ?? []
    if (hooks.length > 0)
      await runHooks(carrier, unit, { ...run, ...where, abort: new AbortController() }, 'post_stop', hooks)
  }
  carrier.deps.send(instance, { type: 'finished', generation })
}

async function learnLastLines(carrier: Carrier, instance: string): Promise<void> {
  const { generation } = carrier.deps.unit(instance) ?? {}
  const lines = await carrier.deps.logs.lastLines(instance, 50).catch(() => [])
  // Started again meanwhile: these are no words of the new run.
  if (carrier.deps.unit(instance)?.generation !== generation) return
  learn(carrier, instance, { lastLines: lines.map(({ text }) => text) })
}
