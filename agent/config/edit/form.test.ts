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
