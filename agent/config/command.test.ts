import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitCommand, UnclosedQuote } from './command.ts'

test.each([
  ['node app.js', ['node', 'app.js']],
  ['  a\t b\n c ', ['a', 'b', 'c']],
  ['', []],
  ['"a b" c', ['a b', 'c']],
  ['\'a b\'c"d e"', ['a bcd e']],
  ["'a\\b\"c'", ['a\\b"c']],
  ['"a\\"b\\\\c\\d\\$e\\`f"', ['a"b\\c\\d$e`f']],
  ['a\\ b c\\"d', ['a b', 'c"d']],
  ['\'\' "" x', ['', '', 'x']],
  ['a\\\nb', ['ab']],
  ['a\\', ['a\\']],
  ['$HOME *.js `id` a;b | c > d', ['$HOME', '*.js', '`id`', 'a;b', '|', 'c', '>', 'd']],
  ['grüß "😀 x"', ['grüß', '😀 x']],
])('splits %j as a shell would, without one', (text, words) => {
  expect(splitCommand(text)).toEqual(words)
})

test.each([
  ['echo "a', '"', 5],
  ["it's", "'", 2],
  ['"a" \'b', "'", 4],
  ['"a\\"', '"', 0],
])('says where the quote that is not closed opens: %j', (text, quote, offset) => {
  expect(() => splitCommand(text)).toThrowError(UnclosedQuote)
  try {
    splitCommand(text)
  } catch (error) {
    expect(error).toMatchObject({ quote, offset })
  }
})

test('words quoted singly come back as they were', () => {
  const word = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const line = words.map((text) => `'${text.replaceAll("'", `'\\''`)}'`).join(' ')
      expect(splitCommand(line)).toEqual(words)
    }),
  )
})

test('nothing makes it do anything but split or refuse', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "'", '\\', ' ', 'a', '\n', '$') }), (text) => {
      try {
        for (const word of splitCommand(text)) expect(typeof word).toBe('string')
      } catch (error) {
        expect(error).toBeInstanceOf(UnclosedQuote)
      }
    }),
  )
})
