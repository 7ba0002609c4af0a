import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkIn, pathOfLink } from './links.ts'

describe('a link', () => {
  it.each([
    ['hxe://overview', '/overview'],
    ['hxe://services', '/services'],
    ['hxe://services/', '/services'],
    ['HXE://Logs', '/logs'],
    ['hxe://service/web-app', '/services/web-app'],
    ['hxe://services/web.app', '/services/web%2Eapp'],
    ['hxe://service/web%230/logs', '/services/web%230/logs'],
    ['hxe://service/web/overview', '/services/web'],
    ['hxe://logs/web', '/logs?service=web'],
    ['hxe://service/web@atlas', '/services/web%40atlas'],
    ['hxe://service/web%40atlas.example/logs', '/services/web%40atlas%2Eexample/logs'],
    ['hxe://service/dienst-%C3%BC', '/services/dienst-%C3%BC'],
  ])('%s opens %s', (link, path) => {
    expect(pathOfLink(link)).toBe(path)
  })

  it.each([
    ...['hxe:', 'hxe://', 'hxe:///', 'hxe:service/web', 'http://service/web', 'hxe-panel://panel/', 'javascript:1', ''],
    ...['hxe://start/web', 'hxe://service/web/start', 'hxe://service/web/stop', 'hxe://service', 'hxe://service/'],
    ...['hxe://service/..', 'hxe://service/%2E%2E', 'hxe://service/../../etc/passwd', 'hxe://service/a%2Fb'],
    ...['hxe://service/web@', 'hxe://service/@atlas', 'hxe://service/web@atlas@borea', 'hxe://service/web@a%2Fb'],
    ...['hxe://service/web?x=1', 'hxe://service/web#start', 'hxe://user@service/web', 'hxe://service:80/web'],
    ...['hxe://service/%', 'hxe://service/%00', 'hxe://service/a%0Ab', 'hxe://service/a b', 'hxe://service\\web'],
    ...['hxe://service/"--inspect', 'hxe://service/web" --gpu-launcher=x', `hxe://service/${'a'.repeat(90)}`],
    ...['hxe://__proto__', 'hxe://constructor', 'hxe://logs/web/x', 'hxe://service/web/logs/x', 'hxe://%73ervices'],
    ...['hxe://service/<script>', 'hxe://service/%3Cscript%3E', ' hxe://services', 'hxe://services\n', undefined, 7],
  ])('%j is refused', (link) => {
    expect(pathOfLink(link)).toBeUndefined()
  })

  it('names a page of the panel or nothing, whatever it is made of', () => {
    const words = [
      'hxe://',
      'service',
      '/',
      'services',
      'logs',
      '..',
      '%2e',
      '%2f',
      '?',
      '#',
      '@',
      ':',
      '\\',
      'start',
      'a',
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 12 }), (parts) => {
        const path = pathOfLink(`hxe://${parts.join('')}`)
        if (path === undefined) return
        expect(path).toMatch(/^\/(overview|services|logs|activity|settings)(\/[^/?#]+(\/[a-z]+)?)?(\?service=[^&#]+)?$/)
        expect(new URL(path, 'hxe-panel://panel').host).toBe('panel')
      }),
      { numRuns: 2_000 },
    )
  })

  it('is found on a command line, the last where there are more', () => {
    expect(linkIn(['hxe://services', '--inspect', 'hxe://logs', '--gpu-launcher=x'])).toBe('hxe://logs')
    expect(linkIn(['hxe', '--data-dir', '/tmp'])).toBeUndefined()
  })
})
