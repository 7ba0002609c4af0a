import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { formatToken, matchesFilter, parseFilter, splitFilter } from './filter.ts'

const web = service({ name: 'web-app', tags: ['web', 'edge'], app: 'shop', ports: [{ port: 3000 }] })
const failed = service({ name: 'worker', state: 'failed', tags: ['queue'], description: 'makes thumbnails' })
const names = (filter: string): string[] =>
  [web, failed].filter((item) => matchesFilter(item, parseFilter(filter))).map(({ name }) => name)

describe('parseFilter', () => {
  it('reads keys, negation, quotes and text', () => {
    expect(parseFilter('state:failed -tag:"old web" app')).toEqual([
      { key: 'state', value: 'failed', not: false },
      { key: 'tag', value: 'old web', not: true },
      { key: 'text', value: 'app', not: false },
    ])
  })

  it('takes an unknown key for text', () => {
    expect(parseFilter('http://x')).toEqual([{ key: 'text', value: 'http://x', not: false }])
  })

  it('waits for the value of a key', () => {
    expect(parseFilter('state:')).toEqual([{ key: 'text', value: 'state:', not: false }])
  })

  it('writes back what it reads', () => {
    const filter = '-state:failed tag:"a b" web'
    expect(parseFilter(filter).map(formatToken).join(' ')).toBe(filter)
  })

  it('never fails', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseFilter(text))))
  })
})

describe('splitFilter', () => {
  it.each([
    ['tag:web ', ['tag:web'], ''],
    ['tag:web sta', ['tag:web'], 'sta'],
    ['tag:"a b', [], 'tag:"a b'],
    ['tag:"a b" x', ['tag:"a b"'], 'x'],
    ['base tag:sql ', ['tag:sql'], 'base '],
    ['', [], ''],
  ])('splits %j', (filter, tokens, rest) => {
    expect(splitFilter(filter)).toEqual({ tokens: parseFilter(tokens.join(' ')), rest })
  })
})

describe('matchesFilter', () => {
  it.each([
    ['', ['web-app', 'worker']],
    ['state:failed', ['worker']],
    ['state:attention', ['worker']],
    ['state:failed state:running', ['web-app', 'worker']],
    ['tag:WEB', ['web-app']],
    ['tag:web state:failed', []],
    ['-tag:web', ['worker']],
    ['app:shop', ['web-app']],
    ['port:3000', ['web-app']],
    ['thumb', ['worker']],
    ['w app', ['web-app']],
  ])('shows for "%s" %j', (filter, expected) => {
    expect(names(filter)).toEqual(expected)
  })
})
