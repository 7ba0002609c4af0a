import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readMarks } from './marks.ts'
import { until } from './testing.ts'
import { pictureOf, type WatchScope, watchOnce } from './watch.ts'

let folder: string
const at = (path: string): string => join(folder, path)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-watch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Whether the watch gives a sign of what is done then. */
async function signOf(scope: Partial<WatchScope>, act: () => void): Promise<void> {
  let signs = 0
  const { problem, close } = await watchOnce({ files: [], folders: [], ...scope }, () => signs++)
  expect(problem).toBeUndefined()
  act()
  await until(() => signs > 0)
  close()
  expect(signs).toBe(1)
}

it('tells of a file that is written in place, replaced, removed, and there again', async () => {
  writeFileSync(at('a'), '1')
  const scope = { files: [at('a')] }
  await signOf(scope, () => writeFileSync(at('a'), '2'))
  writeFileSync(at('new'), '3')
  await signOf(scope, () => renameSync(at('new'), at('a')))
  await signOf(scope, () => rmSync(at('a')))
  await signOf(scope, () => writeFileSync(at('a'), '4'))
})

it('tells of names that come into a folder, of its end, and of its return', async () => {
  mkdirSync(at('in'))
  const scope = { folders: [at('in')] }
  await signOf(scope, () => writeFileSync(at('in/b'), ''))
  await signOf(scope, () => rmSync(at('in'), { recursive: true }))
  await signOf(scope, () => mkdirSync(at('in')))
})

it('tells of a link anywhere on the way that leads elsewhere', async () => {
  mkdirSync(at('v1'))
  mkdirSync(at('v2'))
  writeFileSync(at('v1/a'), '1')
  writeFileSync(at('v2/a'), '2')
  symlinkSync('v1', at('..data'))
  symlinkSync('..data/a', at('a'))
  const before = await pictureOf({ files: [at('a')], folders: [] })
  symlinkSync('v2', at('next'))
  await signOf({ files: [at('a')] }, () => renameSync(at('next'), at('..data')))
  expect(await pictureOf({ files: [at('a')], folders: [] })).not.toEqual(before)
})

it('looks at links that lead in a circle, and at what is not there, without harm', async () => {
  symlinkSync('two', at('one'))
  symlinkSync('one', at('two'))
  const scope = { files: [at('one'), at('no/such/file')], folders: [at('one')] }
  expect((await pictureOf(scope)).get(at('no/such/file'))).toBe('ENOENT')
  const { problem, close } = await watchOnce(scope, () => undefined)
  close()
  expect(problem).toBeUndefined()
})

it('says that there are too many folders to watch them all', async () => {
  const files = Array.from({ length: 600 }, (_, index) => at(`${index}/file`))
  for (const file of files) mkdirSync(join(file, '..'))
  const { problem } = await watchOnce({ files, folders: [] }, () => undefined)
  expect(problem).toContain('more than the 512 that are watched')
})

it('marks what is in files, whatever else about them changes', async () => {
  writeFileSync(at('a'), 'same')
  const known = { files: { [at('a')]: null, [at('no')]: null }, folders: { [folder]: null } }
  const before = await readMarks(known)
  writeFileSync(at('a'), 'same')
  expect(await readMarks(known)).toEqual(before)
  writeFileSync(at('a'), 'other')
  const after = await readMarks(known)
  expect(after.files).not.toEqual(before.files)
  expect(after.files[at('no')]).toBeNull()
  writeFileSync(at('b'), '')
  expect((await readMarks(known)).folders).not.toEqual(before.folders)
})
