/** Which services are chosen; `anchor` is where a range begins. */
export interface Selection {
  names: ReadonlySet<string>
  anchor: string | null
}

export const nothingSelected: Selection = { names: new Set(), anchor: null }

export function toggleName({ names }: Selection, name: string): Selection {
  const next = new Set(names)
  if (!next.delete(name)) next.add(name)
  return { names: next, anchor: name }
}

/** With everything from the anchor to `name`, in the order in which they are shown; without an anchor, `name` alone. */
export function extendTo(selection: Selection, name: string, shown: readonly string[]): Selection {
  const from = selection.anchor === null ? -1 : shown.indexOf(selection.anchor)
  const to = shown.indexOf(name)
  if (from === -1 || to === -1) return { names: new Set(selection.names).add(name), anchor: name }
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { names: new Set([...selection.names, ...range]), anchor: selection.anchor }
}

/** All of these, or none where all are chosen already. */
export function toggleAll({ names, anchor }: Selection, shown: readonly string[]): Selection {
  const next = new Set(names)
  if (shown.every((name) => names.has(name))) for (const name of shown) next.delete(name)
  else for (const name of shown) next.add(name)
  return { names: next, anchor }
}

/** Only what is seen can be acted on: what a filter hides is chosen no more. */
export function keepShown(selection: Selection, shown: readonly string[]): Selection {
  if (selection.names.size === 0) return selection
  const seen = new Set(shown)
  if ([...selection.names].every((name) => seen.has(name))) return selection
  return { names: new Set([...selection.names].filter((name) => seen.has(name))), anchor: selection.anchor }
}

export type Coverage = 'none' | 'some' | 'all'

export function coverage({ names }: Selection, of: readonly string[]): Coverage {
  let count = 0
  for (const name of of) if (names.has(name)) count++
  if (count === 0) return 'none'
  return count === of.length ? 'all' : 'some'
}
