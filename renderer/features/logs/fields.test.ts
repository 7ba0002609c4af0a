import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterBy, filtersText, patternOf, readFilters, withFilter, wordsOf } from './fields.ts'

describe('a filter by a member of JSON lines', () => {
  it('finds the lines that have it, whatever it is', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), scalar, fc.string(), (key, value, other) => {
        const filter = filterBy(key, value)
        fc.pre(filter !== null && key !== 'z')
        const pattern = new RegExp(patternOf(filter))
        expect(pattern.test(JSON.stringify({ a: other, [key]: value, z: 1 }))).toBe(true)
        expect(pattern.test(JSON.stringify({ [key]: value }, null, 1))).toBe(true)
      }),
    )
  })

  it('finds no line that has another value', () => {
    const pattern = new RegExp(patternOf({ key: 'ms', value: '12' }))
    expect(pattern.test('{"ms":120}')).toBe(false)
    expect(pattern.test('{"ms":"12"}')).toBe(false)
    expect(pattern.test('{"ms": 12 }')).toBe(true)
  })

  it('stands in the address and is read from it, and a changed address asks for none', () => {
    const filters = withFilter(withFilter([], { key: 'order', value: '"A-1"' }), { key: 'ms', value: '5' })
    expect(readFilters(filtersText(filters))).toEqual(filters)
    expect(filters.map(wordsOf)).toEqual(['order=A-1', 'ms=5'])
    for (const text of ['', '{', '5', '[5]', '[["a"]]', '[[1,2]]']) expect(readFilters(text)).toEqual([])
  })

  it('takes the place of the one for the same member', () => {
    expect(withFilter([{ key: 'a', value: '1' }], { key: 'a', value: '2' })).toEqual([{ key: 'a', value: '2' }])
  })

  it('is not made for what is no single value', () => {
    expect([filterBy('a', null), filterBy('a', { b: 1 }), filterBy('a', 'x'.repeat(300))]).toEqual([null, null, null])
  })
})
