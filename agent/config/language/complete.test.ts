// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import { editorWith } from '../fixtures/editor.ts'
import { makeFolder, quietEnv } from '../fixtures/load.ts'
import { Source } from '../syntax/source.ts'
import { languageService } from './index.ts'

const rest = 'service "db" {\n  command = "postgres"\n}\nservice "cache" {\n  command = "redis"\n}\n'

/** What is offered first at the mark. */
test.each<[fact: string, text: string, offered: string[], never?: string[]]>([
  ['an empty file is offered blocks', '|', ['service', 'variable', 'locals']],
  ['a word at the top is completed', 'serv|', ['service', 'services', 'server']],
  [
    'an empty line in a block is offered what is missing first',
    'service "web" {\n  |\n}\n',
    ['command', 'shell', 'args'],
  ],
  [
    'what is set is not offered',
    'service "web" {\n  command = "x"\n  |\n  shell = true\n}\n',
    ['args'],
    ['command', 'shell'],
  ],
  ['a half-written attribute is completed', 'service "web" {\n  work|\n  shell = true\n}\n', ['working_dir']],
  ['a half-written attribute at the end of an open file is completed', 'service "web" {\n  work|', ['working_dir']],
  ['blocks in blocks are offered', 'service "web" {\n  health_check {\n    inter|\n  }\n}\n', ['interval']],
  ['a block that may stand once is not offered twice', 'service "web" {\n  stop {}\n  sto|\n}\n', [], ['stop']],
  [
    'values of an enumeration follow the equals sign',
    'service "web" {\n  type = |\n}\n',
    ['"service"', '"task"', '"cron"'],
  ],
  ['values of an enumeration stand between quotes', 'service "web" {\n  type = "|"\n}\n', ['service', 'task', 'cron']],
  ['a quote that is not closed is enough', 'service "web" {\n  type = "ta|\n  shell = true\n}\n', ['task']],
  ['true and false', 'service "web" {\n  shell = |\n}\n', ['true', 'false']],
  ['a duration is offered units', 'service "web" {\n  stop {\n    timeout = "15|"\n  }\n}\n', ['15ms', '15s', '15m']],
  ['a duration begins with its default', 'service "web" {\n  stop {\n    timeout = "|"\n  }\n}\n', ['10s', '1s']],
  [
    'services are offered in depends_on, but not itself',
    `service "web" {\n  depends_on = ["|"]\n}\n${rest}`,
    ['cache', 'db'],
    ['web'],
  ],
  [
    'what the list has already is not offered',
    `service "web" {\n  depends_on = ["db", "|"]\n}\n${rest}`,
    ['cache'],
    ['db'],
  ],
  ['services are offered after a bracket', `service "web" {\n  depends_on = [|\n}\n${rest}`, ['"cache"', '"db"']],
  [
    'a service in a block of depends_on',
    `service "web" {\n  depends_on {\n    service = "|"\n  }\n}\n${rest}`,
    ['cache', 'db'],
  ],
  ['services of an app', `app "shop" {\n  services = ["|"]\n}\n${rest}`, ['cache', 'db']],
  ['templates in extends', 'template "node" {\n  shell = true\n}\nservice "web" {\n  extends = "|"\n}\n', ['node']],
  [
    'tags that others have',
    'service "a" {\n  tags = ["backend"]\n}\nservice "web" {\n  tags = ["|"]\n}\n',
    ['backend'],
  ],
  ['groups that are declared', 'group "core" {}\nservice "web" {\n  groups = ["|"]\n}\n', ['core']],
  ['signals', 'service "web" {\n  stop {\n    signal = "|"\n  }\n}\n', ['SIGTERM', 'SIGINT']],
  ['variables after var.', 'variable "port" {\n  default = 1\n}\nservice "web" {\n  ports = [var.|]\n}\n', ['port']],
  ['locals in a text', 'locals {\n  host = "x"\n}\nservice "web" {\n  command = "run ${local.|}"\n}\n', ['host']],
  [
    'locals in a text that is not closed',
    'locals {\n  host = "x"\n}\nservice "web" {\n  command = "run ${local.|\n}\n',
    ['host'],
  ],
  [
    'keys of a map',
    'locals {\n  db = { host = "x", port = 1 }\n}\nservice "web" {\n  command = "${local.db.|}"\n}\n',
    ['host', 'port'],
  ],
  ['functions', 'locals {\n  a = upp|\n}\n', ['upper']],
  ['names of the environment', 'service "web" {\n  command = env.PA|\n}\n', ['PATH']],
  ['names in env: references', 'service "web" {\n  command = "env:PA|"\n}\n', ['env:PATH']],
  ['names that are used and not declared', 'service "web" {\n  command = var.main\n}\nvariable "|"\n', ['main']],
  [
    'keys of the environment that others have',
    'service "a" {\n  environment = {\n    NODE_ENV = "x"\n  }\n}\nservice "web" {\n  environment = {\n    |\n  }\n}\n',
    ['NODE_ENV'],
  ],
  [
    'after a block that is not closed, the next one is itself',
    `service "web" {\n  command = "x"\n\nservice "b" {\n  |\n}\n`,
    ['command'],
  ],
  [
    'after a list that is not closed',
    `service "web" {\n  tags = ["a",\n  command = "x"\n  work|\n}\n`,
    ['working_dir'],
  ],
  ['after a text that is not closed', `service "web" {\n  command = "x\n  work|\n}\n`, ['working_dir']],
  ['locals that are used and not declared', 'locals {\n  |\n}\nservice "a" {\n  command = local.run\n}\n', ['run']],
  ['names of a loop', 'locals {\n  a = [for port, name in {} : na|]\n}\n', ['name']],
  ['names of the environment in a call', 'locals {\n  a = env("PA|")\n}\n', ['PATH']],
  ['comments are left alone', 'service "web" {\n  # comm|\n}\n', [], ['command']],
  ['numbers are left alone', 'service "web" {\n  replicas = 1|\n}\n', []],
])('%s', async (_fact, text, offered, never = []) => {
  const { service, ...query } = editorWith(text)
  const { items } = await service.complete(query)
  const labels = items.map(({ label }) => label)
  expect(labels.slice(0, offered.length)).toEqual(offered)
  for (const label of never) expect(labels).not.toContain(label)
  if (offered.length === 0 && never.length === 0) expect(labels).toEqual([])
})

