import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Compiled, withCompiled } from './compiled.ts'

const require = createRequire(import.meta.url)
let place: string
let started: Compiled | undefined

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hxe-compiled-'))
  mkdirSync(join(place, 'chunks'))
})
afterEach(() => {
  started?.end()
  rmSync(place, { recursive: true, force: true })
})

const chunk = (name: string): string => join(place, 'chunks', name)
const kept = (name: string): string => join(place, 'compiled', `${name}.compiled`)

/** A start of the program that reads these of its parts, and then rests. */
async function start(...names: string[]): Promise<unknown[]> {
  started?.end()
  started = withCompiled(join(place, 'chunks'), join(place, 'compiled'))
  for (const name of names) delete require.cache[chunk(name)]
  const exports = names.map((name) => require(chunk(name)) as unknown)
  await started.keep()
  return exports
}

it('keeps what was compiled, readable by this user alone, and takes it at the next start', async () => {
  writeFileSync(chunk('a.cjs'), 'exports.answer = () => 42')
  await start('a.cjs')
  expect(statSync(kept('a.cjs')).mode & 0o777).toBe(0o600)
  const { ino } = statSync(kept('a.cjs'))
  const [{ answer }] = (await start('a.cjs')) as [{ answer: () => number }]
  expect(answer()).toBe(42)
  // Written anew where V8 has not taken it.
  expect(statSync(kept('a.cjs')).ino).toBe(ino)
})

it('compiles anew what is damaged, and keeps that', async () => {
  writeFileSync(chunk('a.cjs'), 'exports.answer = 42')
  await start('a.cjs')
  const bytes = readFileSync(kept('a.cjs'))
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(kept('a.cjs'), bytes)
  expect(await start('a.cjs')).toEqual([{ answer: 42 }])
  expect(readFileSync(kept('a.cjs')).equals(bytes)).toBe(false)
})

it('compiles anew what belongs to another source', async () => {
  writeFileSync(chunk('a.cjs'), 'exports.answer = 42')
  await start('a.cjs')
  writeFileSync(chunk('a.cjs'), 'exports.answer = 40 + 3')
  expect(await start('a.cjs')).toEqual([{ answer: 43 }])
})

it('forgets what an earlier version was compiled to', async () => {
  writeFileSync(chunk('old.cjs'), 'exports.answer = 1')
  writeFileSync(chunk('new.cjs'), 'exports.answer = 2')
  await start('old.cjs')
  await start('new.cjs')
  expect(readdirSync(join(place, 'compiled'))).toEqual(['new.cjs.compiled'])
})

it('gives a part what it loads, its own place and its own exports', async () => {
  writeFileSync(chunk('a.cjs'), 'module.exports = [require("./b.cjs"), __dirname, this === module.exports]')
  writeFileSync(chunk('b.cjs'), 'module.exports = "b"')
  const [[b, folder]] = (await start('a.cjs')) as [[string, string, boolean]]
  expect([b, folder]).toEqual(['b', join(place, 'chunks')])
  expect(readdirSync(join(place, 'compiled')).sort()).toEqual(['a.cjs.compiled', 'b.cjs.compiled'])
})

it('leaves files of other folders alone', async () => {
  writeFileSync(join(place, 'other.cjs'), 'module.exports = 7')
  started = withCompiled(join(place, 'chunks'), join(place, 'compiled'))
  expect(require(join(place, 'other.cjs'))).toBe(7)
  await started.keep()
  expect(readdirSync(place)).not.toContain('compiled')
})
