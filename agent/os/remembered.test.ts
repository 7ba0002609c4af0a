import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { userCacheDir } from './cachedir.ts'
import { Remembered } from './remembered.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hxe-remembered-'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const path = (): string => join(place, 'cache', 'words')

it('knows a word in the next run, in a file that is this user’s alone', () => {
  const first = new Remembered(path(), 10)
  expect(first.isEmpty).toBe(true)
  first.add('one')
  first.add('one')
  const next = new Remembered(path(), 10)
  expect([next.isEmpty, next.has('one'), next.has('two')]).toEqual([false, true, false])
  expect(readFileSync(path(), 'utf8')).toBe('one\n')
  expect(statSync(path()).mode & 0o777).toBe(0o600)
})

it('keeps the newest when there are more than twice as many as it is to keep', () => {
  mkdirSync(join(place, 'cache'))
  writeFileSync(path(), Array.from({ length: 21 }, (_, index) => `word${index}\n`).join(''), { mode: 0o600 })
  const words = new Remembered(path(), 10)
  expect([words.has('word10'), words.has('word11'), words.has('word20')]).toEqual([false, true, true])
  expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(11)
})

it('writes no more in one run than it is to keep', () => {
  const words = new Remembered(path(), 3)
  for (let index = 0; index < 100; index++) words.add(`word${index}`)
  expect(words.has('word99')).toBe(true)
  expect(readFileSync(path(), 'utf8')).toBe('word0\nword1\nword2\n')
})

it.skipIf(process.platform === 'win32')('does not believe a file that others can write', () => {
  new Remembered(path(), 10).add('one')
  chmodSync(path(), 0o666)
  expect(new Remembered(path(), 10).has('one')).toBe(false)
})

it('knows words for as long as the process lasts where nothing can be written', () => {
  writeFileSync(join(place, 'cache'), 'a file where the folder would be')
  const words = new Remembered(path(), 10)
  words.add('one')
  expect(words.has('one')).toBe(true)
})

it('is in the platform’s place for what can be done without', () => {
  const home = (): string => '/home/ann'
  expect(userCacheDir({}, 'linux', home)).toBe('/home/ann/.cache/hxe')
  expect(userCacheDir({ XDG_CACHE_HOME: '/var/cache' }, 'linux', home)).toBe('/var/cache/hxe')
  expect(userCacheDir({ XDG_CACHE_HOME: 'here' }, 'linux', home)).toBe('/home/ann/.cache/hxe')
  expect(userCacheDir({ HOME: '/Users/ann' }, 'darwin', home)).toBe('/Users/ann/Library/Caches/hxe')
  expect(userCacheDir({ LOCALAPPDATA: 'C:\\Data' }, 'win32', home)).toBe('C:\\Data\\hxe\\Cache')
})
