import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChangeLog } from './changelog.ts'

const step = fc.record({ name: fc.nat(8).map(String), isForgotten: fc.boolean() })

describe('a log of changes', () => {
  it('names whoever changed after a number once, in the order of the last changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(400), (steps, since) => {
        const log = new ChangeLog()
        const last = new Map<string, number>()
        steps.forEach(({ name, isForgotten }, seq) => {
          last.delete(name)
          if (isForgotten) log.forget(name)
          else {
            log.mark(name, seq)
            last.set(name, seq)
          }
        })
        expect(log.newerThan(since)).toEqual([...last].filter(([, seq]) => seq > since).map(([name]) => name))
        expect(log.size).toBe(last.size)
      }),
    )
  })

  it('forgets the one that has not changed for longest', () => {
    const log = new ChangeLog()
    for (const [seq, name] of ['web', 'db', 'web'].entries()) log.mark(name, seq)
    expect(log.dropOldest()).toBe(1)
    expect(log.newerThan(-1)).toEqual(['web'])
    expect(log.dropOldest()).toBe(2)
    expect(log.dropOldest()).toBeUndefined()
  })
})
