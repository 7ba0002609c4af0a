import { describe, expect, it } from 'vitest'
import { absoluteTime, withLocalTimes } from './figures.tsx'

describe('withLocalTimes', () => {
  it('writes each moment of a sentence as the panel does', () => {
    const [from, to] = ['2026-11-29T03:13:36.789Z', '2026-11-29T05:00:00+01:00']
    expect(withLocalTimes(`from ${from} to ${to}.`)).toBe(`from ${absoluteTime(from)} to ${absoluteTime(to)}.`)
  })

  it('leaves what is no moment', () => {
    const text = 'release 2026-11-29, T03:13, node-2026-11-29T03:13'
    expect(withLocalTimes(text)).toBe(text)
  })
})
