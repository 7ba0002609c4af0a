import { describe, expect, it } from 'vitest'
import { ignoring, watchedPath } from './ignore.ts'

describe('what is left out', () => {
  const isIgnored = ignoring(['dist', 'assets/**', './gen/', '*.map'], '/app')

  it('is what is installed, kept by editors, written by programs', () => {
    for (const path of [
      '/app/node_modules',
      '/app/a/.git',
      '/app/x.log',
      '/app/.a.js.swp',
      '/app/a.js~',
      '/app/4913',
      '/app/my.db',
    ])
      expect([path, isIgnored(path)]).toEqual([path, true])
  })

  it('is what the patterns say: a name at any depth, a path from where the service runs', () => {
    for (const path of ['/app/dist', '/app/deep/dist', '/app/assets/a.png', '/app/gen', '/app/src/a.js.map'])
      expect([path, isIgnored(path)]).toEqual([path, true])
    for (const path of ['/app/src/a.js', '/app/src/assets/a.png', '/app/distant', '/app/.env'])
      expect([path, isIgnored(path)]).toEqual([path, false])
  })
})

describe('a watched path', () => {
  it('counts as a whole, or what a pattern says of it', () => {
    expect(watchedPath('/app/src').counts('/app/src/a.txt')).toBe(true)
    const { root, counts } = watchedPath('/app/src/**/*.ts')
    expect(root).toBe('/app/src')
    expect([counts('/app/src/a.ts'), counts('/app/src/deep/b.ts'), counts('/app/src/c.js')]).toEqual([
      true,
      true,
      false,
    ])
  })
})
