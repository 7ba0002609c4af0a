import type { Tables } from './table.ts'
import type { SeriesNames, SeriesNews, SeriesRefusal } from './types.ts'

/** Beyond it a name that is new is not kept: labels that change all the time must not fill the disk. */
const mostSubjects = 20_000
const mostKeys = 50_000
/** Of one service, so that labels of it that change all the time leave the others theirs. */
const mostKeysOfOne = 5_000
/** How exactly it is known when something was measured last: noting it is a write for each name. */
const noteEveryMs = 86_400_000
/** So many names are forgotten at a time, a few milliseconds of the worker's. */
const freedPerSlice = 500

/** Of what is there already nobody knows when it was measured last; it was not after what is kept. */
export const nameMigration = `
  ALTER TABLE metric_subject ADD COLUMN last_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE metric_key ADD COLUMN last_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE metric_key ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  UPDATE metric_subject SET last_ms = (SELECT coalesce(max(until_ms), 0) FROM metric_block);
  UPDATE metric_key SET last_ms = (SELECT coalesce(max(until_ms), 0) FROM metric_block);`

interface Named {
  kind: string
  name: string
  /** Nothing was measured of it later than `noteEveryMs` after that. */
  lastMs: number
}
interface Keyed {
  metric: string
  labels: Readonly<Record<string, string>>
  /** As it is in the database. */
  text: string
  /** Whose series it was first; others may have one of the same name. */
  owner: string
  lastMs: number
}
/** What the agent calls a key; it is kept when something is first measured of it. */
interface Given {
  metric: string
  labels: string
  id: number
}

const joined = (one: string, other: string): string => `${one}\0${other}`
/** Instances of a service share what it may have. A text of the database ends at a zero. */
const ownerOf = ({ kind, name }: Named): string => `${kind} ${name.replace(/#\d+$/, '')}`

