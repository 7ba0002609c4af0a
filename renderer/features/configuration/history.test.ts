import { expect, test } from 'vitest'
import { rollbackFiles } from './apply.ts'
import { differences } from './history.ts'

test('only the files that differ are told, with how', () => {
  const before = { 'a.hcl': '1', 'b.hcl': '1', 'c.hcl': '1' }
  expect(differences(before, { 'a.hcl': '1', 'b.hcl': '2', 'd.hcl': '' })).toEqual([
    { path: 'b.hcl', before: '1', after: '2', how: 'changed' },
    { path: 'c.hcl', before: '1', after: '', how: 'gone' },
    { path: 'd.hcl', before: '', after: '', how: 'new' },
  ])
})

test('going back writes what was then and takes away what came later', () => {
  expect(rollbackFiles('/c', { '/c/a.hcl': '1' }, { '/c/a.hcl': '2', '/c/t/b.hcl': '2' })).toEqual({
    'a.hcl': '1',
    't/b.hcl': null,
  })
})
