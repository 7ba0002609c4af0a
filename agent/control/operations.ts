import { CoreError } from '../core.ts'
import type { Clock } from '../os/index.ts'
import type { Store } from '../store/index.ts'

/** Longer than any command waits for its host, so that none that comes late is done twice. */
const rememberedMs = 8 * 24 * 3_600_000
/** A caller that makes names without end is not obeyed. */
const mostOperations = 20_000

interface OperationRecord {
  op: string
  atMs: number
}

/** Operations that this host was given by name. Each is on disk before it is begun: at most once, whatever happens then. */
export class Operations {
  readonly #store: Pick<Store, 'kept' | 'keep'>
  readonly #clock: Clock
  #known: Map<string, number> | undefined

  constructor(store: Pick<Store, 'kept' | 'keep'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** @throws UNAVAILABLE where it cannot be written down; then it must not be begun */
  async isNew(op: string): Promise<boolean> {
    this.#known ??= this.#load()
    const known = this.#known
    if (known.has(op)) return false
    const atMs = this.#clock.nowMs()
    this.#forget(known, atMs)
    if (known.size >= mostOperations) {
      const message = `This host was given ${mostOperations} operations within days; it takes no more by name`
      throw new CoreError('UNAVAILABLE', message, { part: 'fleet' })
    }
    known.set(op, atMs)
    try {
      await this.#store.keep('operation', op, JSON.stringify({ op, atMs } satisfies OperationRecord))
    } catch (error) {
      known.delete(op)
      throw new CoreError('UNAVAILABLE', `Not begun, since it could not be written down: ${String(error)}`, {
        part: 'store',
      })
    }
    return true
  }

  #load(): Map<string, number> {
    const records = this.#store.kept('operation').map((text) => JSON.parse(text) as OperationRecord)
    records.sort((a, b) => a.atMs - b.atMs)
    return new Map(records.map(({ op, atMs }) => [op, atMs]))
  }

  #forget(known: Map<string, number>, nowMs: number): void {
    for (const [op, atMs] of known) {
      if (nowMs - atMs < rememberedMs) return
      known.delete(op)
      // One that stays on disk harms nobody, and is tried again by the next run.
      this.#store.keep('operation', op, null).catch(() => undefined)
    }
  }
}
