import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openVault } from '../agent/secrets/index.ts'
import { mostEditCharacters } from '../contract/index.ts'
import { openEdits } from './edits.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-edits-'))
  path = join(folder, 'edits.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const edits = { 'a.hcl': { base: 'old', hash: 'h', text: 'new' } }

test('edits are there again in the next panel, for their owner alone', async () => {
  await openEdits(path, openVault(folder)).save(edits)
  expect(openEdits(path, openVault(folder)).current()).toEqual(edits)
  expect(openEdits(path, openVault(folder)).count()).toBe(1)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('edits are sealed on disk, and none where the key is gone', async () => {
  const text = 'API_TOKEN = "canary"'
  await openEdits(path, openVault(folder)).save({ 'a.hcl': { base: text, hash: 'h', text } })
  expect(readFileSync(path, 'utf8')).not.toMatch(/canary|a\.hcl/)
  writeFileSync(join(folder, 'secrets.key'), 'damaged')
  const file = openEdits(path, openVault(folder))
  expect(file.current()).toEqual({})
  await expect(file.save(edits)).rejects.toThrow('holds no key')
})

test('edits that an earlier version left open are there, and sealed when they are kept next', async () => {
  writeFileSync(path, JSON.stringify(edits))
  const file = openEdits(path, openVault(folder))
  expect(file.current()).toEqual(edits)
  await file.save(file.current())
  expect(readFileSync(path, 'utf8')).not.toContain('a.hcl')
})

test('a file that is broken is as if nothing had been edited', () => {
  writeFileSync(path, '{"a.hcl": 5}')
  expect(openEdits(path, openVault(folder)).current()).toEqual({})
})

test('what is too large is refused, and what was kept before stays', async () => {
  const file = openEdits(path, openVault(folder))
  await file.save(edits)
  const large = { 'a.hcl': { base: '', hash: 'h', text: 'x'.repeat(mostEditCharacters + 1) } }
  await expect(file.save(large)).rejects.toThrow(/million characters/)
  expect(openEdits(path, openVault(folder)).current()).toEqual(edits)
})

test('dropped edits are gone', async () => {
  const file = openEdits(path, openVault(folder))
  await file.save(edits)
  await file.drop()
  expect(file.count()).toBe(0)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({})
})
