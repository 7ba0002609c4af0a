import { Text } from '@codemirror/state'
import { expect, test } from 'vitest'
import { offsetAt, placeAt } from './positions.ts'

const doc = Text.of(['a = "é😀x"', '', 'b'])

test('columns count code points, not the halves of them', () => {
  expect(offsetAt(doc, { line: 1, column: 7 })).toBe(6)
  expect(offsetAt(doc, { line: 1, column: 8 })).toBe(8)
  expect(placeAt(doc, 8)).toEqual({ line: 1, column: 8 })
})

test('a place and its offset are the same both ways', () => {
  for (const offset of [0, 1, 5, 6, 8, 10, 11, 12]) expect(offsetAt(doc, placeAt(doc, offset))).toBe(offset)
})

test('what is beyond a line or the text is its end', () => {
  expect(offsetAt(doc, { line: 1, column: 99 })).toBe(10)
  expect(offsetAt(doc, { line: 9, column: 1 })).toBe(doc.length)
  expect(placeAt(doc, 999)).toEqual({ line: 3, column: 2 })
})
