import { expect, it } from 'vitest'
import { AlertNotices } from './alerts.ts'

const notice = (id: string, path = '/services/web') => ({ id, title: `${id} title`, text: 'text', path })

it('tells each notice of an alert once, and nothing of before', () => {
  const alerts = new AlertNotices()
  expect(alerts.look([notice('1')], 0)).toEqual([])
  expect(alerts.look([notice('1'), notice('2')], 0).map(({ title }) => title)).toEqual(['2 title'])
  expect(alerts.look([notice('2')], 0)).toEqual([])
})

it('does not repeat what the panel has told of a service itself', () => {
  const alerts = new AlertNotices()
  alerts.look([], 0)
  alerts.noteTold('/services/web', 1_000)
  expect(alerts.look([notice('1'), notice('2', '/services/api')], 11_000).map(({ path }) => path)).toEqual([
    '/services/api',
  ])
  expect(alerts.look([notice('3')], 300_000).map(({ path }) => path)).toEqual(['/services/web'])
})
