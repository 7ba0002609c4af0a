import { expect, test } from 'vitest'
import { countByFile, fixFor, problemsInWords, sentenceOf, sortProblems } from './problems.ts'

const problem = {
  severity: 'error' as const,
  code: 'unknown-service',
  file: 'a.hcl',
  line: 1,
  column: 11,
  endLine: 1,
  endColumn: 20,
  message: 'No service named databse.',
  suggestion: 'Did you mean "database"?',
  source: 'service = "databse"',
}

test('a near word is a fix, in quotes where what it replaces is', () => {
  expect(fixFor(problem)).toBe('"database"')
  expect(fixFor({ ...problem, column: 12, endColumn: 19 })).toBe('database')
  expect(fixFor({ ...problem, suggestion: 'tags' })).toBe('"tags"')
})

test('advice is no fix', () => {
  expect(fixFor({ ...problem, suggestion: 'Remove one of them, or set port_step.' })).toBeNull()
  expect(fixFor({ ...problem, endLine: 2 })).toBeNull()
  expect(fixFor({ ...problem, endColumn: 11 })).toBeNull()
})

test('what is wrong and what is near are one sentence', () => {
  expect(sentenceOf(problem)).toBe('No service named databse. Did you mean "database"?')
  expect(sentenceOf({ ...problem, suggestion: 'tags' })).toBe('No service named databse. Did you mean tags?')
})

test('errors come first, and are counted in words and by file', () => {
  const warning = { ...problem, severity: 'warning' as const, file: 'A.hcl' }
  expect(sortProblems([warning, problem])).toEqual([problem, warning])
  expect(problemsInWords([warning, problem, problem])).toBe('2 errors, 1 warning')
  expect(problemsInWords([])).toBe('No problems')
  expect(countByFile([warning, problem]).get('a.hcl')).toEqual({ errors: 1, warnings: 0 })
})
