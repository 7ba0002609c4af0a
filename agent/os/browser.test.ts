import { describe, expect, it } from 'vitest'
import { openerOf, openInBrowser } from './browser.ts'

const url = 'http://127.0.0.1:7420/?code=a&b'

describe('opening an address in a browser', () => {
  it.each([
    ['darwin', {}, ['open', url]],
    ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler', url]],
    ['linux', { DISPLAY: ':0' }, ['xdg-open', url]],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open', url]],
    ['linux', {}, undefined],
  ] as const)('on %s with %o is done by %o', (platform, env, command) => {
    expect(openerOf(url, env, platform)).toEqual(command)
  })

  it('is not tried without a display', async () => {
    expect(await openInBrowser(url, {}, 'linux')).toBe(false)
  })

  it('says when the program for it is not there', async () => {
    expect(await openInBrowser(url, { DISPLAY: ':0', PATH: '/nonexistent' }, 'linux')).toBe(false)
  })
})
