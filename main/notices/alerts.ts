import type { AlertsSummary } from '../../contract/index.ts'
import type { Notice } from './derive.ts'

export type DesktopNotice = NonNullable<AlertsSummary['notices']>[number]

/** What the panel has told of a service by itself is not told again by an alert within this time. */
const toldForMs = 2 * 60_000
/** Services that are remembered to have been told of. */
const mostTold = 1_000

/** Follows what alerts tell the desktop, so that each is shown once. */
export class AlertNotices {
  #seen: ReadonlySet<string> | undefined
  /** By path, when. */
  readonly #told = new Map<string, number>()

  /** The panel has told of this service itself. */
  noteTold(path: string, nowMs: number): void {
    this.#told.delete(path)
    this.#told.set(path, nowMs)
    const [oldest] = this.#told.keys()
    if (this.#told.size > mostTold && oldest !== undefined) this.#told.delete(oldest)
  }

  /** What is new; the first look says nothing, for it is no news. */
  look(notices: readonly DesktopNotice[], nowMs: number): Notice[] {
    const before = this.#seen
    this.#seen = new Set(notices.map(({ id }) => id))
    if (!before) return []
    return notices
      .filter(
        ({ id, path }) => !before.has(id) && nowMs - (this.#told.get(path) ?? Number.NEGATIVE_INFINITY) > toldForMs,
      )
      .map(({ title, text, path }) => ({
        key: `alert:${path}:${title}`,
        title,
        body: text === title ? '' : text,
        path,
      }))
  }
}
