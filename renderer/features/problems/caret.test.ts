import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../../contract/index.ts'
import { excerptOf } from './caret.ts'

const problem = (part: Partial<Diagnostic>): Diagnostic => ({
  severity: 'error',
  code: 'x',
  file: 'a.hcl',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  message: '',
  ...part,
})

describe('excerptOf', () => {
  it('marks the offending text', () => {
    const excerpt = excerptOf(problem({ source: '  comand = 1', column: 3, endColumn: 9 }))
    expect(excerpt).toEqual({ before: '  ', marked: 'comand', after: ' = 1' })
  })

  it('counts code points', () => {
    expect(excerptOf(problem({ source: '"😀" x', column: 5, endColumn: 6 }))?.marked).toBe('x')
  })

  it('marks to the end of the line what ends on a later one', () => {
    expect(excerptOf(problem({ source: 'a = [', column: 5, endLine: 3, endColumn: 2 }))?.marked).toBe('[')
  })

  it('marks a blank past the end', () => {
    expect(excerptOf(problem({ source: 'a', column: 9, endColumn: 9 }))).toEqual({
      before: 'a',
      marked: ' ',
      after: '',
    })
  })

  it('has nothing to draw without the line', () => {
    expect(excerptOf(problem({}))).toBeNull()
  })
})
