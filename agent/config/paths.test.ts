import { lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './fixtures/load.ts'
import { createStarterIfEmpty, defaultConfigPaths } from './paths.ts'

test.each([
  [{ HOME: '/home/me' }, 'linux', 1000, ['/home/me/.config/hxe']],
  [{ HOME: '/home/me', XDG_CONFIG_HOME: '/x' }, 'linux', 1000, ['/x/hxe']],
  [{ HOME: '/home/me', XDG_CONFIG_HOME: 'x' }, 'linux', 1000, ['/home/me/.config/hxe']],
  [{ HOME: '/root' }, 'linux', 0, ['/etc/hxe']],
  [{ HOME: '/root', HXE_CONFIG: '/a:b.hcl' }, 'linux', 0, ['/a', 'b.hcl']],
  [{ HOME: '/Users/me' }, 'darwin', 501, ['/Users/me/Library/Application Support/hxe']],
  [{ APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }, 'win32', undefined, ['C:\\Users\\me\\AppData\\Roaming\\hxe']],
] as const)('%j on %s as %s', (env, platform, uid, paths) => {
  expect(defaultConfigPaths(env, platform, uid)).toEqual(paths)
})

test('the starter set fills what is empty or not there, for its owner alone', () => {
  const starter = makeFolder({ 'a.hcl': 'agent {\n}\n', 'b.hcl': '', 'notes.txt': '' })
  const folder = join(starter.path, 'new', 'conf')
  expect(createStarterIfEmpty(folder, starter.path)).toEqual([join(folder, 'a.hcl'), join(folder, 'b.hcl')])
  expect(readFileSync(join(folder, 'a.hcl'), 'utf8')).toBe('agent {\n}\n')
  expect(statSync(join(folder, 'a.hcl')).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(createStarterIfEmpty(folder, starter.path)).toEqual([])
  starter.remove()
})

test('a folder with anything in it is left alone', () => {
  const starter = makeFolder({ 'a.hcl': 'agent {\n}\n', 'conf/x': '' })
  symlinkSync('/nowhere', join(starter.path, 'conf', 'a.hcl'))
  expect(createStarterIfEmpty(join(starter.path, 'conf'), starter.path)).toEqual([])
  expect(lstatSync(join(starter.path, 'conf', 'a.hcl')).isSymbolicLink()).toBe(true)
  starter.remove()
})
