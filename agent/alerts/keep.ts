import type { z } from 'zod'
import type { Alert } from '../../contract/index.ts'
import type { Store } from '../store/index.ts'
import type { Entry } from './book.ts'
import type { Group } from './groups.ts'
import type { StoredSilence } from './hush.ts'
import { type KeptPending, mostHeld } from './pending.ts'
import { entrySchema, groupSchema, pendingSchema, silenceSchema } from './stored.ts'

type KeptStore = Pick<Store, 'kept' | 'keep'>
type KeptKind = Parameters<Store['keep']>[0]

/** Alerts that are over and whose end is told; beyond it the oldest go. */
const mostHistory = 1_000
const historyMs = 90 * 86_400_000
/** So many stay whatever the clock says: one that jumped ahead must not empty the history. */
const leastHistory = 100
/** Silences that have ended are shown this long. */
const mostSilences = 1_000
const endedMs = 30 * 86_400_000

/** What is remembered: alerts with their steps, what is pending, silences, groups. Only what differs from what is on disk is written. */
export class Keeper {
  /** By id, oldest first. */
  readonly history = new Map<string, Entry>()
  readonly silences = new Map<string, StoredSilence>()
  readonly groups = new Map<string, Group>()
  #pending: readonly KeptPending[] = []
  readonly #store: KeptStore
  readonly #onProblem: (error: unknown) => void

  constructor(store: KeptStore, onProblem: (error: unknown) => void) {
    this.#store = store
    this.#onProblem = onProblem
  }

  /** Reads what an earlier agent left; answers with the alerts that were firing. */
  load(): Entry[] {
    const entries = this.#read('alert', entrySchema)
    for (const entry of entries.filter(({ alert }) => alert.state === 'resolved').toSorted(byEnd))
      this.history.set(entry.alert.id, entry)
    for (const silence of this.#read('silence', silenceSchema)) this.silences.set(silence.id, silence)
    for (const group of this.#read('alert-group', groupSchema)) this.groups.set(group.key, group)
    this.#pending = this.#read('alert-pending', pendingSchema).flat()
    return entries.filter(({ alert }) => alert.state === 'firing')
  }

  put(entry: Entry): Promise<void> {
    return this.#keep('alert', entry.alert.id, JSON.stringify(entry))
  }

  /** It is over: it goes into the history. */
  close(entry: Entry): void {
    this.history.set(entry.alert.id, entry)
    void this.put(entry)
  }

  /** Forgets the oldest of the history; but whose end is still to be told, however many wait for that, stays until it is. */
  prune(wallMs: number): void {
    let untold: ReadonlySet<string> | undefined
    let newest = this.history.size
    for (const [id, { alert }] of this.history) {
      const isOld = newest > leastHistory && wallMs - endOf(alert) > historyMs
      if (!isOld && newest <= mostHistory) break
      newest -= 1
      untold ??= this.#untold()
      if (untold.has(id)) continue
      this.history.delete(id)
      void this.#keep('alert', id, null)
    }
  }

  /** Who was told of these waits for the end. They are no more than fired when their groups were last told. */
  #untold(): Set<string> {
    const told = [...this.groups.values()].flatMap(({ members }) => Object.entries(members))
    return new Set(told.flatMap(([id, standing]) => (standing === 'told' ? [id] : [])))
  }

  /** What is kept of alerts that are pending. */
  get pending(): readonly KeptPending[] {
    return this.#pending
  }

  /** All of it in one record: it changes with each look, together. */
  keepPending(items: readonly KeptPending[]): void {
    const most = mostHeld(items)
    const text = JSON.stringify(most)
    if (text === JSON.stringify(this.#pending)) return
    this.#pending = most
    void this.#keep('alert-pending', 'all', most.length === 0 ? null : text)
  }

  /** They fire or are over: the next agent must not take them to be pending. */
  dropPending(ids: ReadonlySet<string>): void {
    if (this.#pending.some(({ id }) => ids.has(id))) this.keepPending(this.#pending.filter(({ id }) => !ids.has(id)))
  }

  putSilence(silence: StoredSilence, wallMs: number): Promise<void> {
    this.silences.set(silence.id, silence)
    this.#pruneSilences(wallMs)
    return this.#keep('silence', silence.id, JSON.stringify(silence), true)
  }

  /** Of too many those that have ended go first, oldest first. */
  #pruneSilences(wallMs: number): void {
    for (const [id, { endsAtMs }] of this.silences) {
      const isEnded = wallMs >= endsAtMs
      if (!isEnded || (wallMs - endsAtMs <= endedMs && this.silences.size <= mostSilences)) continue
      this.silences.delete(id)
      void this.#keep('silence', id, null)
    }
  }

  putGroup(group: Group): Promise<void> {
    this.groups.set(group.key, group)
    return this.#keep('alert-group', group.key, JSON.stringify(group))
  }

  removeGroup(key: string): void {
    this.groups.delete(key)
    void this.#keep('alert-group', key, null)
  }

  /** An answered change must be on disk; of all else the store says itself that it cannot write. */
  async #keep(kind: KeptKind, key: string, value: string | null, isAsked = false): Promise<void> {
    try {
      await this.#store.keep(kind, key, value)
    } catch (error) {
      if (isAsked) throw error
      this.#onProblem(error)
    }
  }

  /** A record that is damaged costs what it told of, and nothing else. */
  #read<T>(kind: KeptKind, schema: z.ZodType<T>): T[] {
    return this.#store.kept(kind).flatMap((value) => {
      try {
        return [schema.parse(JSON.parse(value))]
      } catch (error) {
        this.#onProblem(error)
        return []
      }
    })
  }
}

const endOf = ({ endsAt }: Alert): number => Date.parse(endsAt ?? '')
const byEnd = (a: Entry, b: Entry): number => endOf(a.alert) - endOf(b.alert)
