import { describe, expect, it } from 'vitest'
import { coverage, extendTo, keepShown, nothingSelected, toggleAll, toggleName } from './selection.ts'

const shown = ['a', 'b', 'c', 'd', 'e']
const namesOf = ({ names }: { names: ReadonlySet<string> }) => [...names].sort()

describe('a selection', () => {
  it('takes a name in and out', () => {
    const one = toggleName(nothingSelected, 'b')
    expect(namesOf(one)).toEqual(['b'])
    expect(namesOf(toggleName(one, 'b'))).toEqual([])
  })

  it('reaches from where it began to where one points, in either direction', () => {
    const begun = toggleName(nothingSelected, 'c')
    expect(namesOf(extendTo(begun, 'e', shown))).toEqual(['c', 'd', 'e'])
    expect(namesOf(extendTo(begun, 'a', shown))).toEqual(['a', 'b', 'c'])
  })

  it('begins where one points when its beginning is not seen', () => {
    expect(namesOf(extendTo({ names: new Set(), anchor: 'gone' }, 'b', shown))).toEqual(['b'])
  })

  it('covers all, then none', () => {
    const all = toggleAll(toggleName(nothingSelected, 'a'), shown)
    expect(coverage(all, shown)).toBe('all')
    expect(coverage(toggleAll(all, shown), shown)).toBe('none')
    expect(coverage(toggleName(nothingSelected, 'a'), shown)).toBe('some')
  })

  it('loses what is not shown any more', () => {
    expect(namesOf(keepShown(toggleAll(nothingSelected, shown), ['a', 'e']))).toEqual(['a', 'e'])
  })
})
