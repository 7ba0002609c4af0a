import { describe, expect, it } from 'vitest'
import { grepOf, hitsIn, markingPattern, patternProblem } from './pattern.ts'

describe('patternProblem', () => {
  it('says what is wrong with a pattern', () => {
    expect(patternProblem('timeout|refused')).toBeNull()
    expect(patternProblem('foo(')).toMatch(/unterminated group/i)
  })
})

describe('grepOf', () => {
  it('ignores case unless it matters', () => {
    expect(grepOf('Timeout', false)).toBe('(?i)Timeout')
    expect(grepOf('Timeout', true)).toBe('Timeout')
    expect(grepOf('', false)).toBe('')
  })

  it('marks hits in any case', () => {
    const marking = markingPattern(grepOf('timeout', false))
    expect(marking && hitsIn('TimeOut', marking)).toEqual([[0, 7]])
  })
})

describe('markingPattern', () => {
  it.each(['timeout|refused', 'status=5\\d\\d', 'GET .*', '[a-z]+ failed', 'https?', 'x{2,5}', 'a+?', '(GET|POST) /'])(
    'marks hits of %s',
    (pattern) => {
      expect(markingPattern(pattern)).toBeInstanceOf(RegExp)
    },
  )

  it.each(['(a+)+$', '(a|a)*b', '.*.*=', 'a?a?a?a?a?', '(x{1,9}){1,9}', 'a{1,5000}b', '(?=a)b', '(a)\\1', '', 'foo('])(
    'does not run %s in the page',
    (pattern) => {
      expect(markingPattern(pattern)).toBeNull()
    },
  )
})

describe('hitsIn', () => {
  it('finds every hit and passes over empty ones', () => {
    expect(hitsIn('a timeout, a timeout', /timeout/g)).toEqual([
      [2, 9],
      [13, 20],
    ])
    expect(hitsIn('abc', /x*/g)).toEqual([])
  })
})
