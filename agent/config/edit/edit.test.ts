// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { configurationOf } from '../fixtures/load.ts'
import { textWith, tryEdit } from './fixtures/try.ts'
import { quoteText } from './print.ts'

const text = `\ufeff# the shop
variable "n" {
  default = 2
}
services {
  service "web" { # in front
    command     = "node app.js"   # runs
    ports       = [3000, /* admin */ 3001]
    environment = {
      PORT       = "3000", "HOST" : "x"
      LATE       = "env:LATE"
    }\r
    replicas = var.n + 1
    description = <<-EOT
      long
    EOT
    nice = -5
    restart { delay = "1s" }
  }

  # the other
  service "db" {
    command    = "x"
    depends_on = ["web"]
  }
}
`

describe('a value', () => {
  test.each([
    [{ 'ports.0': 3005 }, '[3000,', '[3005,'],
    [{ ports: [3000, 4000] }, '3001]', '4000]'],
    [{ ports: [3001] }, '[3000, /*', '[/*'],
    [{ ports: [3000, 3001, 3002] }, '3001]', '3001, 3002]'],
    [{ 'environment.PORT': '3005' }, '"3000", "HOST"', '"3005", "HOST"'],
    [{ 'environment.HOST': 'a"b' }, ': "x"', ': "a\\"b"'],
    [{ 'environment.HOST': null }, ', "HOST" : "x"', ''],
    [{ environment: { NEW: 'n' } }, '"env:LATE"\n', '"env:LATE"\n      NEW        = "n"\n'],
    [{ command: 'node ${x}\n' }, '"node app.js"', '"node $${x}\\n"'],
    [{ nice: 3 }, 'nice = -5', 'nice = 3'],
    [{ nice: null }, '    nice = -5\n', ''],
    [{ 'restart.delay': '2s' }, '"1s" }', '"2s" }'],
    [{ 'restart.delay': null }, '    restart { delay = "1s" }\n', ''],
    [{ 'restart.factor': 3 }, 'restart { delay = "1s" }', 'restart {\n      delay = "1s"\n      factor = 3\n    }'],
    [{ description: 'one\n two\n' }, '      long\n', '      one\n       two\n'],
    [{ 'environment.LATE': 'env:OTHER' }, '"env:LATE"', '"env:OTHER"'],
    [{ user: 'www', working_dir: '/srv' }, '# runs\n', '# runs\n    working_dir = "/srv"\n    user        = "www"\n'],
    [{ 'stop.timeout': '5s' }, '"1s" }\n', '"1s" }\n    stop {\n      timeout = "5s"\n    }\n'],
    [
      { health_check: [{ label: 'ready', url: 'http://x' }] },
      '"1s" }\n',
      '"1s" }\n    health_check "ready" {\n      url = "http://x"\n    }\n',
    ],
  ])('%j changes its own place and not a byte besides', async (changes, before, after) => {
    expect(await textWith(text, changes)).toBe(text.replace(before, () => after))
  })

  test.each([
    [{ replicas: 3 }, 'unchanged'],
    [{ ports: [3000, 3001], command: 'node app.js', 'restart.delay': '1s' }, 'unchanged'],
    [{ replicas: 4 }, 'replicas is worked out: var.n + 1, which comes from var.n.'],
    [{ 'environment.LATE': 'x' }, 'environment.LATE is looked up when the service starts: "env:LATE".'],
    [{ 'environment.PORT': '••••••' }, 'unchanged'],
    [{ 'environment.SOME': '••••••' }, 'environment.SOME would become the mask'],
    [{ comand: 'x' }, 'unknown: comand'],
    [{ 'restart.comand': 'x' }, 'unknown: restart.comand'],
  ])('%j is answered with %j', async (changes, said) => {
    expect(await textWith(text, changes)).toContain(said)
  })

  it('that is worked out is written over when one says so', async () => {
    expect(await textWith(text, { replicas: 4 }, true)).toBe(text.replace('var.n + 1', '4'))
  })

  it('is not written into a broken file', async () => {
    expect(await textWith(text.replace('nice = -5', 'nice ='), { nice: 1 })).toContain('a.hcl is broken at line 17')
  })
})

describe('lists and maps over several lines', () => {
  const spread = `service "web" {
  command = "x"
  args = [ # all of them
    "a", # first
    var.b,
    "c" # last
  ]
  environment = {
    A = "1" # one

    # two
    B = "2"
  }
}
variable "b" {
  default = "b"
}
`
  test.each([
    [{ args: ['a', 'b', 'c', 'd'] }, '"c" # last\n', '"c", # last\n    "d"\n'],
    [{ args: ['a', 'b'] }, '    "c" # last\n', ''],
    [{ args: ['b', 'c'] }, '    "a", # first\n', ''],
    [{ args: ['z', 'a', 'b', 'c'] }, '    "a", # first\n', '    "z",\n    "a", # first\n'],
    [{ 'environment.A': null }, '    A = "1" # one\n', ''],
    [{ 'environment.C': '3' }, 'B = "2"\n', 'B = "2"\n    C = "3"\n'],
  ])('keep their lines and comments with %j', async (changes, before, after) => {
    expect(await textWith(spread, changes)).toBe(spread.replace(before, () => after))
  })

  it('do not lose an item that is worked out', async () => {
    expect(await textWith(spread, { args: ['a', 'c'] })).toContain('args is worked out: var.b')
  })
})

