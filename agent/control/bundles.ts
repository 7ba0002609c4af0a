import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import type { BundlePreview, HostBundle } from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { fleetFolderName } from '../config/index.ts'
import { CoreError } from '../core.ts'
import { type BundleBucket, decideBundle, type Word } from '../fleet/index.ts'
import { ensurePrivateDir } from '../os/index.ts'
import { applyConfiguration } from './apply.ts'
import { changeOf, type HeldBundle, manifestPath, readHeld } from './bundlefiles.ts'
import type { Engine } from './engine.ts'
import { planConfiguration, tryFiles } from './plan.ts'

/** What comes by no sign: a word that was lost, a file that was changed while nobody took it over. */
const lookEveryMs = 30_000
/** Several words at once are one look. */
const settleMs = 100
const applyLimitMs = 30_000
/** A host that is told of more takes the first. */
const mostBundles = 50
const mostTextLength = 300

interface SeenRecord {
  name: string
  atMs: number
}

export interface BundleSeat {
  bucket(): BundleBucket | undefined
  self(): { id: string; labels: Readonly<Record<string, string>>; allowRemote: readonly string[] }
  /** What this host runs of the bundles is another now. */
  changed(): void
}

/** Follows what the fleet wants this host to run: looks, decides and applies, one bundle after the other. */
export class HostBundles {
  readonly #engine: Engine
  readonly #seat: BundleSeat
  readonly #reports = new Map<string, HostBundle>()
  /** By bundle, the time of the newest word that was heard. */
  readonly #seen = new Map<string, number>()
  /** By bundle, the word that could not be followed, and why: it is not tried over and over. */
  readonly #failed = new Map<string, { atMs: number; text: string; isInvalid: boolean }>()
  #looking: Promise<void> = Promise.resolve()
  #cancel = (): void => {}
  #dueMs: number | undefined
  #isClosed = true

  constructor(engine: Engine, seat: BundleSeat) {
    this.#engine = engine
    this.#seat = seat
  }

