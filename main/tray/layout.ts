import { type Value, Variant } from '../bus/index.ts'
import { isSeparator, type TrayItem } from './menu.ts'

/** A menu as com.canonical.dbusmenu has it. Numbers stay with what they stand for: an open menu is told of words only. */
export class MenuLayout {
  readonly #numbers = new Map<string, number>()
  #shown: readonly TrayItem[] = []
  #next: readonly TrayItem[] | undefined
  #isOpen = false
  #revision = 1

  get revision(): number {
    return this.#revision
  }

  /**
   * Takes a new menu. Where only words changed, says for which lines; where lines came, went or moved, says "anew",
   * which waits while the menu is open: until then its lines have their newest words.
   */
  update(items: readonly TrayItem[]): 'anew' | readonly number[] {
    if (shapeOf(items) === shapeOf(this.#shown)) {
      this.#next = undefined
      return this.#reword(items)
    }
    this.#next = items
    if (!this.#isOpen) return this.#take()
    const newest = new Map(flat(items).map((item) => [item.id, item]))
    return this.#reword(this.#shown.map((item) => inPlace(item, newest)))
  }

  #reword(items: readonly TrayItem[]): readonly number[] {
    const before = new Map(flat(this.#shown).map((item) => [item.id, JSON.stringify(wordsOf(item))]))
    this.#shown = items
    return flat(items)
      .filter((item) => before.get(item.id) !== JSON.stringify(wordsOf(item)))
      .map((item) => this.#numberOf(item))
  }

  /** The desktop is about to show the menu; true when it must be read anew. */
  aboutToOpen(number: number): boolean {
    return number === 0 && this.#next !== undefined && this.#take() === 'anew'
  }

  opened(number: number): void {
    if (number === 0) this.#isOpen = true
  }

  /** "anew" where something waited for the menu to close. */
  closed(number: number): 'anew' | undefined {
    if (number !== 0) return undefined
    this.#isOpen = false
    return this.#next && this.#take()
  }

  click(number: number): void {
    this.#find(number)?.click?.()
  }

  /** A line and all below it, as `(ia{sv}av)`. */
  layout(number: number): Value {
    if (number === 0) return this.#entry({ id: '', label: '', items: this.#shown }, 0)
    const item = this.#find(number)
    return item ? this.#entry(item, number) : [number, [], []]
  }

  properties(numbers: readonly number[]): Value[] {
    const wanted = numbers.length > 0 ? numbers : flat(this.#shown).map((item) => this.#numberOf(item))
    return wanted.flatMap((number) => {
      const item = this.#find(number)
      return item ? [[number, wordsOf(item)] as Value[]] : []
    })
  }

  #take(): 'anew' {
    this.#shown = this.#next ?? this.#shown
    this.#next = undefined
    this.#revision++
    const kept = new Set(flat(this.#shown).map(({ id }) => id))
    for (const id of this.#numbers.keys()) if (!kept.has(id)) this.#numbers.delete(id)
    return 'anew'
  }

  #numberOf({ id }: TrayItem): number {
    const number = this.#numbers.get(id) ?? ++this.#lastNumber
    this.#numbers.set(id, number)
    return number
  }

  #lastNumber = 0

  #find(number: number): TrayItem | undefined {
    return flat(this.#shown).find((item) => this.#numbers.get(item.id) === number)
  }

  #entry(item: TrayItem, number: number): Value[] {
    const children = (item.items ?? []).map(
      (child) => new Variant('(ia{sv}av)', this.#entry(child, this.#numberOf(child))),
    )
    return [number, wordsOf(item), children]
  }
}

const flat = (items: readonly TrayItem[]): TrayItem[] =>
  items.flatMap((item) => [item, ...(item.items ? flat(item.items) : [])])

const shapeOf = (items: readonly TrayItem[]): string =>
  JSON.stringify(items.map((item) => [item.id, item.items ? shapeOf(item.items) : '']))

/** The same line with its newest words; what it offers when it is gone is not to be clicked. */
function inPlace(item: TrayItem, newest: ReadonlyMap<string, TrayItem>): TrayItem {
  const { id, items } = item
  const found = newest.get(id)
  return {
    ...(found ?? { id, label: item.label, enabled: isSeparator(item) }),
    ...(items ? { items: items.map((inner) => inPlace(inner, newest)) } : {}),
  }
}

function wordsOf(item: TrayItem): Value[] {
  if (isSeparator(item)) return [['type', new Variant('s', 'separator')]]
  return [
    // A single underscore would mark a key to press.
    ['label', new Variant('s', item.label.replaceAll('_', '__'))],
    ['enabled', new Variant('b', item.enabled ?? true)],
    ...(item.items ? [['children-display', new Variant('s', 'submenu')]] : []),
  ]
}
