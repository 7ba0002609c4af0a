import type { Tables } from './table.ts'
import type { SeriesNames } from './types.ts'

/** Beyond it a name that is new is not kept: labels that change all the time must not fill the disk. */
const mostSubjects = 20_000
const mostKeys = 50_000

interface Named {
  kind: string
  name: string
}
interface Keyed {
  metric: string
  labels: Readonly<Record<string, string>>
}

const joined = (one: string, other: string): string => `${one}\0${other}`

/** Subjects and keys by their numbers in the database, and what the agent calls them in this life of the worker. */
export function openNames(tables: Tables) {
  const subjects = new Map<number, Named>()
  const keys = new Map<number, Keyed>()
  const subjectIds = new Map<string, number>()
  const keyIds = new Map<string, number>()
  /** Zero stands for what is not kept. */
  const given = { subjects: [] as number[], keys: [] as number[] }

  for (const { id, kind, name } of tables.subjects()) {
    subjects.set(id, { kind, name })
    subjectIds.set(joined(kind, name), id)
  }
  for (const { id, metric, labels } of tables.keys()) {
    keys.set(id, { metric, labels: JSON.parse(labels) })
    keyIds.set(joined(metric, labels), id)
  }

  function subjectOf(kind: string, name: string): number {
    const known = subjectIds.get(joined(kind, name))
    if (known !== undefined) return known
    if (subjects.size >= mostSubjects) return 0
    const id = tables.addSubject(kind, name)
    subjects.set(id, { kind, name })
    subjectIds.set(joined(kind, name), id)
    return id
  }

  function keyOf(metric: string, labels: string): number {
    const known = keyIds.get(joined(metric, labels))
    if (known !== undefined) return known
    if (keys.size >= mostKeys) return 0
    const id = tables.addKey(metric, labels)
    keys.set(id, { metric, labels: JSON.parse(labels) })
    keyIds.set(joined(metric, labels), id)
    return id
  }

  return {
    subjects,
    keys,
    /** Takes in what the agent calls things from now on. */
    learn(names: SeriesNames): void {
      if (names.first) {
        given.subjects = []
        given.keys = []
      }
      for (const [kind, name] of names.subjects) given.subjects.push(subjectOf(kind, name))
      for (const [metric, labels] of names.keys) given.keys.push(keyOf(metric, labels))
    },
    /** @throws where the agent has not said what it means, as when this worker is a new one */
    subject(local: number): number {
      const id = given.subjects[local]
      if (id === undefined) throw new Error('the measurements are of something that has not been named')
      return id
    },
    key(local: number): number {
      const id = given.keys[local]
      if (id === undefined) throw new Error('the measurements are of a kind that has not been named')
      return id
    },
  }
}
export type Names = ReturnType<typeof openNames>
