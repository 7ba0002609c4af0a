import { expect, test } from 'vitest'
import { codesOf, configurationOf, loadTexts } from '../fixtures/load.ts'

test('a later file overrides an earlier one attribute by attribute', async () => {
  const { services } = await configurationOf({
    'a.hcl':
      'service "web" {\n  command = "sleep 1"\n  user = "root"\n  restart {\n    delay = "2s"\n    policy = "always"\n  }\n}\n',
    'b.hcl':
      'services {\n  service "web" {\n    command = "sleep 2"\n    restart {\n      delay = "3s"\n    }\n  }\n}\n',
  })
  const web = services.get('web')
  expect(web?.command.argv.map(({ parts }) => parts[0])).toEqual(['sleep', '2'])
  expect(web?.user?.parts).toEqual(['root'])
  expect(web?.restart).toMatchObject({ delayMs: 3000, policy: 'always' })
})

test('lists and maps replace what was there', async () => {
  const { services } = await configurationOf({
    'a.hcl': 'service "web" {\n  command = "true"\n  tags = ["a", "b"]\n  environment = { A = 1, B = 2 }\n}\n',
    'b.hcl': 'service "web" {\n  tags = ["c"]\n  environment = { C = 3 }\n}\n',
  })
  expect(services.get('web')?.tags).toEqual(['c'])
  expect([...(services.get('web')?.environment.keys() ?? [])]).toEqual(['C'])
})

test('repeated blocks without a label replace those of the earlier file as a whole', async () => {
  const hook = (command: string): string => `    pre_start {\n      command = "${command}"\n    }\n`
  const { services } = await configurationOf({
    'a.hcl': `service "web" {\n  command = "true"\n  hooks {\n${hook('echo a')}${hook('echo b')}  }\n}\n`,
    'b.hcl': `service "web" {\n  hooks {\n${hook('echo c')}  }\n}\n`,
  })
  const commands = services.get('web')?.hooks.preStart.map(({ command }) => command.argv[1]?.parts[0])
  expect(commands).toEqual(['c'])
})

test('what is required may come from another file', async () => {
  const result = await loadTexts({
    'a.hcl': 'service "web" {\n  user = "root"\n}\n',
    'b.hcl': 'service "web" {\n  command = "true"\n}\n',
  })
  expect(codesOf(result)).toEqual([])
})

test('a label may stand in two files but not twice in one', async () => {
  const text = 'service "web" {\n  command = "true"\n}\n'
  expect(codesOf(await loadTexts({ 'a.hcl': text, 'b.hcl': text }))).toEqual([])
  expect(codesOf(await loadTexts({ 'a.hcl': text + text }))).toEqual(['4:9 duplicate-label'])
})

test('services keep the order of the files', async () => {
  const service = (name: string): string => `service "${name}" {\n  command = "true"\n}\n`
  const { services } = await configurationOf({
    'a.hcl': `${service('one')}services {\n${service('two')}}\n${service('three')}`,
    'b.hcl': service('four'),
  })
  expect([...services.keys()]).toEqual(['one', 'two', 'three', 'four'])
})

test('null takes an attribute for not written', async () => {
  const { services } = await configurationOf('service "web" {\n  command = "true"\n  user = null\n}\n')
  expect(services.get('web')?.user).toBeUndefined()
})

test('a service belongs to the app that names it', async () => {
  const { services, apps, groups } = await configurationOf(
    'app "shop" {\n  services = ["web"]\n  description = "the shop"\n}\ngroup "edge" {\n  order = -1\n}\nservice "web" {\n  command = "true"\n  groups = ["edge"]\n}\n',
  )
  expect(services.get('web')?.app).toBe('shop')
  expect(apps.get('shop')).toEqual({ name: 'shop', services: ['web'], description: 'the shop' })
  expect(groups.get('edge')).toEqual({ name: 'edge', description: '', order: -1 })
})
