import { expect, test } from 'vitest'
import { describeRefusal } from './refusal.ts'

test('a service that tells of too much is told so', () => {
  expect(describeRefusal({ of: 'one', kind: 'service', name: 'web#1', most: 5_000 })).toEqual({
    service: 'web#1',
    text: '5,000 series of different names or labels have been told of, which is all that one may: new ones are not recorded until old ones have been pruned. Leave out labels that change all the time',
  })
})

test('where there is no room for anybody, no service is blamed', () => {
  expect(describeRefusal({ of: 'all', kind: 'service', name: 'web', most: 50_000 })).toEqual({
    text: '50,000 series of different names or labels are recorded, which is all that there is room for: new ones, now of web, are not recorded until old ones have been pruned',
  })
  expect(describeRefusal({ of: 'subjects', kind: 'service', name: 'nightly', most: 20_000 })).toEqual({
    text: '20,000 services and hosts are recorded, which is all that there is room for: nightly and other new ones are not recorded until old ones have been pruned',
  })
})
