import { describe, expect, it } from 'vitest'
import { markSpans } from './marks.ts'

describe('markSpans', () => {
  it('marks a hit that crosses a change of colour', () => {
    const spans = [{ text: 'time', colour: 'red' as const }, { text: 'out now' }]
    expect(markSpans(spans, [[2, 7]])).toEqual([
      { text: 'ti', colour: 'red' },
      { text: 'me', colour: 'red', hit: true },
      { text: 'out', hit: true },
      { text: ' now' },
    ])
  })

  it('leaves spans without hits alone', () => {
    expect(markSpans([{ text: 'a' }], [])).toEqual([{ text: 'a' }])
  })
})
