import type { Delivery } from '../../../contract/index.ts'

interface Counts {
  waiting: number
  delivered: number
  gaveUp: number
  lastDelivery: Delivery | null
}

const none: Counts = { waiting: 0, delivered: 0, gaveUp: 0, lastDelivery: null }
const fields = { waiting: 'waiting', delivered: 'delivered', 'gave-up': 'gaveUp' } as const

/** How many messages each notification has had, kept in step with the store. */
export class Tally {
  readonly #counts = new Map<string, Counts>()

  /** What the store says when it is opened. */
  know(notification: string, state: string, count: number, last: Delivery | undefined): void {
    const counts = this.of(notification)
    const field = fields[state as keyof typeof fields]
    if (!field) return
    const isNewer = last && (!counts.lastDelivery || counts.lastDelivery.createdAt < last.createdAt)
    const lastDelivery = isNewer ? last : counts.lastDelivery
    this.#counts.set(notification, { ...counts, [field]: count, lastDelivery })
  }

  add(delivery: Delivery): void {
    const counts = this.of(delivery.notification)
    this.#counts.set(delivery.notification, { ...counts, waiting: counts.waiting + 1, lastDelivery: delivery })
  }

  /** One that waited was tried. */
  change(delivery: Delivery): void {
    const counts = this.of(delivery.notification)
    const moved = { ...counts, waiting: counts.waiting - 1 }
    moved[fields[delivery.state]] += 1
    const { lastDelivery } = counts
    const isLast = !lastDelivery || lastDelivery.id === delivery.id || lastDelivery.createdAt <= delivery.createdAt
    this.#counts.set(delivery.notification, { ...moved, lastDelivery: isLast ? delivery : lastDelivery })
  }

  /** One that was given up waits again. */
  retry(delivery: Delivery): void {
    const counts = this.of(delivery.notification)
    const isLast = counts.lastDelivery?.id === delivery.id
    const lastDelivery = isLast ? delivery : counts.lastDelivery
    const moved = { waiting: counts.waiting + 1, gaveUp: Math.max(0, counts.gaveUp - 1), lastDelivery }
    this.#counts.set(delivery.notification, { ...counts, ...moved })
  }

  of(notification: string): Counts {
    return this.#counts.get(notification) ?? none
  }
}
