import { messageOf } from '../../contract/failure.ts'
import type { BulkResult, RolloutVerb, Service } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { type FleetSide, isRepeated, type Operation } from '../fleet/index.ts'
import { actOnMany } from './bulk.ts'
import type { Engine } from './engine.ts'
import type { Operations } from './operations.ts'
import { getService, listServices } from './present.ts'

const mostServices = 10_000

/** What is done with services of a host, whether it is this one or another. */
export interface Door {
  list(host: string, author: string): Promise<Service[]>
  get(host: string, name: string, author: string): Promise<Service>
  /** Done once under the operation's name; what was refused of it is answered in words. */
  act(
    host: string,
    verb: RolloutVerb,
    names: readonly string[],
    operation: Operation,
    by: Pick<Caller, 'author' | 'trace'>,
  ): Promise<string[]>
}

export function openDoor(engine: Engine, fleet: Pick<FleetSide, 'call' | 'isSelf'>, operations: Operations): Door {
  const here: Door = {
    list: async () => [...listServices(engine)],
    get: async (_host, name) => getService(engine, name),
    async act(_host, verb, names, operation, by) {
      if (!(await operations.isNew(operation.name))) return []
      const caller: Caller = { ...by, role: 'admin' }
      const outcomes = await actOnMany(engine, names, verb, caller)
      return outcomes.flatMap((outcome) => ('error' in outcome ? sayRefusal(outcome.name, outcome.error) : []))
    },
  }
  const there: Door = {
    async list(host, author) {
      const { items } = (await fleet.call(host, ['services', 'list'], { limit: mostServices }, {}, { author })) as {
        items: Service[]
      }
      return items
    },
    get: async (host, name, author) =>
      (await fleet.call(host, ['services', 'get'], { name }, {}, { author })) as Service,
    async act(host, verb, names, operation, by) {
      try {
        const input = { verb, names }
        const answer = await fleet.call(host, ['services', 'act'], input, {}, by, operation)
        const { items } = answer as { items: BulkResult[] }
        return items.flatMap((item) => (item.ok ? [] : `${item.name}: ${item.problem.detail}`))
      } catch (error) {
        // What came of it is seen by looking.
        if (isRepeated(error)) return []
        throw error
      }
    },
  }
  const doorOf = (host: string): Door => (fleet.isSelf(host) ? here : there)
  return {
    list: async (host, author) => doorOf(host).list(host, author),
    get: async (host, name, author) => doorOf(host).get(host, name, author),
    act: async (host, ...order) => doorOf(host).act(host, ...order),
  }
}

const sayRefusal = (name: string, error: unknown): string => `${name}: ${messageOf(error)}`

/** Whether it may well go better in a moment: the host does not answer, or is not known yet. */
export function isAway(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return code === 'UNAVAILABLE' || code === 'NOT_FOUND'
}
