import { expect, test } from 'vitest'
import { applyLabel, countActions, reasonOf, refusalToApply } from './plan.ts'

test('actions are counted as a person thinks of them, a reload as in place', () => {
  const action = (kind: 'start' | 'stop' | 'restart' | 'reload' | 'update') => ({
    service: kind,
    action: kind,
    because: [],
  })
  expect(countActions(['start', 'restart', 'reload', 'update'].map((kind) => action(kind as 'start')))).toEqual({
    restart: 1,
    inPlace: 2,
    start: 1,
    stop: 0,
  })
})

test('a reason is a difference or a sentence', () => {
  expect(reasonOf('command: "a" → "b"')).toEqual({ kind: 'difference', path: 'command', before: '"a"', after: '"b"' })
  expect(reasonOf('tags = ["x"]')).toEqual({ kind: 'difference', path: 'tags', before: null, after: '["x"]' })
  expect(reasonOf('stop.timeout is gone')).toMatchObject({ kind: 'difference', path: 'stop.timeout', after: null })
  expect(reasonOf('It is new in the files')).toEqual({ kind: 'sentence', text: 'It is new in the files' })
})

const fine = { isLive: true, busy: null, edits: 1, pending: false, errors: 0, conflicts: [] }

test('what can be applied is, and the first reason why not is told', () => {
  expect(refusalToApply(fine)).toBeNull()
  expect(refusalToApply({ ...fine, edits: 0, pending: true })).toBeNull()
  expect(refusalToApply({ ...fine, edits: 0 })).toMatch(/Nothing/)
  expect(refusalToApply({ ...fine, isLive: false })).toMatch(/kept/)
  expect(refusalToApply({ ...fine, errors: 2, conflicts: ['a.hcl'] })).toBe('a.hcl has changed on disk: merge first')
  expect(refusalToApply({ ...fine, errors: 2 })).toBe('Fix 2 errors before it can be applied')
})

test('the button counts files', () => {
  expect([0, 1, 2].map(applyLabel)).toEqual(['Apply', 'Apply 1 change', 'Apply 2 changes'])
})
