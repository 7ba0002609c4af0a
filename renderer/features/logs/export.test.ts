import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../contract/index.ts'
import { collectLines, fileName, plainText } from './export.ts'

const line = (seq: number): LogLine => ({
  seq,
  time: '2026-11-28T12:00:00.000Z',
  stream: 'stdout',
  level: 'info',
  text: `\x1b[31mline\x1b[0m ${seq}`,
  service: 'web',
  place: `1/${seq}`,
})

describe('a file of lines', () => {
  it('has all pages, the oldest first, without colours', async () => {
    const pages = [[line(3), line(4)], [line(2)], [line(1)]]
    const asked: object[] = []
    const progress: number[] = []
    const { parts, lines, isCut } = await collectLines(
      'text',
      async (where) => {
        asked.push(where)
        const items = pages[asked.length - 1] ?? []
        return asked.length < pages.length ? { items, nextCursor: `c${asked.length}` } : { items }
      },
      (count) => progress.push(count),
      new AbortController().signal,
    )
    expect(parts.join('')).toBe([1, 2, 3, 4].map((seq) => `2026-11-28T12:00:00.000Z web line ${seq}\n`).join(''))
    expect([lines, isCut, progress]).toEqual([4, false, [2, 3, 4]])
    expect(asked).toEqual([{ limit: 10_000 }, { cursor: 'c1', limit: 10_000 }, { cursor: 'c2', limit: 10_000 }])
  })

  it('has lines as the agent gives them where they are JSON', async () => {
    const ask = async () => ({ items: [line(1)] })
    const { parts } = await collectLines('jsonl', ask, () => undefined, new AbortController().signal)
    const { place: _place, ...expected } = line(1)
    expect(JSON.parse(parts.join(''))).toEqual(expected)
  })

  it('is not made when it is not wanted any more', async () => {
    const stop = new AbortController()
    const ask = async () => {
      stop.abort()
      return { items: [line(1)], nextCursor: 'c' }
    }
    await expect(collectLines('text', ask, () => undefined, stop.signal)).rejects.toThrow()
  })

  it('has a name that says what is in it', () => {
    const at = new Date(2026, 10, 28, 14, 3)
    expect(fileName(['web#0'], at, 'text')).toBe('web#0_2026-11-28_14-03.log')
    expect(fileName(['a/../b'], at, 'jsonl')).toBe('a_.._b_2026-11-28_14-03.jsonl')
    expect(fileName([], at, 'text')).toBe('logs_2026-11-28_14-03.log')
  })
})

it('a copied line has its time, its service and no colour', () => {
  expect(plainText(line(7))).toBe('2026-11-28T12:00:00.000Z web line 7')
})
