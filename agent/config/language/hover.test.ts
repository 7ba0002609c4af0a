// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import type { Hover } from '../../../contract/index.ts'
import { editorWith } from '../fixtures/editor.ts'

const secret = 'hunter2-canary'

test.each<[fact: string, text: string, shown: Partial<Hover> | null]>([
  [
    'an attribute has its type and default',
    'service "web" {\n  nic|e = 5\n}\n',
    { title: 'nice', detail: 'whole number, -20 to 19' },
  ],
  [
    'an enumeration has its values',
    'service "web" {\n  ty|pe = "task"\n}\n',
    { detail: '"service" | "task" | "cron"' },
  ],
  ['a block has its form', 'serv|ice "web" {}\n', { title: 'service', detail: 'service "name" { … }' }],
  [
    'a service has its command',
    'service "we|b" {\n  command = "node x"\n}\n',
    { title: 'service "web"', value: 'command = "node x"', help: 'Not used.' },
  ],
  [
    'a dependency leads to its service',
    'service "web" {\n  depends_on = ["d|b"]\n}\nservice "db" {\n  command = "pg"\n  description = "Keeps orders"\n}\n',
    {
      title: 'service "db"',
      detail: 'declared in a.hcl, line 4',
      help: 'Keeps orders. Used in 1 place.',
      value: 'command = "pg"',
    },
  ],
  [
    'a variable has its value and where it comes from',
    'variable "port" {\n  default = 3000\n}\nlocals {\n  p = var.po|rt\n}\n',
    { title: 'var.port', value: '3000 (default, a.hcl, line 2)' },
  ],
  [
    'a local has what it comes to',
    'locals {\n  a = upper("x")\n  b = local.|a\n}\n',
    { title: 'local.a', value: '"X" (a.hcl, line 2)' },
  ],
  [
    'an attribute that is worked out has its value',
    'locals {\n  a = "x"\n}\nservice "web" {\n  comm|and = "run ${local.a} ${upper("y")}"\n}\n',
    { title: 'command', value: '"run x Y"' },
  ],
  [
    'a function has its use and what this call comes to',
    'locals {\n  a = upp|er("x")\n}\n',
    { title: 'upper(text)', detail: 'function', value: '"X"' },
  ],
  ['a name that nothing declares says so', 'service "web" {\n  depends_on = ["d|b"]\n}\n', { detail: 'not declared' }],
  [
    'a sensitive variable is masked',
    `variable "a" {\n  default = "${secret}"\n  sensitive = true\n}\nlocals {\n  b = var.|a\n}\n`,
    { value: '•••••• (default, a.hcl, line 2)' },
  ],
  [
    'what is made of a sensitive variable is masked',
    `variable "a" {\n  default = "${secret}"\n  sensitive = true\n}\nservice "web" {\n  comm|and = "x ${'${var.a}'}"\n}\n`,
    { value: '••••••' },
  ],
  [
    'a local whose name tells of a secret is masked',
    `locals {\n  api_token = "${secret}"\n  b = local.api_t|oken\n}\n`,
    { value: '•••••• (a.hcl, line 2)' },
  ],
  [
    'a secret in a map is masked',
    `locals {\n  db = { password = "${secret}", host = "h" }\n  b = local.d|b\n}\n`,
    { value: '{ password = ••••••, host = "h" } (a.hcl, line 2)' },
  ],
  [
    'a password in an address is masked',
    `locals {\n  url = "postgres://u:${secret}@h/d"\n  b = local.u|rl\n}\n`,
    { value: '"postgres://u:••••••@h/d" (a.hcl, line 2)' },
  ],
  [
    'a secret of the environment is masked',
    'service "web" {\n  comm|and = "x ${env.API_TOKEN}"\n}\n',
    { value: '••••••' },
  ],
  ['a comment says nothing', '# serv|ice\n', null],
  ['an unknown attribute says nothing', 'service "web" {\n  bogu|s = 1\n}\n', null],
])('%s', async (_fact, text, shown) => {
  const { service, ...query } = editorWith(text, { env: { PATH: '/bin', API_TOKEN: secret } })
  const hover = await service.hover(query)
  if (shown === null) expect(hover).toBeNull()
  else expect(hover).toMatchObject(shown)
  expect(JSON.stringify(hover)).not.toContain(secret)
})

test('a value that is given from outside names who gave it', async () => {
  const { service, ...query } = editorWith('variable "port" {\n  default = 1\n}\nlocals {\n  a = var.po|rt\n}\n', {
    env: { HXE_VAR_port: '4000' },
  })
  expect(await service.hover(query)).toMatchObject({ value: '4000 (from HXE_VAR_port)' })
})
