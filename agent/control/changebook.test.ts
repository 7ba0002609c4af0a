import { describe, expect, it } from 'vitest'
import { ChangeBook } from './changebook.ts'

describe('a book of changes', () => {
  it('names what has changed since a number, figures apart', () => {
    const book = new ChangeBook<'host'>(1)
    const first = book.seq
    book.changed('web')
    book.used(['web', 'db'])
    const second = book.seq
    book.partChanged('host')
    book.removed('db')
    const since = (seq: number) => {
      const { changed, used, removed, isNew } = book.since(seq)
      return { changed: [...changed], used, removed, isNew: isNew('host') }
    }
    expect(since(first)).toEqual({ changed: ['web'], used: [], removed: ['db'], isNew: true })
    expect(since(first + 1)).toEqual({ changed: [], used: ['web'], removed: ['db'], isNew: true })
    expect(since(second + 1)).toEqual({ changed: [], used: [], removed: ['db'], isNew: false })
    book.changed('db')
    expect(since(second)).toMatchObject({ changed: ['db'], removed: [] })
  })

  it('is resumed from its own numbers alone', () => {
    const book = new ChangeBook(1)
    book.changed('web')
    expect([-1, 0, 999, 1000, 1001, 1002].map((seq) => book.canResume(seq))).toEqual([
      ...[false, false, false],
      ...[true, true, false],
    ])
  })

  it('forgets the oldest of many removals, and knows whom it can not tell all of them any more', () => {
    const book = new ChangeBook(1)
    for (let number = 0; number < 20_000; number++) book.removed(`task-${number}`)
    expect(book.since(0).removed).toHaveLength(10_000)
    expect(book.canResume(1000)).toBe(false)
    expect(book.canResume(book.seq - 10_000)).toBe(true)
    expect(book.canResume(book.seq - 10_001)).toBe(false)
  })
})
