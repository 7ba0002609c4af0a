import { expect, test } from 'vitest'
import type { FormField, ServiceForm } from '../../../contract/index.ts'
import { changesOf, groupsOf, textOf, withLines } from './fields.ts'

const field = (path: string, more: Partial<FormField>): FormField => ({
  path: path.split('.'),
  kind: 'text',
  help: '',
  masked: false,
  source: 'literal',
  ...more,
})

test.each([
  [field('command', { value: 'a' }), 'b', [{ path: ['command'], value: 'b' }]],
  [field('command', { value: 'a' }), 'a', []],
  [field('command', { value: 'a' }), '', [{ path: ['command'], value: null }]],
  [field('replicas', { kind: 'number', value: 1 }), '3', [{ path: ['replicas'], value: 3 }]],
  [field('replicas', { kind: 'number', value: 1 }), 'x', [{ path: ['replicas'], value: 'x' }]],
  [field('autostart', { kind: 'bool', value: true }), 'false', [{ path: ['autostart'], value: false }]],
  [field('ports', { kind: 'list', of: 'number', value: [1] }), '1\n2\n', [{ path: ['ports'], value: [1, 2] }]],
  [
    field('environment', { kind: 'map', value: { A: '1', B: '••••••', C: 'c' } }),
    'A=2=3\nB=••••••\nD=d',
    [
      { path: ['environment', 'C'], value: null },
      { path: ['environment', 'A'], value: '2=3' },
      { path: ['environment', 'D'], value: 'd' },
    ],
  ],
])('%j with %j asks for what differs', (given, text, changes) => {
  expect(changesOf(given, text)).toEqual(changes)
})

test('what is usual or said is shown, by its block, entries of maps in their map', () => {
  const form: ServiceForm = {
    service: 'web',
    files: [],
    sources: [],
    blocks: [['health_check', 'ready']],
    own: [],
    kinds: [],
    fields: [
      field('command', {}),
      field('nice', { source: 'unset' }),
      field('environment', { kind: 'map', value: { A: '1' } }),
      field('environment.A', { value: '1' }),
      field('restart.delay', { source: 'unset' }),
      field('health_check.ready.url', { source: 'unset' }),
    ],
  }
  const titles = groupsOf(form, false).map(({ title, fields }) => [title, fields.map(({ path }) => path.at(-1))])
  expect(titles).toEqual([
    ['', ['command', 'environment']],
    ['restart', ['delay']],
    ['health_check ready', ['url']],
  ])
  expect(groupsOf(form, true)[0]?.fields).toHaveLength(3)
})

test('lists and maps are a line for each item', () => {
  expect(textOf(field('args', { kind: 'list', value: ['a', 'b'] }))).toBe('a\nb')
  expect(textOf(field('environment', { kind: 'map', value: { A: '1' } }))).toBe('A=1')
})

test.each([['one\ntwo'], ['C:\\dir\\'], ['a\\\\\nb\\'], ['#!/bin/sh\necho hi\n']])(
  'an item %j comes back as it is',
  (item) => {
    const list = field('args', { kind: 'list', value: ['first', item, 'last'] })
    const text = textOf(list)
    expect(changesOf({ ...list, value: [] }, text)).toEqual([{ path: ['args'], value: ['first', item, 'last'] }])
    const map = field('environment', { kind: 'map', value: { A: item } })
    expect(changesOf({ ...map, value: {} }, textOf(map))).toEqual([{ path: ['environment', 'A'], value: item }])
  },
)

test('a line that ends in a backslash goes on with the next', () => {
  const list = field('args', { kind: 'list', value: [] })
  expect(changesOf(list, '-c\necho a\\\necho b')).toEqual([{ path: ['args'], value: ['-c', 'echo a\necho b'] }])
})

test('lines are put in place of others, with the line ends of the file', () => {
  expect(withLines('a\r\nb\r\nc\r\n', { line: 2, endLine: 2 }, 'x\ny')).toBe('a\r\nx\r\ny\r\nc\r\n')
  expect(withLines('a\nb', { line: 2, endLine: 2 }, 'x')).toBe('a\nx')
})