  /** Returns the clean-up. */
  begin(): () => void {
    this.#isClosed = false
    for (const text of this.#engine.deps.store.kept('bundle')) {
      const { name, atMs } = JSON.parse(text) as SeenRecord
      this.#seen.set(name, atMs)
    }
    const configured = (): void => {
      // What did not fit beside the host's files may do so now.
      for (const [name, { isInvalid }] of this.#failed) if (isInvalid) this.#failed.delete(name)
      this.soon()
    }
    this.#engine.configured.add(configured)
    this.soon()
    return () => {
      this.#isClosed = true
      this.#engine.configured.delete(configured)
      this.#cancel()
    }
  }

  /** By name. */
  reports(): HostBundle[] {
    return [...this.#reports.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, mostBundles)
  }

  soon(): void {
    this.#lookIn(settleMs)
  }

  /** What files of a bundle would do here; null for what its going would. */
  async preview(name: string, files: Readonly<Record<string, string>> | null): Promise<BundlePreview> {
    const { folder } = this.#engine
    const held = (await readHeld(folder)).get(name)
    const plan = await planConfiguration(this.#engine, await changeOf(folder, name, files))
    return { ...plan, revision: held?.manifest.revision ?? null, drift: held?.drift ?? [] }
  }

  /** One that is due earlier stays. */
  #lookIn(delayMs: number): void {
    const { clock, log } = this.#engine.deps
    const dueMs = clock.monotonicMs() + delayMs
    if (this.#isClosed || (this.#dueMs !== undefined && this.#dueMs <= dueMs)) return
    this.#cancel()
    this.#dueMs = dueMs
    this.#cancel = clock.after(delayMs, () => {
      this.#dueMs = undefined
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch((error: unknown) =>
          log.error({ error: String(error) }, 'the bundles of the fleet could not be looked at'),
        )
        .finally(() => this.#lookIn(lookEveryMs))
    })
  }

  async #look(): Promise<void> {
    const { folder } = this.#engine
    // Without a configuration of its own a host cannot judge any other.
    if (this.#isClosed || folder === '') return
    const held = await readHeld(folder)
    const words = await this.#words()
    const names = [...new Set([...held.keys(), ...('missing' in words ? [] : words.keys())])].sort()
    for (const name of names.slice(0, mostBundles)) {
      if (this.#isClosed || this.#engine.stopping) return
      const word = 'missing' in words ? words.missing : words.get(name)
      const gone: Word = { is: 'unknown', text: "The fleet's store has nothing of it any more; what runs goes on." }
      await this.#follow(name, word ?? gone, held.get(name))
    }
    for (const name of this.#reports.keys()) if (!names.includes(name)) this.#report(name, undefined)
  }

  async #words(): Promise<Map<string, Word> | { missing: Word }> {
    const missing = (text: string): { missing: Word } => ({ missing: { is: 'unknown', text } })
    const bucket = this.#seat.bucket()
    if (!bucket) return missing('This host is in no fleet now; what runs goes on.')
    try {
      return (await bucket.words()) ?? missing("The fleet's store has no bundles; what runs goes on.")
    } catch (error) {
      return missing(`What runs goes on. ${sayError(error)}`)
    }
  }

  async #follow(name: string, word: Word, held: HeldBundle | undefined): Promise<void> {
    const { id, labels, allowRemote } = this.#seat.self()
    const decision = decideBundle({
      name,
      word,
      hostId: id,
      labels,
      have: held?.manifest,
      drift: held?.drift.map(({ file }) => file) ?? [],
      lastAtMs: this.#seen.get(name) ?? 0,
      mayConfigure: allowRemote.includes('configure'),
      isPending: this.#engine.status.status === 'pending',
    })
    const atMs = word.is === 'head' ? word.head.atMs : 0
    await this.#see(name, atMs)
    if (decision.do === 'nothing') {
      this.#failed.delete(name)
      return this.#report(name, decision.report)
    }
    const { revision } = decision
    const have = held?.manifest.revision ?? null
    const failed = this.#failed.get(name)
    if (failed?.atMs === atMs)
      return this.#report(name, { name, revision: have, wanted: revision, state: 'failed', text: failed.text })
    this.#report(name, { name, revision: have, wanted: revision, state: 'pending', text: 'It is being applied.' })
    try {
      await this.#apply(name, revision, decision.text)
      this.#failed.delete(name)
      const report: HostBundle = {
        name,
        revision,
        wanted: revision,
        state: 'applied',
        text: `Revision ${revision} runs.`,
      }
      this.#report(name, revision === 0 ? undefined : report)
    } catch (error) {
      const text = cut(sayError(error))
      // A server that has gone in between is asked again.
      if (!(error instanceof CoreError && error.code === 'UNAVAILABLE'))
        this.#failed.set(name, { atMs, text, isInvalid: error instanceof CoreError && error.code === 'CONFIG_INVALID' })
      this.#report(name, { name, revision: have, wanted: revision, state: 'failed', text })
    }
  }

  async #apply(name: string, revision: number, text: string): Promise<void> {
    const engine = this.#engine
    const release = revision === 0 ? undefined : await this.#seat.bucket()?.release(name, revision)
    if (revision > 0 && !release)
      throw new CoreError('NOT_FOUND', `The fleet's store has no files of revision ${revision} of ${name}.`)
    const path = manifestPath(engine.folder, name)
    const { author = 'fleet', time = '', message = '', files = {} } = release ?? {}
    const manifest = release && JSON.stringify({ v: 1, name, revision, author, time, message, files }, null, 1)
    await ensurePrivateDir(join(engine.folder, fleetFolderName))
    const attempt = async () => {
      const trial = await tryFiles(engine, await changeOf(engine.folder, name, release?.files ?? null))
      return { ...trial, written: { ...trial.written, [path]: manifest ?? null } }
    }
    const caller: Caller = { author: `${author}@fleet`, role: 'admin' }
    await applyConfiguration(engine, { attempt, timeoutMs: applyLimitMs, watchMs: 0, kind: 'apply', text }, caller)
  }

  async #see(name: string, atMs: number): Promise<void> {
    if (atMs <= (this.#seen.get(name) ?? 0)) return
    this.#seen.set(name, atMs)
    const record: SeenRecord = { name, atMs }
    // Where it is not kept, only a host that is started again could be told an older word.
    await this.#engine.deps.store.keep('bundle', name, JSON.stringify(record)).catch((error: unknown) => {
      this.#engine.deps.log.warn({ error: String(error), bundle: name }, 'a word of the fleet was not written down')
    })
  }

  #report(name: string, report: HostBundle | undefined): void {
    const before = this.#reports.get(name)
    if (report) this.#reports.set(name, { ...report, text: cut(report.text) })
    else this.#reports.delete(name)
    if (before?.state === report?.state && before?.text === report?.text && before?.wanted === report?.wanted) return
    this.#seat.changed()
    if (report?.state !== 'failed' && report?.state !== 'drifted') return
    const kind = report.state === 'failed' ? 'config.invalid' : 'agent.warning'
    const text = `Bundle ${name} of the fleet: ${report.text}`
    this.#engine.eventLog.append({ kind, severity: 'warning', text, author: 'agent' })
  }
}

/** The first of what is wrong with files, where it stands. */
function sayError(error: unknown): string {
  if (error instanceof CoreError && error.code === 'CONFIG_INVALID') {
    const { errors } = error.data as { errors: { file: string; line: number; column: number; message: string }[] }
    const [first] = errors
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
    if (first) return `${first.file}:${first.line}:${first.column}: ${first.message}${more}`
  }
  return messageOf(error)
}

const cut = (text: string): string => (text.length > mostTextLength ? `${text.slice(0, mostTextLength - 1)}…` : text)
