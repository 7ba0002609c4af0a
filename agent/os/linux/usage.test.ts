import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin } from './usage.ts'

const highest = 40
const lowest = 3

test('a pid that was given out since the last look is known as such, also where they began anew at the lowest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: lowest, max: highest }),
      fc.integer({ min: 1, max: highest - lowest }),
      (before, count) => {
        const given = new Set<number>()
        let last = before
        for (let each = 0; each < count; each++) {
          last = last === highest ? lowest : last + 1
          given.add(last)
        }
        for (let pid = lowest; pid <= highest; pid++) expect(isWithin(pid, before, last)).toBe(given.has(pid))
      },
    ),
  )
})
