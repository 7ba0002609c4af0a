import { missingKey } from '../values/convert.ts'
import { equal } from '../values/operators.ts'
import type { Value } from '../values/value.ts'
import type { Arguments, CallContext, FunctionSpec } from './spec.ts'
import { characters } from './text.ts'

/** The longest list that `range` makes. */
const maxRange = 10_000

function withoutDoubles(items: readonly Value[], call: CallContext): Value[] {
  const kept: Value[] = []
  for (const item of items) {
    if (!call.scope.budget.spend(kept.length)) break
    if (!kept.some((other) => equal(other, item, call.scope))) kept.push(item)
  }
  return kept
}

function has(items: readonly Value[], wanted: Value, call: CallContext): boolean {
  return items.some((item) => equal(item, wanted, call.scope))
}

function length(args: Arguments, call: CallContext): Value {
  const value = args.any(0)
  if (value.kind === 'list') return call.number(value.items.length)
  if (value.kind === 'map') return call.number(value.entries.size)
  if (value.kind === 'text') return call.number(characters(args.text(0)).length)
  return call.fail('Only a list, a map or a text has a length.', 'a list, a map or a text', 0)
}

function flatten(items: readonly Value[]): Value[] {
  return items.flatMap((item) => (item.kind === 'list' ? flatten(item.items) : [item]))
}

function sortTexts(args: Arguments, call: CallContext): Value {
  const texts: string[] = []
  for (const item of args.list(0)) {
    const text = call.asText(item, 0)
    if (text === undefined) return { kind: 'wrong', place: call.place }
    texts.push(text)
  }
  return call.list(texts.sort().map((text) => call.text(text)))
}

function range(args: Arguments, call: CallContext): Value {
  const [first, second, third] = args.values.map((_, at) => args.number(at))
  const start = second === undefined ? 0 : (first ?? 0)
  const end = second ?? first ?? 0
  const step = third ?? (end < start ? -1 : 1)
  if (step === 0 || (end - start) / step < 0) return call.fail('This range never ends.', 'a step towards the end')
  const count = Math.ceil((end - start) / step)
  if (!(count <= maxRange)) return call.fail(`This range has ${count} numbers.`, `at most ${maxRange}`)
  return call.list(Array.from({ length: count }, (_, at) => call.number(start + at * step)))
}

function element(args: Arguments, call: CallContext): Value {
  const items = args.list(0)
  const index = args.number(1)
  if (items.length === 0) return call.fail('An empty list has no elements.', 'a list with items', 0)
  if (!Number.isInteger(index) || index < 0) return call.fail('This is no index.', 'a whole number from 0', 1)
  return items[index % items.length] ?? { kind: 'wrong', place: call.place }
}

function lookup(args: Arguments, call: CallContext): Value {
  const found = args.entries(0).get(args.text(1))
  if (found !== undefined) return found.value
  if (args.count > 2) return args.any(2)
  const { message, expected } = missingKey(args.text(1), [...args.entries(0).keys()])
  return call.fail(message, expected, 1)
}

function slice(args: Arguments, call: CallContext): Value {
  const items = args.list(0)
  const [start, end] = [args.number(1), args.number(2)]
  const isRight = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= items.length
  if (isRight) return call.list(items.slice(start, end))
  return call.fail('These are not bounds within the list.', `0 <= start <= end <= ${items.length}`)
}

function mergeMaps(args: Arguments, call: CallContext): Value {
  const merged = new Map<string, Value>()
  for (let at = 0; at < args.count; at += 1) for (const [key, { value }] of args.entries(at)) merged.set(key, value)
  return call.map(merged)
}

function zip(args: Arguments, call: CallContext): Value {
  const keys = args.list(0)
  const values = args.list(1)
  if (keys.length !== values.length)
    return call.fail('The two lists differ in length.', `${keys.length} values for ${keys.length} keys`, 1)
  const entries: [string, Value][] = []
  for (const [at, key] of keys.entries()) {
    const text = call.asText(key, 0)
    const value = values[at]
    if (text === undefined || value === undefined) return { kind: 'wrong', place: call.place }
    entries.push([text, value])
  }
  return call.map(entries)
}

function coalesce(args: Arguments, call: CallContext): Value {
  const first = args.values.find(
    (value, at) => value.kind !== 'null' && !(value.kind === 'text' && args.text(at) === ''),
  )
  return first ?? call.fail('All of these are null or empty.', 'one value that is not')
}

function indexOf(args: Arguments, call: CallContext): Value {
  const at = args.list(0).findIndex((item) => equal(item, args.any(1), call.scope))
  return at === -1 ? call.fail('The list does not have this item.', 'an item of the list', 1) : call.number(at)
}

const sorted = (args: Arguments): string[] => [...args.entries(0).keys()].sort()