describe('a service in several files', () => {
  const files = {
    '1.hcl':
      'template "node" {\n  nice = 5\n  environment = {\n    A = "1"\n    B = var.b\n  }\n  restart {\n    delay = "3s"\n  }\n}\nvariable "b" {\n  default = 1\n}\n',
    '2.hcl': 'service "web" {\n  extends = "node"\n  command = "x"\n  user    = "one"\n}\n',
    '3.hcl': 'service "web" {\n  user = "two"\n}\n',
  }
  const change = (path: string, value: string | number | null, override = false) =>
    tryEdit(files, { kind: 'change', changes: [{ path: path.split('.'), value }], override })

  it('is changed where the value that counts is written', async () => {
    const answer = await change('user', 'me')
    expect(answer.files.map(({ name, after }) => [name, after])).toEqual([
      ['3.hcl', files['3.hcl'].replace('two', 'me')],
    ])
  })

  it('gets what is new where it is first described', async () => {
    expect((await change('umask', '022')).files.map(({ name }) => name)).toEqual(['2.hcl'])
  })

  it('loses a value in all of them', async () => {
    expect((await change('user', null)).files.map(({ name }) => name)).toEqual(['2.hcl', '3.hcl'])
  })

  it('tells which template a value comes from', async () => {
    const { refusals } = await change('restart.delay', '4s')
    expect(refusals).toMatchObject([
      {
        reason: 'template',
        from: [{ what: 'template "node"', file: '1.hcl', line: 8 }],
        choices: ['override', 'edit-there'],
      },
    ])
    expect((await change('restart.delay', '3s')).files).toEqual([])
    expect((await change('nice', null)).refusals).toMatchObject([{ choices: ['edit-there'] }])
  })

  it('gets a value of its own, with what else the template says in the map', async () => {
    const [file] = (await change('environment.A', '2', true)).files
    expect(file?.after).toContain('  environment = {\n    A = "2"\n    B = var.b\n  }\n')
    const [other] = (await change('restart.delay', '4s', true)).files
    expect(other?.after).toContain('restart {\n    delay = "4s"\n  }\n')
  })

  it('is taken out of all of them', async () => {
    const { files: left } = await tryEdit(files, { kind: 'remove', release: false })
    expect(left.map(({ after }) => after)).toEqual(['', ''])
  })
})

describe('blocks that stand several times', () => {
  const several = `service "web" {
  command = "x"

  depends_on { # the data
    service = "db"
  }

  depends_on {
    service   = "cache"
    condition = "started"
  }

  health_check "ready" { url = "http://a" }
}
`
  it('are told apart by what they name', async () => {
    const after = await textWith(several, {
      depends_on: [{ service: 'cache', condition: 'healthy' }, { service: 'db' }, { service: 'mail' }],
    })
    expect(after).toBe(
      several.replace('"started"\n  }\n', '"healthy"\n  }\n\n  depends_on {\n    service = "mail"\n  }\n'),
    )
  })

  it('are taken away, or changed by their label', async () => {
    expect(await textWith(several, { depends_on: [{ service: 'db' }] })).toBe(
      several.replace('  depends_on {\n    service   = "cache"\n    condition = "started"\n  }\n\n', ''),
    )
    expect(await textWith(several, { 'health_check.ready.url': 'http://b' })).toBe(
      several.replace('http://a', 'http://b'),
    )
    const both = { health_check: { label: 'ready', interval: '5s' } }
    expect(await textWith(several, both)).toContain(
      'health_check "ready" {\n    url = "http://a"\n    interval = "5s"\n  }\n',
    )
  })

  it('give way to a list of names, and the other way round', async () => {
    const named = await textWith(several, { depends_on: ['db'] })
    expect(named).not.toContain('cache')
    expect(named).toContain('  depends_on = ["db"]\n')
    const blocks = await textWith(named, { depends_on: [{ service: 'db', restart: true }] })
    expect(blocks).not.toContain('["db"]')
    expect(blocks).toContain('  depends_on {\n    service = "db"\n    restart = true\n  }\n')
  })
})

test('what is not given again is taken away by a replacement, and the rest stays as it was', async () => {
  const values = { command: 'node app.js', environment: { PORT: '3000', NEW: 'y' }, restart: { delay: '1s' } }
  const { files } = await tryEdit({ 'a.hcl': text }, { kind: 'replace', values, override: true })
  const after = files[0]?.after ?? ''
  expect(after).toContain('command     = "node app.js"   # runs\n    environment = {\n      PORT       = "3000"\n')
  expect(after).toContain('restart { delay = "1s" }')
  expect(after).not.toContain('replicas')
})

test('a service that goes is told of by those that name it, and let go of when asked', async () => {
  const { mentions } = await tryEdit({ 'a.hcl': text }, { kind: 'remove', release: false })
  expect(mentions).toEqual(['service "db"'])
  const { files } = await tryEdit({ 'a.hcl': text }, { kind: 'remove', release: true })
  expect(files[0]?.after).toContain(
    'services {\n  # the other\n  service "db" {\n    command    = "x"\n    depends_on = []\n',
  )
})

test('a text that is written comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
      const written = value.replaceAll('\0', '')
      const { services } = await configurationOf(
        `service "web" {\n  command = "sleep 1"\n  description = ${quoteText(written)}\n}\n`,
      )
      expect(services.get('web')?.description).toBe(written)
    }),
    { numRuns: 20 },
  )
}, 120_000)
