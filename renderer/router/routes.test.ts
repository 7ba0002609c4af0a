import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchRoute, servicePath, withQuery } from './routes.ts'

describe('matchRoute', () => {
  it.each([
    ['/', { page: 'overview' }],
    ['/overview', { page: 'overview' }],
    ['/services', { page: 'services' }],
    ['/services/', { page: 'services' }],
    ['/services/web-app', { page: 'service', name: 'web-app', tab: 'overview' }],
    ['/services/web%230/logs', { page: 'service', name: 'web#0', tab: 'logs' }],
    ['/logs', { page: 'logs' }],
    ['/activity', { page: 'activity' }],
  ])('takes %s to its page', (path, route) => {
    expect(matchRoute(path)).toEqual(route)
  })

  it.each(['/nowhere', '/services/web/nowhere', '/services/%', '/logs/web', '/constructor'])(
    'knows no page for %s',
    (path) => {
      expect(matchRoute(path).page).toBe('unknown')
    },
  )

  it('finds back any name of a service', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
        fc.pre(!/\p{Surrogate}/u.test(name))
        expect(matchRoute(servicePath(name, 'logs'))).toEqual({ page: 'service', name, tab: 'logs' })
      }),
    )
  })
})

describe('withQuery', () => {
  it('leaves out what is empty', () => {
    expect(withQuery('/services', { filter: 'state:failed', sort: '' })).toBe('/services?filter=state%3Afailed')
  })
})
