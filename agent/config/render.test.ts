import { expect, test } from 'vitest'
import type { Diagnostic } from '../../contract/index.ts'
import { renderDiagnostic } from './render.ts'

const base: Diagnostic = {
  severity: 'error',
  code: 'x',
  file: 'a.hcl',
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 8,
  message: 'Wrong.',
  source: '\tab 😀 cde',
}

test('the caret stands below what is meant, whatever the width of what is before it', () => {
  expect(renderDiagnostic({ ...base, column: 5, endColumn: 6 })).toBe('a.hcl:3:5: Wrong.\n  \tab 😀 cde\n  \t   ^^')
  expect(renderDiagnostic({ ...base, column: 7, endColumn: 10 })).toBe(
    'a.hcl:3:7: Wrong.\n  \tab 😀 cde\n  \t      ^^^',
  )
})

test('what goes on over several lines is marked to the end of the first', () => {
  expect(renderDiagnostic({ ...base, source: 'abc', column: 2, endLine: 9 })).toBe('a.hcl:3:2: Wrong.\n  abc\n   ^^')
})

test('of a very long line, what is around the place is shown', () => {
  const shown = renderDiagnostic({
    ...base,
    source: `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`,
    column: 5001,
    endColumn: 5005,
  })
  const [, line = '', caret = ''] = shown.split('\n')
  expect(line.length).toBeLessThan(200)
  expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('HERE')
})

test('a file cannot play tricks on a terminal', () => {
  const shown = renderDiagnostic({
    ...base,
    source: 'a\x1b[2Jb\u202ec',
    message: 'Bad \x07 \x9b',
    column: 1,
    endColumn: 2,
  })
  expect(shown).toBe('a.hcl:3:1: Bad ␇ ␛\n  a␛[2Jbc\n  ^')
})

test('expectation and suggestion follow, in colour when asked', () => {
  const paint = (part: string, text: string): string => `<${part}>${text}</>`
  expect(
    renderDiagnostic({ ...base, severity: 'warning', source: '', expected: 'b', suggestion: 'Write b.' }, paint),
  ).toBe('<place>a.hcl:3:5:</> <warning>warning: Wrong.</>\n<hint>  expected b</>\n<hint>  Write b.</>')
})
