import { type FleetHost, needsAttention, type Service } from '../../contract/index.ts'

type Counts = FleetHost['services']
type Counted = Pick<Counts, 'running' | 'failing'>

/** Counts instances by how they do, looking only at those that have changed. */
export class Tally {
  readonly #takeChanged: () => ReadonlySet<string>
  readonly #viewOf: (instance: string) => Service | undefined
  readonly #counted = new Map<string, Counted>()
  #counts: Counts = { running: 0, failing: 0, total: 0 }

  /** @param takeChanged the instances that have changed, come or gone since it was last called */
  constructor(takeChanged: () => ReadonlySet<string>, viewOf: (instance: string) => Service | undefined) {
    this.#takeChanged = takeChanged
    this.#viewOf = viewOf
  }

  now(): Counts {
    const changed = this.#takeChanged()
    if (changed.size === 0) return this.#counts
    let { running, failing } = this.#counts
    for (const instance of changed) {
      const before = this.#counted.get(instance)
      const view = this.#viewOf(instance)
      const after = view && { running: Number(view.state === 'running'), failing: Number(needsAttention(view)) }
      running += (after?.running ?? 0) - (before?.running ?? 0)
      failing += (after?.failing ?? 0) - (before?.failing ?? 0)
      if (after) this.#counted.set(instance, after)
      else this.#counted.delete(instance)
    }
    this.#counts = { running, failing, total: this.#counted.size }
    return this.#counts
  }
}
