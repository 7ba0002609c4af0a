export interface Line {
  id: string
  /** Lines of different kinds never share elements; without one, all are alike. */
  kind?: string | undefined
}

export interface Slotted<T> {
  slot: string
  line: T
}

/**
 * Gives each line that is seen one of few slots. A line keeps its slot as long as it is seen; what scrolls into view
 * takes over the slot, and with it the elements, of what has left. Making elements anew is what scrolling costs most.
 */
export class Slots {
  /** In the order of the page, with the id of the line that each has. */
  #taken = new Map<string, string>()
  #made = 0

  /** The lines with their slots: in the order of the lines where `inOrder`, else as the page has them, so that none moves. */
  assign<T extends Line>(lines: readonly T[], inOrder: boolean): Slotted<T>[] {
    const wanted = new Map(lines.map((line) => [line.id, line]))
    const kept = new Set<string>()
    const free: string[] = []
    for (const [slot, id] of this.#taken) {
      const line = wanted.get(id)
      if (line && slot.startsWith(line.kind ?? '')) kept.add(id)
      else free.push(slot)
    }
    const next = new Map([...this.#taken].filter(([, id]) => kept.has(id)))
    const slotOf = new Map([...next].map(([slot, id]) => [id, slot]))
    for (const { id, kind = '' } of lines) {
      if (kept.has(id)) continue
      const at = free.findIndex((slot) => slot.startsWith(kind))
      const slot = at === -1 ? `${kind}${this.#made++}` : (free.splice(at, 1)[0] ?? '')
      slotOf.set(id, slot)
      next.set(slot, id)
    }
    const slots = inOrder ? lines.map(({ id }) => slotOf.get(id) ?? '') : this.#inPageOrder(next)
    this.#taken = new Map(slots.map((slot) => [slot, next.get(slot) ?? '']))
    return slots.flatMap((slot) => {
      const line = wanted.get(next.get(slot) ?? '')
      return line ? [{ slot, line }] : []
    })
  }

  #inPageOrder(next: ReadonlyMap<string, string>): string[] {
    const before = [...this.#taken.keys()].filter((slot) => next.has(slot))
    return [...before, ...[...next.keys()].filter((slot) => !this.#taken.has(slot))]
  }
}

/** The indexes to draw: always as many, so that no line is made or dropped at the edges, and the one that has the keyboard. */
export function indexesToDraw(first: number, size: number, count: number, keyboard: number): number[] {
  const from = Math.max(0, Math.min(first, count - size))
  const indexes = Array.from({ length: Math.min(size, count) }, (_, offset) => from + offset)
  if (keyboard < 0 || keyboard >= count || indexes.includes(keyboard)) return indexes
  return [...indexes, keyboard].sort((a, b) => a - b)
}