export const collectionFunctions: Readonly<Record<string, FunctionSpec>> = {
  length: {
    usage: 'length(value)',
    doc: 'How many items a list, entries a map or characters a text has.',
    parameters: ['any'],
    run: length,
  },
  concat: {
    usage: 'concat(lists...)',
    doc: 'The items of all lists, in order.',
    parameters: ['list'],
    rest: 'list',
    run: (args, call) => call.list(args.values.flatMap((_, at) => args.list(at))),
  },
  merge: {
    usage: 'merge(maps...)',
    doc: 'All entries; later maps win.',
    parameters: ['map'],
    rest: 'map',
    run: mergeMaps,
  },
  lookup: {
    usage: 'lookup(map, key, default)',
    doc: 'The value of a key, or the default.',
    parameters: ['map', 'text', 'any'],
    optional: 1,
    run: lookup,
  },
  keys: {
    usage: 'keys(map)',
    doc: 'The keys in order.',
    parameters: ['map'],
    run: (args, call) => call.list(sorted(args).map((key) => call.text(key))),
  },
  values: {
    usage: 'values(map)',
    doc: 'The values in the order of their keys.',
    parameters: ['map'],
    run: (args, call) => call.list(sorted(args).flatMap((key) => args.entries(0).get(key)?.value ?? [])),
  },
  contains: {
    usage: 'contains(list, value)',
    doc: 'Whether the list has the value.',
    parameters: ['list', 'any'],
    run: (args, call) => call.bool(has(args.list(0), args.any(1), call)),
  },
  index: {
    usage: 'index(list, value)',
    doc: 'Where in the list the value stands, from 0.',
    parameters: ['list', 'any'],
    run: indexOf,
  },
  element: {
    usage: 'element(list, index)',
    doc: 'An item by its number, going round at the end.',
    parameters: ['list', 'number'],
    run: element,
  },
  distinct: {
    usage: 'distinct(list)',
    doc: 'The list without repetitions.',
    parameters: ['list'],
    run: (args, call) => call.list(withoutDoubles(args.list(0), call)),
  },
  toset: {
    usage: 'toset(list)',
    doc: 'The list without repetitions.',
    parameters: ['list'],
    run: (args, call) => call.list(withoutDoubles(args.list(0), call)),
  },
  tolist: {
    usage: 'tolist(list)',
    doc: 'The list itself.',
    parameters: ['list'],
    run: (args) => args.any(0),
  },
  tomap: {
    usage: 'tomap(map)',
    doc: 'The map itself.',
    parameters: ['map'],
    run: (args) => args.any(0),
  },
  flatten: {
    usage: 'flatten(list)',
    doc: 'The items of lists within the list as items of one list.',
    parameters: ['list'],
    run: (args, call) => call.list(flatten(args.list(0))),
  },
  compact: {
    usage: 'compact(list)',
    doc: 'The list without empty texts and nulls.',
    parameters: ['list'],
    run: (args, call) =>
      call.list(
        args.list(0).filter((item) => item.kind !== 'null' && !(item.kind === 'text' && item.parts.join('') === '')),
      ),
  },
  reverse: {
    usage: 'reverse(list)',
    doc: 'The items in reverse.',
    parameters: ['list'],
    run: (args, call) => call.list(args.list(0).toReversed()),
  },
  sort: {
    usage: 'sort(list)',
    doc: 'The texts of a list in order of their characters.',
    parameters: ['list'],
    run: sortTexts,
  },
  slice: {
    usage: 'slice(list, start, end)',
    doc: 'The items from start up to, not including, end.',
    parameters: ['list', 'number', 'number'],
    run: slice,
  },
  range: {
    usage: 'range(start, end, step)',
    doc: 'A list of numbers; with one argument from 0 up to it.',
    parameters: ['number', 'number', 'number'],
    optional: 2,
    run: range,
  },
  zipmap: {
    usage: 'zipmap(keys, values)',
    doc: 'A map of the keys, each with the value at its place.',
    parameters: ['list', 'list'],
    run: zip,
  },
  coalesce: {
    usage: 'coalesce(values...)',
    doc: 'The first value that is neither null nor an empty text.',
    parameters: ['any'],
    rest: 'any',
    run: coalesce,
  },
  coalescelist: {
    usage: 'coalescelist(lists...)',
    doc: 'The first list that is not empty.',
    parameters: ['list'],
    rest: 'list',
    run: (args, call) => {
      const at = args.values.findIndex((_, index) => args.list(index).length > 0)
      return at === -1 ? call.fail('All of these lists are empty.', 'one that is not') : args.any(at)
    },
  },
  setunion: {
    usage: 'setunion(lists...)',
    doc: 'The items that are in any of the lists.',
    parameters: ['list'],
    rest: 'list',
    run: (args, call) =>
      call.list(
        withoutDoubles(
          args.values.flatMap((_, at) => args.list(at)),
          call,
        ),
      ),
  },
  setintersection: {
    usage: 'setintersection(lists...)',
    doc: 'The items that are in all of the lists.',
    parameters: ['list'],
    rest: 'list',
    run: (args, call) =>
      call.list(
        withoutDoubles(args.list(0), call).filter((item) =>
          args.values.every((_, at) => has(args.list(at), item, call)),
        ),
      ),
  },
  setsubtract: {
    usage: 'setsubtract(list, without)',
    doc: 'The items of the first list that are not in the second.',
    parameters: ['list', 'list'],
    run: (args, call) => call.list(withoutDoubles(args.list(0), call).filter((item) => !has(args.list(1), item, call))),
  },
  sum: {
    usage: 'sum(list)',
    doc: 'The numbers of a list together.',
    parameters: ['list'],
    run: (args, call) => {
      const numbers = args.list(0).map((item) => (item.kind === 'number' ? item.number : Number.NaN))
      const total = numbers.reduce((sum, number) => sum + number, 0)
      return Number.isNaN(total) ? call.fail('Only numbers can be added.', 'a list of numbers', 0) : call.number(total)
    },
  },
}
