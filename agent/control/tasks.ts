import { CoreError } from '../core.ts'
import { isResting } from '../supervisor/index.ts'
import type { Engine } from './engine.ts'
import { logSpecs } from './files.ts'
import { forgetInstance } from './removal.ts'

/** What was run once and has ended can be looked at so long, */
const keptForMs = 24 * 3_600_000
/** and so many of them, the newest. Their lines stay like those of any service that no file describes. */
const mostEnded = 100
const mostAtOnce = 500

export interface EndedTask {
  name: string
  endedAtMs: number
}

/** Those that are to be forgotten now. */
export function outdated(
  ended: readonly EndedTask[],
  nowMs: number,
  limits = { count: mostEnded, ageMs: keptForMs },
): string[] {
  const newestFirst = [...ended].sort((one, other) => other.endedAtMs - one.endedAtMs)
  return newestFirst
    .filter(({ endedAtMs }, index) => index >= limits.count || nowMs - endedAtMs >= limits.ageMs)
    .map(({ name }) => name)
}

/** @throws CONFLICT when as many run as may */
export function refuseTooMany(engine: Engine): void {
  const running = engine.transient.size - endedTasks(engine).length
  if (running < mostAtOnce) return
  const text = `${running} commands that were run once have not ended, and more are not begun. Stop some: hxe list shows them`
  throw new CoreError('CONFLICT', text, { reason: 'too-many' })
}

/** Forgets what ended long ago or is one too many; looks again when the next one will be old. */
export function forgetOldTasks(engine: Engine): void {
  const { clock, logs } = engine.deps
  const names = outdated(endedTasks(engine), clock.nowMs())
  for (const name of names) {
    for (const { instance } of engine.supervisor.instancesOf(name)) forgetInstance(engine, instance)
    engine.transient.delete(name)
  }
  if (names.length > 0) {
    engine.order = engine.order.filter((name) => engine.specs.has(name))
    logs.configure(logSpecs(engine))
  }
  engine.cancelForgetting?.()
  engine.cancelForgetting = undefined
  const oldestMs = Math.min(...endedTasks(engine).map(({ endedAtMs }) => endedAtMs))
  if (!Number.isFinite(oldestMs)) return
  const inMs = Math.max(0, oldestMs + keptForMs - clock.nowMs())
  engine.cancelForgetting = clock.after(inMs, () => forgetOldTasks(engine))
}

function endedTasks(engine: Engine): EndedTask[] {
  return [...engine.transient].flatMap((name) => {
    const [unit] = engine.supervisor.instancesOf(name)
    // A file may describe a service of this name by now.
    const isEnded = unit && isResting(unit.phase) && !engine.configuration?.services.has(name)
    return isEnded ? [{ name, endedAtMs: unit.sinceMs }] : []
  })
}
