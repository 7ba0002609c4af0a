import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { makeFolder, quietEnv } from '../fixtures/load.ts'
import { loadConfiguration } from '../load.ts'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const { path, remove } = makeFolder(files)
  cleanUps.push(remove)
  return path
}

async function load(path: string) {
  const result = await loadConfiguration({ paths: [path], env: quietEnv })
  const strip = (text: string): string => text.replaceAll(`${path}/`, '').replaceAll(path, 'FOLDER')
  return {
    ...result,
    files: result.files.map(strip),
    told: result.diagnostics.map(({ file, line, column, message }) => strip(`${file}:${line}:${column} ${message}`)),
  }
}

const service = (name: string, command = 'true'): string => `service "${name}" {\n  command = "${command}"\n}\n`

test('a folder means its *.hcl in name order, without what begins with a dot', async () => {
  const path = folderOf({ 'b.hcl': service('b'), 'a.hcl': service('a'), '.#c.hcl': 'broken {', 'd.txt': 'broken {' })
  const { files, told } = await load(path)
  expect(files).toEqual(['a.hcl', 'b.hcl'])
  expect(told).toEqual([])
})

test('includes are relative to their file, may be patterns, and are overridden by it', async () => {
  const path = folderOf({
    'main.hcl': `include = ["teams/*.hcl", "deep/**/*.hcl"]\n${service('a', 'echo main')}`,
    'teams/a.hcl': `include = "more/c.hcl"\n${service('a', 'echo team')}`,
    'teams/b.hcl': service('b'),
    'teams/more/c.hcl': service('c'),
    'deep/x/y/z.hcl': service('z'),
  })
  const { files, configuration, told } = await load(path)
  expect(told).toEqual([])
  expect(files).toEqual(['teams/more/c.hcl', 'teams/a.hcl', 'teams/b.hcl', 'deep/x/y/z.hcl', 'main.hcl'])
  expect(configuration?.services.get('a')?.command.argv[1]?.parts).toEqual(['main'])
  expect([...(configuration?.services.keys() ?? [])].sort()).toEqual(['a', 'b', 'c', 'z'])
})

test('a file that is reached twice is read once', async () => {
  const path = folderOf({ 'a.hcl': 'include = "b.hcl"\n', 'b.hcl': service('b') })
  const { files, told } = await load(path)
  expect(files).toEqual(['b.hcl', 'a.hcl'])
  expect(told).toEqual([])
})

test('a circle is an error that shows the chain, where it closes', async () => {
  const path = folderOf({
    'a.hcl': 'include = ["x/b.hcl"]\n',
    'x/b.hcl': 'include = ["c.hcl"]\n',
    'x/c.hcl': 'include = ["../a.hcl"]\n',
  })
  const { told, configuration } = await load(path)
  expect(configuration).toBeUndefined()
  expect(told).toEqual(['x/c.hcl:1:12 These files include one another in a circle: a.hcl → x/b.hcl → x/c.hcl → a.hcl.'])
})

test('a file that includes itself is said so', async () => {
  const { told } = await load(folderOf({ 'a.hcl': '\ninclude = "./a.hcl"\n' }))
  expect(told).toEqual(['a.hcl:2:11 These files include one another in a circle: a.hcl → a.hcl.'])
})

test('what is missing is an error, and a pattern that finds nothing a warning', async () => {
  const { diagnostics } = await load(folderOf({ 'a.hcl': 'include = ["none.hcl", "none/*.hcl"]\n' }))
  expect(diagnostics.map(({ severity, column, code }) => [severity, column, code])).toEqual([
    ['error', 12, 'cannot-read'],
    ['warning', 24, 'include-empty'],
  ])
})

test.each([
  '../outside.hcl',
  '../../etc/passwd',
  'inner/../../outside.hcl',
  '/etc/passwd',
  'link.hcl',
  'folder/outside.hcl',
  '../*.hcl',
  'folder/*.hcl',
])('an include never leaves the folder of the configuration: %s', async (entry) => {
  const outer = folderOf({ 'outside.hcl': service('outside'), 'conf/a.hcl': `include = ["${entry}"]\n` })
  const path = join(outer, 'conf')
  mkdirSync(join(path, 'inner'))
  symlinkSync(join(outer, 'outside.hcl'), join(path, 'link.hcl.linked'))
  symlinkSync('link.hcl.linked', join(path, 'inner', 'x'))
  if (entry === 'link.hcl') symlinkSync(join(outer, 'outside.hcl'), join(path, 'inner', 'link.hcl'))
  symlinkSync(outer, join(path, 'folder'))
  const target = entry === 'link.hcl' ? 'inner/link.hcl' : entry
  const texts = { [join(path, 'a.hcl')]: `include = ["${target}"]\n` }
  const result = await loadConfiguration({ paths: [path], env: quietEnv, texts })
  expect(result.diagnostics.map(({ code, file }) => [code, file])).toEqual([['outside', join(path, 'a.hcl')]])
  expect(result.files).toEqual([join(path, 'a.hcl')])
})

test.each(['a\\u0000b.hcl', 'x'.repeat(300), 'a.hcl/b.hcl'])('a name that is none is refused: %s', async (entry) => {
  const { diagnostics, configuration } = await load(folderOf({ 'a.hcl': `include = ["${entry}"]\n` }))
  expect(configuration).toBeUndefined()
  expect(diagnostics[0]).toMatchObject({ severity: 'error', line: 1, column: 12 })
})

test('links that lead in a circle are an error', async () => {
  const path = folderOf({ 'a.hcl': 'include = "loop.hcl"\n' })
  symlinkSync('loop.hcl', join(path, 'loop.hcl'))
  const { diagnostics } = await load(path)
  expect(diagnostics.map(({ code }) => code)).toContain('cannot-read')
})

test('more than 64 included files are refused', async () => {
  const files = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`x/${index}.hcl`, '']))
  const { diagnostics } = await load(folderOf({ 'a.hcl': 'include = "x/*.hcl"\n', ...files }))
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([['too-many-files', 1]])
})

test('what is not text is refused where it stops being text', async () => {
  const latin = Buffer.concat([Buffer.from('agent {\n  name = "M'), Buffer.from([0xfc]), Buffer.from('ller"\n}\n')])
  const utf16 = Buffer.from('\ufeffagent {\n}\n', 'utf16le')
  const path = folderOf({ 'latin.hcl': latin, 'utf16.hcl': utf16, 'zero.hcl': Buffer.alloc(1000) })
  const { told } = await load(path)
  expect(told).toEqual([
    'latin.hcl:2:12 This file is not UTF-8 text.',
    'utf16.hcl:1:1 This file is not UTF-8 text.',
    'zero.hcl:1:1 The character U+0000 means nothing here.',
  ])
})

test('a path that is not there, a folder named like a file and an empty folder', async () => {
  const path = folderOf({ 'sub.hcl/x': '' })
  const missing = await loadConfiguration({ paths: [join(path, 'none')], env: quietEnv })
  expect(missing.diagnostics).toMatchObject([{ code: 'cannot-read', file: join(path, 'none'), line: 1, column: 1 }])
  expect((await load(path)).told).toEqual(['sub.hcl:1:1 sub.hcl is not a regular file.'])
  const empty = await load(folderOf({}))
  expect(empty.configuration?.services.size).toBe(0)
})
