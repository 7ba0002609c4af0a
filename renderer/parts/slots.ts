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
 * It is asked with every frame that scrolls, so it makes little that is thrown away.
 */
export class Slots<T extends Line> {
  /** In the order of the page. */
  #taken: readonly Slotted<T>[] = []
  #made = 0

  /** The lines with their slots: in the order of the lines where `inOrder`, else as the page has them, so that none moves. */
  assign(lines: readonly T[], inOrder: boolean): readonly Slotted<T>[] {
    const waiting = new Map<string, T>()
    for (const line of lines) waiting.set(line.id, line)
    const free: Slotted<T>[] = []
    const page = this.#taken.map((before) => {
      const line = waiting.get(before.line.id)
      const stays = line?.kind === before.line.kind
      if (line === undefined || !stays) {
        free.push(before)
        return before
      }
      waiting.delete(line.id)
      return { slot: before.slot, line }
    })
    for (const line of waiting.values()) {
      const left = free.find((each) => each.line.kind === line.kind)
      if (left === undefined) {
        page.push({ slot: `${line.kind ?? ''}${this.#made++}`, line })
        continue
      }
      free.splice(free.indexOf(left), 1)
      page[page.indexOf(left)] = { slot: left.slot, line }
    }
    const taken = free.length === 0 ? page : page.filter((each) => !free.includes(each))
    this.#taken = inOrder ? sortedAs(lines, taken) : taken
    return this.#taken
  }
}

function sortedAs<T extends Line>(lines: readonly T[], taken: readonly Slotted<T>[]): Slotted<T>[] {
  const places = new Map(lines.map(({ id }, index) => [id, index]))
  return taken.toSorted((a, b) => (places.get(a.line.id) ?? 0) - (places.get(b.line.id) ?? 0))
}

/** The indexes to draw: always as many, so that no line is made or dropped at the edges, and the one that has the keyboard. */
export function indexesToDraw(first: number, size: number, count: number, keyboard: number): number[] {
  const from = Math.max(0, Math.min(first, count - size))
  const indexes = Array.from({ length: Math.min(size, count) }, (_, offset) => from + offset)
  if (keyboard < 0 || keyboard >= count || indexes.includes(keyboard)) return indexes
  return [...indexes, keyboard].sort((a, b) => a - b)
}
