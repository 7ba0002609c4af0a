// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import { applyEdits, editorWith } from '../fixtures/editor.ts'

const files = {
  'a.hcl': `# db is what everything needs: "db", var.db
variable "image" {
  default = "db"
}
locals {
  db = "db" # not the service
}
service "d|b" {
  command = "run \${var.image} db"
  environment = { NAME = "db", OTHER = "\${local.db}" }
}
app "shop" {
  services = ["db", "web"]
}
`,
  'b.hcl': `service "web" {
  command    = "x"
  depends_on = ["db"]
}
service "job" {
  command = "y"
  depends_on {
    service   = "db"
    condition = "started"
  }
}
`,
}

test('a service is renamed where it is declared and used, and nowhere else', async () => {
  const { service, ...query } = editorWith(files)
  const { edits, refused } = await service.rename({ ...query, to: 'postgres' })
  expect(refused).toBeUndefined()
  const after = applyEdits(query.unsaved, edits)
  expect(after['a.hcl']).toBe(
    query.unsaved['a.hcl']
      ?.replace('service "db"', 'service "postgres"')
      .replace('["db", "web"]', '["postgres", "web"]'),
  )
  expect(after['b.hcl']).toBe(
    files['b.hcl']
      .replace('depends_on = ["db"]', 'depends_on = ["postgres"]')
      .replace('= "db"\n    cond', '= "postgres"\n    cond'),
  )
})

test('a variable is renamed in texts and brackets of other files', async () => {
  const { service, ...query } = editorWith({
    'a.hcl': 'variable "po|rt" {\n  default = 1\n}\n',
    'b.hcl':
      'locals {\n  a = "x ${var.port}"\n  b = var["port"]\n  c = [for var in ["port"] : var]\n  port = "port"\n}\n',
  })
  const { edits, refused } = await service.rename({ ...query, to: 'http' })
  expect(refused).toBeUndefined()
  expect(applyEdits(query.unsaved, edits)).toEqual({
    'a.hcl': 'variable "http" {\n  default = 1\n}\n',
    'b.hcl':
      'locals {\n  a = "x ${var.http}"\n  b = var["http"]\n  c = [for var in ["port"] : var]\n  port = "port"\n}\n',
  })
})

test.each<[fact: string, text: string, to: string, refused: RegExp]>([
  [
    'a name that is taken',
    'service "a|" {\n  command = "x"\n}\nservice "b" {\n  command = "x"\n}\n',
    'b',
    /already, in a\.hcl, line 4/,
  ],
  ['no valid name', 'service "a|" {\n  command = "x"\n}\n', 'a b', /cannot be the name of a service/],
  ['an empty name', 'service "a|" {\n  command = "x"\n}\n', '', /needs a name/],
  ['a local that begins with a digit', 'locals {\n  a| = 1\n}\n', '1a', /no digit first/],
  ['a place without a name', 'service "a" {\n  comm|and = "x"\n}\n', 'b', /no name here/],
  ['what nothing declares', 'service "a" {\n  command = "x"\n  depends_on = ["gon|e"]\n}\n', 'b', /no service "gone"/],
  ['files with a mistake', 'service "a|" {\n  command = "x"\n}\nservice {{{\n', 'b', /mistake in line 4/],
  [
    'a name that an expression puts together',
    'locals {\n  which = "a"\n}\nservice "a|" {\n  command = "x"\n}\nservice "w" {\n  command = "x"\n  depends_on = [local.which]\n}\n',
    'b',
    /put together by an expression.*no service "a"/,
  ],
])('%s is refused with the reason', async (_fact, text, to, refused) => {
  const { service, ...query } = editorWith(text)
  const answer = await service.rename({ ...query, to })
  expect(answer.edits).toEqual([])
  expect(answer.refused).toMatch(refused)
})

test('a variable that is given from outside is not renamed', async () => {
  const { service, ...query } = editorWith('variable "po|rt" {}\nlocals {\n  a = var.port\n}\n', {
    env: { HXE_VAR_port: '1' },
  })
  expect((await service.rename({ ...query, to: 'b' })).refused).toMatch(/HXE_VAR_port/)
})

test('definitions and uses are found across files, in texts that are not saved', async () => {
  const { service, ...query } = editorWith({
    'a.hcl': files['a.hcl'].replace('|', ''),
    'b.hcl': files['b.hcl'].replace('["db"]', '["d|b"]'),
  })
  expect(await service.definition(query)).toEqual([{ file: 'a.hcl', line: 8, column: 10, endLine: 8, endColumn: 12 }])
  const uses = await service.references(query)
  expect(uses.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.hcl:8', 'a.hcl:13', 'b.hcl:3', 'b.hcl:8'])
})

test('every name that is declared is a symbol', async () => {
  const { service, unsaved } = editorWith({ 'a.hcl': files['a.hcl'].replace('|', '') })
  const symbols = await service.symbols(unsaved)
  expect(symbols.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'variable image',
    'local db',
    'service db',
    'app shop',
  ])
})
