/** The new list with the old objects of those that still say the same; the old list itself where nothing is new. */
export function keepSame<T extends { id: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Map(before.map((item) => [item.id, item]))
  const kept = after.map((item) => {
    const old = known.get(item.id)
    return old !== undefined && isSame(old, item) ? old : item
  })
  return kept.length === before.length && kept.every((item, index) => item === before[index]) ? before : kept
}

/** Whether two values that came as JSON say the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key]))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