/** Subjects and keys by their numbers in the database, and what the agent calls them in this life of the worker. */
export function openNames(tables: Tables) {
  const subjects = new Map<number, Named>()
  const keys = new Map<number, Keyed>()
  const subjectIds = new Map<string, number>()
  const keyIds = new Map<string, number>()
  /** How many keys each owner has. */
  const owned = new Map<string, number>()
  /** Zero stands for what is not kept. */
  const given = { subjects: [] as number[], keys: [] as Given[] }
  /** Who was told that there is no room, and has not had much since. */
  const told = new Set<string>()
  let refusals: SeriesRefusal[] = []
  /** Of what is being written: where that fails they are not there. */
  const fresh = { subjects: [] as number[], keys: [] as number[] }
  let isRefusing = false
  let hasRoomAgain = false

  for (const { id, kind, name, lastMs } of tables.subjects()) {
    subjects.set(id, { kind, name, lastMs })
    subjectIds.set(joined(kind, name), id)
  }
  for (const { id, metric, labels, owner, lastMs } of tables.keys())
    keep(id, { metric, labels: JSON.parse(labels), text: labels, owner, lastMs })

  function keep(id: number, key: Keyed): void {
    keys.set(id, key)
    keyIds.set(joined(key.metric, key.text), id)
    owned.set(key.owner, (owned.get(key.owner) ?? 0) + 1)
  }

  function subjectOf(kind: string, name: string, atMs: number): number {
    const known = subjectIds.get(joined(kind, name))
    if (known !== undefined) return known
    if (subjects.size >= mostSubjects) {
      refuse('subjects', { kind, name, most: mostSubjects, of: 'subjects' })
      return 0
    }
    const id = tables.addSubject(kind, name, atMs)
    fresh.subjects.push(id)
    subjects.set(id, { kind, name, lastMs: atMs })
    subjectIds.set(joined(kind, name), id)
    return id
  }

  function keyOf(metric: string, labels: string, subject: number, atMs: number): number {
    const known = keyIds.get(joined(metric, labels))
    if (known !== undefined) return known
    const by = subjects.get(subject)
    if (!by) return 0
    const owner = ownerOf(by)
    const { kind, name } = by
    if ((owned.get(owner) ?? 0) >= mostKeysOfOne) {
      refuse(owner, { kind, name, most: mostKeysOfOne, of: 'one' })
      return 0
    }
    if (keys.size >= mostKeys) {
      refuse('all', { kind, name, most: mostKeys, of: 'all' })
      return 0
    }
    const id = tables.addKey(metric, labels, owner, atMs)
    fresh.keys.push(id)
    keep(id, { metric, labels: JSON.parse(labels), text: labels, owner, lastMs: atMs })
    return id
  }

  function refuse(whom: string, what: SeriesRefusal): void {
    isRefusing = true
    if (told.has(whom)) return
    told.add(whom)
    refusals.push(what)
  }

  /** Names of which nothing is kept: not measured since before the oldest of what is, and not now either. */
  function freeable(names: ReadonlyMap<number, { lastMs: number }>, oldestMs: number, isOpen: (id: number) => boolean) {
    const found: number[] = []
    for (const [id, { lastMs }] of names) {
      if (found.length >= freedPerSlice) break
      if (lastMs + noteEveryMs < oldestMs && !isOpen(id)) found.push(id)
    }
    return found
  }

  function forgetSubject(id: number): void {
    const { kind = '', name = '' } = subjects.get(id) ?? {}
    subjects.delete(id)
    subjectIds.delete(joined(kind, name))
  }

  function forgetKey(id: number): void {
    const { metric = '', text = '', owner = '' } = keys.get(id) ?? {}
    keys.delete(id)
    keyIds.delete(joined(metric, text))
    const left = (owned.get(owner) ?? 1) - 1
    if (left > 0) owned.set(owner, left)
    else owned.delete(owner)
    if (left <= mostKeysOfOne / 2) told.delete(owner)
  }

  return {
    subjects,
    keys,
    /** Takes in what the agent calls things from now on. */
    learn(names: SeriesNames, atMs: number): void {
      if (names.first) {
        given.subjects = []
        given.keys = []
        isRefusing = false
        hasRoomAgain = false
      }
      for (const [kind, name] of names.subjects) given.subjects.push(subjectOf(kind, name, atMs))
      for (const [metric, labels] of names.keys) given.keys.push({ metric, labels, id: 0 })
    },
    /** @throws where the agent has not said what it means, as when this worker is a new one */
    subject(local: number): number {
      const id = given.subjects[local]
      if (id === undefined) throw new Error('the measurements are of something that has not been named')
      return id
    },
    /** @throws as `subject` */
    key(local: number, subject: number, atMs: number): number {
      const key = given.keys[local]
      if (key === undefined) throw new Error('the measurements are of a kind that has not been named')
      if (key.id === 0) key.id = keyOf(key.metric, key.labels, subject, atMs)
      return key.id
    },
    /** Whether what was named since it was called last has come to be kept. */
    settle(isKept: boolean): void {
      const { subjects, keys } = { subjects: fresh.subjects.splice(0), keys: fresh.keys.splice(0) }
      if (isKept) return
      for (const id of subjects) forgetSubject(id)
      for (const id of keys) forgetKey(id)
    },
    /** Notes that a block has these until then; to be called with what writes it. Returns what to do when it is written. */
    note(untilMs: number, subjectsOf: Iterable<number>, keysOf: Iterable<number>): () => void {
      const isOld = (name: { lastMs: number } | undefined): boolean =>
        name !== undefined && untilMs - name.lastMs >= noteEveryMs
      const due = {
        subjects: [...subjectsOf].filter((id) => isOld(subjects.get(id))),
        keys: [...keysOf].filter((id) => isOld(keys.get(id))),
      }
      for (const id of due.subjects) tables.noteSubject(id, untilMs)
      for (const id of due.keys) tables.noteKey(id, untilMs)
      return () => {
        for (const name of [...due.subjects.map((id) => subjects.get(id)), ...due.keys.map((id) => keys.get(id))])
          if (name) name.lastMs = untilMs
      }
    },
    /** Forgets some of the names of which nothing is left. Whether there were any. */
    free(oldestMs: number, open: { subjects: ReadonlySet<number>; keys: ReadonlySet<number> }): boolean {
      const gone = {
        subjects: freeable(subjects, oldestMs, (id) => open.subjects.has(id)),
        keys: freeable(keys, oldestMs, (id) => open.keys.has(id)),
      }
      if (gone.subjects.length + gone.keys.length === 0) return false
      tables.together(() => {
        for (const id of gone.subjects) tables.removeSubject(id)
        for (const id of gone.keys) tables.removeKey(id)
      })
      for (const id of gone.subjects) forgetSubject(id)
      for (const id of gone.keys) forgetKey(id)
      if (subjects.size <= mostSubjects / 2) told.delete('subjects')
      if (keys.size <= mostKeys / 2) told.delete('all')
      // A number may be given again, to something else.
      const lost = { subjects: new Set(gone.subjects), keys: new Set(gone.keys) }
      const isLost =
        given.subjects.some((id) => lost.subjects.has(id)) || given.keys.some(({ id }) => lost.keys.has(id))
      given.subjects = given.subjects.map((id) => (lost.subjects.has(id) ? 0 : id))
      for (const key of given.keys) if (lost.keys.has(key.id)) key.id = 0
      hasRoomAgain ||= isLost || isRefusing
      return true
    },
    /** What there was no room for since it was asked last, and whether there is some again. */
    news(): SeriesNews {
      const news = { hasRoomAgain, refusals }
      refusals = []
      return news
    },
  }
}
export type Names = ReturnType<typeof openNames>
