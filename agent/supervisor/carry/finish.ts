import type { Unit } from '../unit.ts'
import { type Carrier, dropRun, learn, noRoomText } from './carrier.ts'
import { runHooks } from './hooks.ts'
import { surroundings } from './surroundings.ts'

export async function finishRun(carrier: Carrier, unit: Unit): Promise<void> {
  const { instance, generation } = unit
  const run = carrier.runs.get(instance)
  const failed = unit.end !== null && unit.askedToStopAtMs === null
  const noRoom = run !== undefined && failed && !carrier.deps.hasRoom()
  if (run) {
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
  if (noRoom) learnNoRoom(carrier, instance)
  carrier.deps.send(instance, { type: 'finished', generation, noRoom })
}

/** A program that cannot write its output as a rule ends: the disk is what is to be told of, not the program. */
function learnNoRoom(carrier: Carrier, instance: string): void {
  learn(carrier, instance, {
    startError: { what: 'log', code: 'ENOSPC', subject: instance, message: noRoomText, retryable: true },
  })
}

async function learnLastLines(carrier: Carrier, instance: string): Promise<void> {
  const { generation } = carrier.deps.unit(instance) ?? {}
  const lines = await carrier.deps.logs.lastLines(instance, 50).catch(() => [])
  // Started again meanwhile: these are no words of the new run.
  if (carrier.deps.unit(instance)?.generation !== generation) return
  learn(carrier, instance, { lastLines: lines.map(({ text }) => text) })
}
