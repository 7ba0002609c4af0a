import { describe, expect, it } from 'vitest'
import { isSame, keepSame } from './same.ts'

const host = (id: string, cpu: number) => ({ id, cpu, labels: { zone: 'eu' }, notes: ['one'] })

describe('a list that comes again', () => {
  it('is the old one where nothing is new', () => {
    const before = [host('a', 1), host('b', 2)]
    expect(keepSame(before, [host('a', 1), host('b', 2)])).toBe(before)
  })

  it('has the old objects beside those that changed', () => {
    const before = [host('a', 1), host('b', 2)]
    const after = keepSame(before, [host('a', 1), host('b', 3)])
    expect(after).toEqual([host('a', 1), host('b', 3)])
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
  })

  it('knows its objects by their id when others come, go or change places', () => {
    const before = [host('a', 1), host('b', 2), host('c', 3)]
    const after = keepSame(before, [host('c', 3), host('d', 4), host('b', 2)])
    expect(after.map(({ id }) => id)).toEqual(['c', 'd', 'b'])
    expect([after[0], after[2]]).toEqual([before[2], before[1]])
    expect(after[0]).toBe(before[2])
    expect(keepSame(before, before.slice(0, 2)).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})

describe('what came as JSON', () => {
  it.each([
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [[], {}, false],
    [null, {}, false],
    [0, null, false],
  ])('is compared by what it says: %j and %j', (a, b, same) => {
    expect(isSame(a, b)).toBe(same)
    expect(isSame(b, a)).toBe(same)
  })
})
