import { expect, test } from 'vitest'
import { match } from './match.ts'

const scoreOf = (query: string, text: string): number => match(query, text)?.score ?? Number.NEGATIVE_INFINITY

test('the whole, a start, a word, a part and letters in order rank in this order', () => {
  const texts = ['web', 'web-app', 'my-web-app', 'cobweb', 'w-e-b']
  const sorted = texts.toSorted((a, b) => scoreOf('web', b) - scoreOf('web', a))
  expect(sorted).toEqual(texts)
})

test('of two that match alike the shorter comes first', () => {
  expect(scoreOf('pay', 'payroll')).toBeGreaterThan(scoreOf('pay', 'payroll-export-nightly'))
})

test('every word has to be found', () => {
  expect(match('restart web', 'Restart web-app')).not.toBeNull()
  expect(match('restart web', 'Restart api')).toBeNull()
})

test('tells what was found, merged and in order', () => {
  expect(match('app web', 'web-app')?.ranges).toEqual([
    [0, 3],
    [4, 7],
  ])
  expect(match('we web', 'web')?.ranges).toEqual([[0, 3]])
})

test('letters that are far apart do not match', () => {
  expect(match('ae', 'a-very-long-name-with-an-e')?.ranges.length ?? 0).not.toBe(0)
  expect(match('az', `a${'-'.repeat(20)}z`)).toBeNull()
})

test('nothing typed matches everything alike', () => {
  expect(match('  ', 'anything')?.ranges).toEqual([])
})
