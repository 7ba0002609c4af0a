import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openConfigWorker } from './client.ts'
import { makeFolder, quietEnv } from './fixtures/load.ts'
import { resolveService } from './resolve.ts'

/** The worker as it is built, with HashiCorp's parser in it. */
const worker = openConfigWorker()
const folder = makeFolder({ 'a.hcl': 'service "web" {\n  command = "run ${env.X}"\n  ports = [3000]\n}\n' })
afterAll(async () => {
  await worker.close()
  folder.remove()
})
const options = { paths: [folder.path], env: quietEnv }

test('a configuration comes out of the worker as it was made there', async () => {
  const { configuration, diagnostics, files } = await worker.loadConfiguration({
    ...options,
    env: { ...process.env, X: 'y' },
  })
  expect(diagnostics.map(({ code }) => code)).toEqual(['program-missing'])
  expect(files).toEqual([join(folder.path, 'a.hcl')])
  const web = configuration?.services.get('web')
  if (web === undefined) throw new Error('The service is not there')
  const resolution = resolveService(web, { env: { X: 'y z' }, replica: 0, readFile: () => '' })
  expect(resolution).toMatchObject({ resolved: { command: { argv: ['run', 'y z'] }, cwd: folder.path } })
})

test('texts are judged over what is on disk, under the names they were given', async () => {
  const texts = {
    'a.hcl': 'service "web" {\n  comand = "true"\n}\n',
    'b.hcl': 'service "db" {\n  command = "true"\n  depends_on = ["wep"]\n}\n',
  }
  const told = (await worker.loadTexts(texts, options)).diagnostics.map(
    ({ file, line, column, code }) => `${file}:${line}:${column} ${code}`,
  )
  expect(told).toEqual(['a.hcl:2:3 unknown-attribute', 'b.hcl:3:17 unknown-service'])
  const onDisk = (await worker.loadTexts({}, { ...options, env: { ...quietEnv, X: '' } })).diagnostics
  expect(onDisk.map(({ severity }) => severity)).toEqual(['warning'])
})

test('what is wrong in a file that was not sent is told under its name as well', async () => {
  const { diagnostics } = await worker.loadTexts(
    { 'b.hcl': 'service "db" {\n  command = "true"\n  extends = 5\n}\n' },
    { ...options, env: { ...quietEnv, X: '' } },
  )
  expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(['a.hcl', 'b.hcl']))
})

test.each(['../x.hcl', '/etc/x.hcl', 'a/../../x.hcl', 'a\\..\\x.hcl', 'C:x.hcl', 'x.txt', 'x\0.hcl', '', './x.hcl'])(
  'a text never stands for a file outside the folder: %j',
  async (name) => {
    const told = (await worker.loadTexts({ [name]: 'service "x" {\n  command = "true"\n}\n' }, options)).diagnostics
    expect(told[0]).toMatchObject({ severity: 'error', code: 'outside', line: 1, column: 1 })
  },
)

test('one value is changed in a text', async () => {
  const path = join(folder.path, 'a.hcl')
  const before = readFileSync(path, 'utf8')
  const changes = [{ path: ['ports', '0'], value: 3001 }]
  const { files } = await worker.editService({ kind: 'change', service: 'web', changes, override: false }, options)
  expect(files).toEqual([{ name: 'a.hcl', path, before, after: before.replace('3000', '3001') }])
})

test('the starter set is laid down from the worker', async () => {
  const fresh = makeFolder({})
  const made = await worker.createStarterIfEmpty(
    join(fresh.path, 'conf'),
    join(import.meta.dirname, '..', '..', 'configs', 'starter'),
  )
  expect(made.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
  expect((await worker.loadConfiguration({ paths: [join(fresh.path, 'conf')], env: process.env })).diagnostics).toEqual(
    [],
  )
  fresh.remove()
})

test('a trial beside a known configuration comes to the same', async () => {
  const { configuration: known } = await worker.loadTexts({}, options)
  const files = { 'b.hcl': 'service "db" {\n  command = "true"\n}\napp "shop" {\n  services = ["db"]\n}\n' }
  const whole = (await worker.loadTexts(files, options)).configuration
  const tried = (await worker.tryTexts(files, options, known)).configuration
  expect(tried?.services).toEqual(whole?.services)
  expect(tried?.services.get('web')).toBe(known?.services.get('web'))
  expect(tried?.origins.map(({ path }) => path).sort()).toEqual(['app.shop.services', 'services.db.command'])
})

test('an editor is shown the files of the folder, and reads those and no others', async () => {
  const conf = makeFolder({
    'main.hcl': 'include = "more/*.hcl"\nservice "web" {\n  command = "true"\n}\n',
    'more/db.hcl': 'service "db" {\n  command = "true"\n}\n',
    'drafts/old.hcl': 'not read',
    'notes.txt': 'no configuration',
    'node_modules/x/x.hcl': 'of a package',
    '.hidden.hcl': 'what an editor left',
  })
  const language = worker.language({ paths: [conf.path], env: quietEnv })
  const { items } = await language.files()
  expect(items.map(({ name, loaded }) => [name, loaded])).toEqual([
    ['main.hcl', true],
    ['drafts/old.hcl', false],
    ['more/db.hcl', true],
  ])
  const { text, hash } = (await language.read('more/db.hcl')) ?? {}
  expect(text).toContain('service "db"')
  expect(hash).toBe(items[2]?.hash)
  for (const name of ['notes.txt', '../etc/passwd', '/etc/passwd', join(conf.path, 'main.hcl')]) {
    expect(await language.read(name)).toBeUndefined()
  }
  const unsaved = { 'main.hcl': 'service "web" {\n  command = "true"\n  depends_on = [""]\n}\n' }
  const { items: offered } = await language.complete({ unsaved, at: { file: 'main.hcl', line: 3, column: 18 } })
  expect(offered.map(({ label }) => label)).toEqual([])
  const { items: included } = await language.complete({
    unsaved: { 'main.hcl': `include = "more/*.hcl"\n${unsaved['main.hcl']}` },
    at: { file: 'main.hcl', line: 4, column: 18 },
  })
  expect(included.map(({ label }) => label)).toEqual(['db'])
  conf.remove()
})
