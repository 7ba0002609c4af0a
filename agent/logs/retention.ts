// Worker-side: uses node:fs directly, see files.ts.
import fs from 'node:fs'
import { join } from 'node:path'
import type { LogSpec } from '../config/index.ts'
import { errorCode, listFiles, listSegments, readHeader } from './files.ts'
import type { History } from './history.ts'
import { segmentFile } from './names.ts'

const longestPeriodMs = 60_000
const shortestPeriodMs = 1000
/** Folders of services that are not running are looked at so often. */
const idlePeriodMs = 3_600_000
/** What no configuration names any more is kept so long after its last line, so that one-off runs do not pile up. */
const forgottenAfterMs = 30 * 86_400_000

export interface RetentionOptions {
  root: string
  nowMs(): number
  /** Of the instances that are being written. */
  histories: ReadonlyMap<string, History>
  makeHistory(facts: { instance: string; service: string }, spec: LogSpec): History
}

/** Removes lines by age. Removing by number is done where segments are begun. */
export class Retention {
  readonly #options: RetentionOptions
  #specs: ReadonlyMap<string, LogSpec> | undefined
  #timer: NodeJS.Timeout | undefined
  #idleDueAtMs = 0

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  configure(specs: ReadonlyMap<string, LogSpec>): void {
    this.#specs = specs
    const shortestAgeMs = Math.min(...[...specs.values()].map(({ maxAgeMs }) => maxAgeMs ?? Number.POSITIVE_INFINITY))
    const periodMs = Math.max(shortestPeriodMs, Math.min(longestPeriodMs, shortestAgeMs / 4))
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.run(), periodMs)
    this.#timer.unref()
    this.#idleDueAtMs = 0
  }

  run(): void {
    const { histories, nowMs } = this.#options
    for (const history of histories.values()) if (history.spec.maxAgeMs !== undefined) history.retain()
    if (nowMs() < this.#idleDueAtMs) return
    this.#idleDueAtMs = nowMs() + idlePeriodMs
    this.#retainIdle()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** What cannot be removed now is tried again in an hour. */
  #forget(folder: string): void {
    try {
      fs.rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      if (!['EROFS', 'EACCES', 'EPERM', 'EBUSY', 'ENOTEMPTY'].includes(errorCode(error))) throw error
    }
  }

  #retainIdle(): void {
    const { root, histories, makeHistory, nowMs } = this.#options
    for (const name of listFiles(root)) {
      const folder = join(root, name)
      const header = readHeader(folder)
      if (!header || histories.has(header.instance)) continue
      const spec = this.#specs?.get(header.service)
      if (this.#specs && !spec && nowMs() - newestMs(folder) > forgottenAfterMs) {
        this.#forget(folder)
        continue
      }
      const history = makeHistory(header, spec ?? header.spec)
      history.retain()
      history.close()
    }
  }
}

function newestMs(folder: string): number {
  const newest = listSegments(folder).at(-1) ?? 0
  const stats = fs.lstatSync(join(folder, segmentFile(newest, 'idx')), { throwIfNoEntry: false })
  return stats?.mtimeMs ?? Date.now()
}
