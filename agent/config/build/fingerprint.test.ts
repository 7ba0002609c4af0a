import { expect, test } from 'vitest'
import { configurationOf } from '../fixtures/load.ts'

async function prints(body: string, file = 'a.hcl'): Promise<{ run: string; whole: string }> {
  const { services } = await configurationOf({ [file]: `service "web" {\n${body}\n}\n` })
  const web = services.get('web')
  return { run: web?.runFingerprint ?? '', whole: web?.fingerprint ?? '' }
}

const base = '  command = "sleep 1"\n  environment = { A = "1", B = "2" }\n  tags = ["a"]\n'

test('comments, order and notation change neither', async () => {
  const same =
    '\n  # why\n  tags = [ "a" ]\n\n  environment = {\n    "B" = 2\n    A = 1\n  }\n  command = "sleep 1" # runs\n'
  expect(await prints(same)).toEqual(await prints(base))
})

test.each([
  'description = "x"',
  'restart {\n delay = "9s"\n}',
  'stop {\n timeout = "9s"\n}',
  'logs {\n max_size = "1MB"\n}',
  'hooks {\n pre_start {\n command = "true"\n }\n}',
  'groups = ["g"]',
  'replicas = 2',
  'enabled = true',
  'reload {\n signal = "HUP"\n}',
  'depends_on = []',
])('changes in place: %s', async (line) => {
  const before = await prints(base)
  const after = await prints(`${base}\n${line}`)
  expect(after.run).toBe(before.run)
  expect(after.whole).not.toBe(before.whole)
})

test.each([
  'user = "root"',
  'umask = "027"',
  'nice = 1',
  'working_dir = "/tmp"',
  'inherit_env = false',
  'env_file = "x"',
  'ports = [3000]',
  'shell = true',
  'args = ["x"]',
  'type = "task"',
  'resources {\n memory_limit = "1Gi"\n}',
  'logs {\n capture = "pipe"\n}',
])('needs a restart: %s', async (line) => {
  const before = await prints(base)
  const after = await prints(`${base}\n${line}`)
  expect(after.run).not.toBe(before.run)
  expect(after.whole).not.toBe(before.whole)
})

test('a changed variable needs a restart, a moved line does not', async () => {
  expect((await prints(base.replace('"2"', '"3"'))).run).not.toBe((await prints(base)).run)
  expect(await prints(`\n\n${base}`)).toEqual(await prints(base))
})
