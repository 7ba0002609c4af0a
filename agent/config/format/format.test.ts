import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corpus, mutated } from '../fixtures/corpus.ts'
import { readFile } from '../syntax/body.ts'
import { Source } from '../syntax/source.ts'
import { formatText } from './format.ts'
import { formatFile } from './index.ts'
import { tokenLines } from './tokens.ts'

/** More runs from outside: `HXE_RUNS=1000000 npx vitest run agent/config/format`. */
const runs = Number(process.env.HXE_RUNS ?? 100_000)

test.each([
  ['a=1\nbcd =  [1,2 , -3]', 'a   = 1\nbcd = [1, 2, -3]\n'],
  ['a {\nb=1\n\tc{\nd=2 # x\n}\n}\n', 'a {\n  b = 1\n  c {\n    d = 2 # x\n  }\n}\n'],
  ['a = 1 # x\nbc = 22 // y\n\nd = 1 # z\n', 'a  = 1  # x\nbc = 22 // y\n\nd = 1 # z\n'],
  ['\n\na = 1\n\n\n\nb = 2\n\n', 'a = 1\n\nb = 2\n'],
  ['a = {\nb=1,\n"c":2\n}\nd=1\n', 'a = {\n  b = 1,\n  "c" : 2\n}\nd = 1\n'],
  [
    'a=-x.y[0].*.z[1]*(2-3)\nb = ! c?f( d ):[for k,v in [1]:k if v]\n',
    'a = -x.y[0].*.z[1] * (2 - 3)\nb = !c ? f(d) : [for k, v in [1] : k if v]\n',
  ],
  ['  a   "b"{ c=1 }\nd{}\n', 'a "b" { c = 1 }\nd {}\n'],
  ['a {\nb = <<-EOT\n   kept\n   EOT\ncc = 1\n}\n', 'a {\n  b  = <<-EOT\n   kept\n   EOT\n  cc = 1\n}\n'],
  ['\ufeffa=1\r\nb {\r\nc=1\r\n}\r\n', '\ufeffa = 1\r\nb {\r\n  c = 1\r\n}\r\n'],
  ['', ''],
])('%j is laid out as %j', (before, after) => {
  expect(formatText(before)).toBe(after)
  expect(formatText(after)).toBe(after)
})

test('a broken file is left alone and its mistake told with its place', async () => {
  const result = await formatFile('a.hcl', 'a = 1\nb = \n')
  expect(result).toMatchObject({ diagnostics: [{ file: 'a.hcl', line: 2 }] })
  // Starting HashiCorp's parser takes long on a machine that is busy.
}, 120_000)

/** What a file says: its words, in their order and on their lines. */
const wordsOf = (text: string): string[][] =>
  tokenLines(new Source('', text))
    .map((line) => line.map(({ text: word }) => word))
    .filter((line) => line.length > 0)

const spaced = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(' ', '\t', '\n', '  ')), { maxLength: 12 }),
  )
  .map(([text, insertions]) =>
    insertions.reduce((all, [at, space]) => {
      const place = at % (all.length + 1)
      return all.slice(0, place) + space + all.slice(place)
    }, text),
  )

test('a file of mixed line ends gets those that most of its lines have, and keeps them', () => {
  const mixed = '\r\na = <<EOT\nx\nEOT\nb = 1\n'
  expect(formatText(mixed)).toBe('a = <<EOT\nx\nEOT\nb = 1\n')
  expect(formatText('a=1\r\nb=2\r\nc=3\n')).toBe('a = 1\r\nb = 2\r\nc = 3\r\n')
})

test('any file keeps all its words on their lines, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.oneof(spaced, mutated), (text) => {
      if (readFile(new Source('', text)).gaps.length > 0) return
      const formatted = formatText(text)
      expect(wordsOf(formatted)).toEqual(wordsOf(text))
      expect(readFile(new Source('', formatted)).gaps).toEqual([])
      expect(formatText(formatted)).toBe(formatted)
    }),
    { numRuns: runs },
  )
}, 3_600_000)
