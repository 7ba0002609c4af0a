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

test.each(['../x.hcl', '/etc/x.hcl', 'a/../../x.hcl', 'a\\..\\x.hcl', 'C:x.hcl', 'x.txt', 'x\0.hcl', '', './x.hcl'])(
  'a text never stands for a file outside the folder: %j',
  async (name) => {
    const told = (await worker.loadTexts({ [name]: 'service "x" {\n  command = "true"\n}\n' }, options)).diagnostics
    expect(told[0]).toMatchObject({ severity: 'error', code: 'outside', line: 1, column: 1 })
  },
)

test('one value is changed in a text', async () => {
  const path = join(folder.path, 'a.hcl')
  const result = await worker.setAttribute(readFileSync(path, 'utf8'), ['service', 'web', 'ports', '0'], 3001)
  expect(result).toEqual({ text: readFileSync(path, 'utf8').replace('3000', '3001') })
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
