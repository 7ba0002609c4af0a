// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import { optionsFor, tryEdit } from './fixtures/try.ts'
import { editForm, readForm } from './form.ts'

const canary = 'c4nary'
const files = {
  'a.hcl': `variable "word" {
  default   = "${canary}"
  sensitive = true
}
template "base" {
  restart {
    delay = "3s"
  }
}
service "web" {
  extends     = "base"
  command     = "run --key \${var.word}"
  args        = ["a", upper("b")]
  environment = {
    API_TOKEN = "${canary}"
    DB_URL    = "postgres://me:${canary}@host/db"
    PASSWORD  = env("PASSWORD", "${canary}")
    FROM      = "env:FROM_TOKEN"
    PORT      = 3000
  }
  health_check "ready" { url = "http://\${var.word}@localhost" }
  logs { format = "json" }
}
`,
}
const options = optionsFor(files)
const read = async () => {
  const form = await readForm({ name: 'web', unsaved: files }, options)
  const fields = form?.fields ?? []
  return { fields, field: (path: string) => fields.find((each) => each.path.join('.') === path) }
}

test('a field has its value, its place and where it comes from', async () => {
  const { field } = await read()
  expect(field('logs.format')).toMatchObject({
    kind: 'choice',
    value: 'json',
    source: 'literal',
    file: 'a.hcl',
    line: 22,
  })
  expect(field('restart.delay')).toMatchObject({ kind: 'duration', value: '3s', source: 'template', line: 7 })
  expect(field('args')).toMatchObject({ value: ['a', 'B'], source: 'expression', written: '["a", upper("b")]' })
  expect(field('environment.FROM')).toMatchObject({ value: 'env:FROM_TOKEN', source: 'reference', masked: false })
  expect(field('environment.PORT')).toMatchObject({ value: 3000, source: 'literal' })
  expect(field('stop.timeout')).toMatchObject({ source: 'unset', default: '10s' })
})

test('no secret is in a field', async () => {
  const { fields, field } = await read()
  expect(JSON.stringify(fields)).not.toContain(canary)
  expect(field('environment.API_TOKEN')).toMatchObject({ masked: true, value: '••••••' })
  expect(field('command')).toMatchObject({ masked: true, source: 'expression' })
})

test.each(['command', 'environment.PASSWORD', 'health_check.ready.url', 'environment.DB_URL', 'args'])(
  'no secret is in why %s is not written over',
  async (path) => {
    const changes = [{ path: path.split('.'), value: path === 'args' ? ['c'] : 'new' }]
    const { refusals } = await tryEdit(files, { kind: 'change', changes, override: false })
    expect(JSON.stringify(refusals)).not.toContain(canary)
    expect(refusals).toHaveLength(path === 'environment.DB_URL' ? 0 : 1)
  },
)

test('what is masked and sent back stays what it is', async () => {
  const { field } = await read()
  const environment = field('environment')?.value as Record<string, string>
  const changes = Object.entries(environment).map(([name, value]) => ({ path: ['environment', name], value }))
  const edited = await editForm({ name: 'web', unsaved: files, changes }, options)
  expect(edited).toMatchObject({ texts: {}, refusals: [] })
})

test('a block is added empty, filled, and taken away again', async () => {
  const first = await editForm({ name: 'web', unsaved: files, changes: [{ path: ['watch'], value: {} }] }, options)
  const text = (await editOf({ 'a.hcl': first?.texts['a.hcl'] ?? '' }, ['hooks', 'pre_start', '0'], {})) ?? ''
  expect(text).toContain('\n  watch {}\n')
  expect(text).toMatch(/\n {2}hooks \{\n {4}pre_start \{\}\n {2}\}\n/)
  const named = await editOf({ 'a.hcl': text }, ['health_check', 'alive'], {})
  expect(named).toContain('health_check "alive" {}\n')
  const again = await editOf({ 'a.hcl': named ?? '' }, ['health_check', 'alive'], null)
  expect(again).toBe(text)
  const form = await readForm({ name: 'web', unsaved: { 'a.hcl': text } }, options)
  expect(form?.own).toEqual(
    expect.arrayContaining([['watch'], ['logs'], ['health_check', 'ready'], ['hooks', 'pre_start', '0']]),
  )
  expect(form?.own).not.toContainEqual(['restart'])
  expect(form?.kinds.map(({ path }) => path.join('.'))).toEqual(
    expect.arrayContaining([
      'health_check',
      'resources',
      'restart',
      'stop',
      'reload',
      'hooks.pre_start',
      'logs',
      'watch',
    ]),
  )
  expect(form?.kinds.find(({ path }) => path[0] === 'health_check')).toMatchObject({ many: true, label: 'optional' })
})

const editOf = async (unsaved: Record<string, string>, path: string[], value: object | null) =>
  (await editForm({ name: 'web', unsaved, changes: [{ path, value: value as null }] }, options))?.texts['a.hcl']
