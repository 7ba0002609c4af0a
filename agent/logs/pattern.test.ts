import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, confineToLine } from './pattern.ts'

const atoms = [
  'a',
  'b',
  '.',
  '\\s',
  '\\d',
  '\\w',
  '\\W',
  '\\S',
  '[^a]',
  '[ab]',
  '[^\\s]',
  '\\b',
  '^',
  '$',
  '(?:ab|b)',
  '(?!a)',
  '(?=b)',
  '(a)\\1',
]
const quantifiers = ['', '', '', '*', '+', '?', '{1,2}', '*?']
const pattern = fc
  .array(fc.tuple(fc.constantFrom(...atoms), fc.constantFrom(...quantifiers)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([atom, quantifier]) => (/^[\^$]|\\b|\(\?/.test(atom) ? atom : atom + quantifier)).join(''))
const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '\r', 'ä'), maxLength: 6 }), {
  minLength: 1,
  maxLength: 6,
})

describe('compilePattern', () => {
  it('finds in joined lines every line that matches alone', () => {
    fc.assert(
      fc.property(pattern, text, (source, lines) => {
        const { line, block } = compilePattern(source)
        if (!block) return
        const joined = `${lines.join('\n')}\n`
        let start = 0
        for (const each of lines) {
          if (line.test(each)) {
            block.lastIndex = start
            const found = block.exec(joined)?.index ?? Number.POSITIVE_INFINITY
            expect(found, `${source} in ${JSON.stringify(each)}`).toBeLessThanOrEqual(start + each.length)
          }
          start += each.length + 1
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps every part of a pattern within a line', () => {
    expect(confineToLine('a\\s+b')).toBe('a[^\\S\\n]+b')
    expect(confineToLine('[^x]*')).toBe('[^x\\n]*')
    expect(confineToLine('.*foo')).toBe('foo')
    for (const source of ['[\\s\\S]', '[^]', '\\n', '\\x0a', 'a(?!$)', '\\p{L}', '[\\t-\\r]']) {
      expect(confineToLine(source), source).toBeUndefined()
    }
  })

  it('ignores case where (?i) says so', () => {
    expect(compilePattern('(?i)warn').line.test('WARNING')).toBe(true)
    expect(compilePattern('(?i)warn').block?.test('x\nWARNING\n')).toBe(true)
  })

  it('says what is wrong with a pattern', () => {
    expect(() => compilePattern('(a')).toThrow('not a valid regular expression: /(a/: Unterminated group')
    expect(() => compilePattern('x'.repeat(1 << 20))).toThrow('1048576 characters long; at most 1024')
  })
})
