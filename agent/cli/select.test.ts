import { describe, expect, it } from 'vitest'
import { aService } from './fixtures/service.ts'
import { isNamed, isSelected, matcherOf, unknownName } from './select.ts'

describe('choosing services', () => {
  it.each([
    ['web*', 'web-app', true],
    ['web*', 'a-web', false],
    ['w?b', 'web', true],
    ['w?b', 'w测b', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['*', 'any(thing)', true],
  ])('the pattern %s against %s is %s', (pattern, name, matches) => {
    expect(matcherOf(pattern)(name)).toBe(matches)
  })

  it('takes a plain name for all its instances', () => {
    const instance = { name: 'web#1', service: 'web' }
    expect([isNamed(instance, 'web'), isNamed(instance, 'web#1'), isNamed(instance, 'web#0')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('wants any tag of those that are named, and the app as well', () => {
    const service = aService({ name: 'web', tags: ['edge', 'eu'], app: 'shop' })
    expect(isSelected(service, { tag: ['us', 'eu'] })).toBe(true)
    expect(isSelected(service, { tag: ['eu'], app: ['blog'] })).toBe(false)
    expect(isSelected(service, { tag: ['eu'], app: ['shop'] })).toBe(true)
  })

  it('suggests the nearest name, and none that is far', async () => {
    expect(await unknownName('wbe', ['web', 'database'])).toMatchObject({ exitCode: 5, hint: 'Did you mean web?' })
    expect(await unknownName('zzz', ['web', 'database'])).toMatchObject({ hint: '"hxe list" shows what there is.' })
  })
})
