import type { Reason } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { Outcome, Verb } from '../core.ts'
import type { Unit } from '../supervisor/index.ts'
import { eachAtOnce } from '../together.ts'
import type { Trace } from '../trace.ts'
import { act } from './commands.ts'
import { type Engine, traceFor } from './engine.ts'
import { findUnits } from './find.ts'
import { askToStop, stopIfLetGo } from './ordered.ts'
import { getService } from './present.ts'
import { saveWish } from './records.ts'

/** Reloads run commands of the services: so many at once. */
const mostReloads = 16

/** Does one thing with many services: each is refused, or not, by itself. */
export async function actOnMany(
  engine: Engine,
  names: readonly string[],
  verb: Verb,
  given: Caller,
): Promise<Outcome[]> {
  const distinct = [...new Set(names)]
  // One request is one cause, however many services it names.
  const caller = { ...given, trace: traceFor(engine, given) }
  if (verb === 'stop') return stopMany(engine, distinct, caller)
  const outcomes = new Map<string, Outcome>()
  const ordered = inOrderOfNeed(engine, distinct)
  await eachAtOnce(ordered, verb === 'reload' ? mostReloads : ordered.length, async (name) => {
    outcomes.set(name, await outcomeOf(name, act(engine, name, verb, caller)))
  })
  return distinct.flatMap((name) => outcomes.get(name) ?? [])
}

/** Stops dependents before what they need: what is still needed goes on until those have ended. */
async function stopMany(
  engine: Engine,
  names: readonly string[],
  { author, trace }: Caller & { trace: Trace },
): Promise<Outcome[]> {
  const text = `Stopped by ${author}`
  const reason: Reason = { code: 'stopped-by-user', text }
  const found = new Map<string, Unit[]>()
  const outcomes = new Map<string, Outcome>()
  for (const name of names) {
    try {
      found.set(name, findUnits(engine, name))
    } catch (error) {
      outcomes.set(name, { name, error })
    }
  }
  const units = [...found.values()].flat()
  for (const unit of units) {
    engine.lastAuthor.set(unit.instance, author)
    askToStop(engine, unit, { reason, trace })
  }
  await Promise.all(
    [...found].map(async ([name, own]) => {
      const done = saveWish(engine, own, 'down', reason, trace).then(() => getService(engine, name))
      outcomes.set(name, await outcomeOf(name, done))
    }),
  )
  for (const { instance } of units) stopIfLetGo(engine, instance)
  return names.flatMap((name) => {
    const outcome = outcomes.get(name)
    return outcome && 'service' in outcome ? { name, service: getService(engine, name) } : (outcome ?? [])
  })
}

async function outcomeOf(
  name: string,
  done: Promise<Extract<Outcome, { service: unknown }>['service']>,
): Promise<Outcome> {
  try {
    return { name, service: await done }
  } catch (error) {
    return { name, error }
  }
}

/** What others need comes before them, also where it needs what is not among the names. */
function inOrderOfNeed(engine: Engine, names: readonly string[]): string[] {
  const places = new Map<string, number>()
  const visit = (service: string): void => {
    if (places.has(service)) return
    places.set(service, -1)
    for (const { service: needed } of engine.specs.get(service)?.dependsOn ?? []) visit(needed)
    places.set(service, places.size)
  }
  const serviceOf = (name: string): string => engine.supervisor.unit(name)?.service ?? name
  for (const name of names) visit(serviceOf(name))
  return [...names].sort((a, b) => (places.get(serviceOf(a)) ?? 0) - (places.get(serviceOf(b)) ?? 0))
}
