import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
  await openEdits(path).save(edits)
  expect(openEdits(path).current()).toEqual(edits)
  expect(openEdits(path).count()).toBe(1)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a file that is broken is as if nothing had been edited', () => {
  writeFileSync(path, '{"a.hcl": 5}')
  expect(openEdits(path).current()).toEqual({})
})

test('what is too large is refused, and what was kept before stays', async () => {
  const file = openEdits(path)
  await file.save(edits)
  const large = { 'a.hcl': { base: '', hash: 'h', text: 'x'.repeat(mostEditCharacters + 1) } }
  await expect(file.save(large)).rejects.toThrow(/million characters/)
  expect(openEdits(path).current()).toEqual(edits)
})

test('dropped edits are gone', async () => {
  const file = openEdits(path)
  await file.save(edits)
  await file.drop()
  expect(file.count()).toBe(0)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({})
})
