import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPreferences } from './preferences.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hxe-preferences-'))
  path = join(dir, 'preferences.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('what was chosen is there for the next start', async () => {
  await openPreferences(path).save({ theme: 'dark', favourites: ['web'] })
  expect(openPreferences(path).current()).toMatchObject({ theme: 'dark', favourites: ['web'], density: 'comfortable' })
  expect(readdirSync(dir)).toEqual(['preferences.json'])
})

test('the last of many choices is the one that is kept', async () => {
  const file = openPreferences(path)
  await Promise.all(['light', 'dark', 'light', 'dark'].map((theme) => file.save({ theme })))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ theme: 'dark' })
})

test('who ends the panel can wait for the last choice', async () => {
  const file = openPreferences(path)
  void file.save({ theme: 'dark' })
  await file.settled()
  expect(openPreferences(path).current()).toMatchObject({ theme: 'dark' })
})

test.each(['', '{', '[]', '"x"', '\0'])('a file that says %j counts as nothing', (text) => {
  writeFileSync(path, text)
  expect(openPreferences(path).current()).toMatchObject({ theme: 'system' })
})

test('what the page sends is kept only as far as it is known', async () => {
  const file = openPreferences(path)
  await file.save({ theme: 'dark', density: 5, secret: 'x'.repeat(1000) })
  expect(readFileSync(path, 'utf8')).not.toContain('secret')
  expect(file.current()).toMatchObject({ theme: 'dark', density: 'comfortable' })
})
