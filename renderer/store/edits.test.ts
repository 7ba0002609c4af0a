import { expect, test } from 'vitest'
import { withEdit } from './edits.ts'

const edit = { base: 'a', hash: 'h', text: 'b' }

test('an edit that says what the file says is none', () => {
  expect(withEdit({}, 'x.hcl', { ...edit, text: 'a' })).toEqual({})
  expect(withEdit({ 'x.hcl': edit }, 'x.hcl', { ...edit, text: 'a' })).toEqual({})
})

test('a new file without text and a file taken away are edits', () => {
  expect(withEdit({}, 'new.hcl', { base: null, hash: null, text: '' })).toHaveProperty(['new.hcl'])
  expect(withEdit({}, 'old.hcl', { base: 'a', hash: 'h', text: null })).toHaveProperty(['old.hcl'])
})

test('the same edit again leaves everything as it is', () => {
  const files = { 'x.hcl': edit }
  expect(withEdit(files, 'x.hcl', { ...edit })).toBe(files)
  expect(withEdit(files, 'y.hcl', null)).toBe(files)
})
