import { isSamePlace, type Place } from '../problems.ts'
import type { Block } from '../syntax/ast.ts'
import type { Source } from '../syntax/source.ts'
import type { GlobalKind, Globals } from '../values/scope.ts'
import type { Value } from '../values/value.ts'
import type { BlockSettings, FileContext, LaterUses, Recall } from './read.ts'

/** What a block came to, with everything that it came from besides its own text. */
interface Reading {
  block: Block
  env: string
  uses: Use[]
  settings: BlockSettings
  later: LaterUses
  steps: number
}

interface Use {
  kind: GlobalKind
  name: string
  value: Value | undefined
}

/** By the source of a section, which is the same as long as its text and its place in the file are. */
const readings = new WeakMap<Source, Reading>()

/** Reads every block anew. */
export const readAnew: Recall = (_block, context, later, read) => read(context, later)

/**
 * Gives blocks as they were read in an earlier load where nothing is another that they were made from. What told a problem
 * or looked into a file is read anew each time.
 */
export function recallIn(environment: Readonly<Record<string, string | undefined>>): Recall {
  const env = JSON.stringify(Object.entries(environment))
  const compared = new Map<Value, { other: Value; isSame: boolean }>()
  const isSame = (before: Value | undefined, now: Value | undefined): boolean => {
    if (before === undefined || now === undefined) return before === now
    const known = compared.get(before)
    if (known?.other === now) return known.isSame
    const result = isSameValue(before, now)
    compared.set(before, { other: now, isSame: result })
    return result
  }
  return (block, context, later, read) => {
    const { source, globals, budget } = context
    const known = readings.get(source)
    if (known?.block === block && known.env === env) {
      // Asked even so: what is asked for counts as used, and tells what is wrong with it.
      const values = known.uses.map(({ kind, name }) => globals?.find(kind, name))
      if (known.uses.every(({ value }, index) => isSame(value, values[index]))) {
        known.uses = known.uses.map((use, index) => ({ ...use, value: values[index] }))
        budget.spend(known.steps)
        addLater(known.later, later)
        return known.settings
      }
    }
    return readNoting({ block, env }, context, later, read)
  }
}

function readNoting(
  of: Pick<Reading, 'block' | 'env'>,
  context: FileContext,
  later: LaterUses,
  read: Parameters<Recall>[3],
): BlockSettings {
  const { source, globals, readText, budget, problems } = context
  const uses: Use[] = []
  let spentOnGlobals = 0
  let isKept = true
  const noted: Globals | undefined = globals && {
    find: (kind, name) => {
      const before = budget.spent
      const value = globals.find(kind, name)
      spentOnGlobals += budget.spent - before
      uses.push({ kind, name, value })
      return value
    },
    known: (kind) => {
      isKept = false
      return globals.known(kind)
    },
  }
  const own: LaterUses = new Map()
  const before = { told: problems.told, spent: budget.spent }
  const settings = read(
    {
      ...context,
      ...(noted === undefined ? {} : { globals: noted }),
      ...(readText === undefined
        ? {}
        : {
            readText: (path) => {
              isKept = false
              return readText(path)
            },
          }),
    },
    own,
  )
  const steps = budget.spent - before.spent - spentOnGlobals
  isKept &&= problems.told === before.told && !budget.isUsedUp
  if (isKept) readings.set(source, { ...of, uses, settings, later: own, steps })
  else readings.delete(source)
  addLater(own, later)
  return settings
}

function addLater(from: LaterUses, to: LaterUses): void {
  for (const [name, { place, count }] of from) {
    const before = to.get(name)
    to.set(name, before === undefined ? { place, count } : { ...before, count: before.count + count })
  }
}

/** Whether one value can stand for the other: the same, from the same places. */
function isSameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.sensitive !== b.sensitive || !isSamePlace(a.place, b.place)) return false
  switch (a.kind) {
    case 'list':
      return b.kind === 'list' && areSame(a.items, b.items)
    case 'map':
      return b.kind === 'map' && areSameEntries([...a.entries], [...b.entries])
    case 'text':
      return b.kind === 'text' && isSameText([a.parts, a.written], [b.parts, b.written])
    case 'number':
      return b.kind === 'number' && Object.is(a.number, b.number)
    case 'bool':
      return b.kind === 'bool' && a.bool === b.bool
    default:
      return true
  }
}

function areSame(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, index) => isSameValue(item, b[index] as Value))
}

type Entries = readonly (readonly [name: string, entry: { key: Place; value: Value }])[]

function areSameEntries(a: Entries, b: Entries): boolean {
  return (
    a.length === b.length &&
    a.every(([name, { key, value }], index) => {
      const other = b[index]
      return other?.[0] === name && isSamePlace(key, other[1].key) && isSameValue(value, other[1].value)
    })
  )
}

/** Of plain data. */
function isSameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
