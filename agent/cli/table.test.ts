import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { type Column, drawTable } from './table.ts'
import { cut, measureFor, plainText } from './width.ts'

interface Row {
  name: string
  count: string
  reason: string
}

const columns: Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name, shrinkTo: 10, least: 6 },
  { title: 'COUNT', cell: ({ count }) => count, align: 'right', dropOrder: 1 },
  { title: 'REASON', cell: ({ reason }) => reason, shrinkTo: 10, least: 4 },
]
const draw = (rows: Row[], width = Number.POSITIVE_INFINITY): Promise<string[]> =>
  drawTable(rows, columns, { columns: width, head: String })

describe('a table', () => {
  it('sets figures to the right and words to the left', async () => {
    expect(
      await draw([
        { name: 'web', count: '2', reason: 'well' },
        { name: 'api', count: '12', reason: '' },
      ]),
    ).toEqual(['NAME  COUNT  REASON', 'web       2  well', 'api      12'])
  })

  it('leaves out a column in which nothing stands', async () => {
    expect(await draw([{ name: 'web', count: '2', reason: '' }])).toEqual(['NAME  COUNT', 'web       2'])
  })

  it('counts cells, not characters', async () => {
    const lines = await draw([
      { name: '测试服务', count: '1', reason: 'a' },
      { name: 'größe', count: '2', reason: 'b' },
      { name: 'e\u0301te\u0301', count: '3', reason: 'c' },
    ])
    expect(lines.slice(1)).toEqual(['测试服务      1  a', 'größe         2  b', 'e\u0301te\u0301           3  c'])
  })

  it('cuts what may be cut, leaves out columns, and cuts further', async () => {
    const rows = [{ name: 'a-very-long-name', count: '2', reason: 'a reason of some length' }]
    expect(await draw(rows, 40)).toEqual([
      'NAME              COUNT  REASON',
      'a-very-long-name      2  a reason of so…',
    ])
    expect(await draw(rows, 29)).toEqual(['NAME        COUNT  REASON', 'a-very-lo…      2  a reason …'])
    expect(await draw(rows, 22)).toEqual(['NAME        REASON', 'a-very-lo…  a reason …'])
    expect(await draw(rows, 12)).toEqual(['NAME    REA…', 'a-ver…  a r…'])
  })

  it('is never wider than the terminal while its columns can give way', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((some) => some.replace(/\p{C}/gu, '').trim())
    const row = fc.record({ name: text, count: fc.nat().map(String), reason: text })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 12, max: 100 }),
        async (rows, width) => {
          for (const line of await draw(rows, width)) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a text that needs no tables to be measured', () => {
  it('is made of characters of one cell', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCharCode(code)
      if (plainText.test(character)) expect(`${code} ${stringWidth(character)}`).toBe(`${code} 1`)
    }
  })
})

describe('a text that is cut', () => {
  it('ends with an ellipsis between characters as people count them', async () => {
    const family = '👨‍👩‍👧‍👦'
    const measure = await measureFor([family])
    expect(cut(`ab${family}cd`, 4, measure)).toBe('ab…')
    expect(cut('测试服务', 6, measure)).toBe('测试…')
    expect(cut('plain', 5, measure)).toBe('plain')
    expect(cut('plain', 4, measure)).toBe('pla…')
    expect(cut('plain', 0, measure)).toBe('')
  })
})