test('paths are offered relative to the file, folders where a folder is wanted', async () => {
  const folder = makeFolder({ 'main.hcl': '', 'app/server.js': '', 'app/.env': '', 'more/db.hcl': '', 'run.sh': '' })
  const service = languageService({ paths: [folder.path], env: quietEnv })
  const offered = async (text: string): Promise<string[]> => {
    const offset = text.indexOf('|')
    const unsaved = { 'main.hcl': text.replace('|', '') }
    const at = { file: 'main.hcl', ...new Source('', unsaved['main.hcl']).position(offset) }
    const { items } = await service.complete({ unsaved, at })
    return items.map(({ label }) => label)
  }
  expect((await offered('service "a" {\n  working_dir = "|"\n}\n')).slice(0, 2)).toEqual(['app', 'more'])
  expect(await offered('service "a" {\n  working_dir = "app/|"\n}\n')).toEqual([])
  expect(await offered('service "a" {\n  env_file = "app/.|"\n}\n')).toEqual(['app/.env'])
  expect(await offered('include = ["more/|"]\n')).toEqual(['more/db.hcl'])
  expect(await offered('locals {\n  a = file("app/s|")\n}\n')).toEqual(['app/server.js'])
  folder.remove()
})

test('what is put in has what a block cannot do without, and ends where one goes on', async () => {
  const { service, ...query } = editorWith('serv|')
  const { items, range } = await service.complete(query)
  expect(items[0]?.insert).toBe('service "${1:name}" {\n  command = "${2}"\n  $0\n}')
  expect(range).toEqual({ file: 'a.hcl', line: 1, column: 1, endLine: 1, endColumn: 5 })
})

test('a word with a value after it is only replaced', async () => {
  const { service, ...query } = editorWith('service "web" {\n  comm| = "x"\n}\n')
  const { items } = await service.complete(query)
  expect(items[0]).toMatchObject({ label: 'command', insert: 'command' })
})
