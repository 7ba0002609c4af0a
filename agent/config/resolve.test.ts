// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is HCL's notation, in texts of HCL
import { expect, test } from 'vitest'
import { serviceOf } from './fixtures/load.ts'
import { type ResolveContext, type ResolvedService, resolveService } from './resolve.ts'

function context(extra: Partial<ResolveContext> = {}): ResolveContext {
  const readFile = (path: string): string => {
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
  }
  return { env: {}, replica: 0, readFile, home: '/home/me', ...extra }
}

async function resolved(body: string, extra: Partial<ResolveContext> = {}): Promise<ResolvedService> {
  const resolution = resolveService(await serviceOf(body), context(extra))
  if ('missing' in resolution) throw new Error(resolution.missing.map(({ message }) => message).join(' '))
  return resolution.resolved
}

async function missing(body: string, extra: Partial<ResolveContext> = {}) {
  const resolution = resolveService(await serviceOf(body), context(extra))
  return 'missing' in resolution ? resolution.missing : []
}

test('a reference in a command is part of its word and never split', async () => {
  const { command } = await resolved('  command = "run --x=${env.X} \'${env.X} y\' ${env.X}"', {
    env: { X: 'a "b" $c; d' },
  })
  expect(command).toEqual({ argv: ['run', '--x=a "b" $c; d', 'a "b" $c; d y', 'a "b" $c; d'], shell: false })
})

test('args are taken as they stand', async () => {
  const { command } = await resolved(
    '  command = "/opt/my program"\n  args = ["-x", "a b; rm -rf /", "$HOME", "env:X", ""]',
    { env: { X: '`id`' } },
  )
  expect(command.argv).toEqual(['/opt/my program', '-x', 'a b; rm -rf /', '$HOME', '`id`', ''])
})

test('with shell = true the command is one text', async () => {
  const { command } = await resolved('  command = "echo $HOME | cat"\n  shell = true')
  expect(command).toEqual({ argv: ['echo $HOME | cat'], shell: true })
})

test.each([
  ['', '/nowhere/conf'],
  ['  working_dir = "sub/../other"', '/nowhere/conf/other'],
  ['  working_dir = "~/x"', '/home/me/x'],
  ['  working_dir = "~"', '/home/me'],
  ['  working_dir = "/abs"', '/abs'],
  ['  working_dir = "${env.DIR}/x"', '/d/x'],
])('runs where it is told to: %s', async (line, cwd) => {
  expect((await resolved(`  command = "true"\n${line}`, { env: { DIR: '/d' } })).cwd).toBe(cwd)
})

test('the environment wins over env files, the later file over the earlier', async () => {
  const files: Record<string, string> = {
    '/nowhere/conf/a.env': '# c\nA=1\nB="two words"\nC=3\n',
    '/etc/b.env': "B=x\nexport D='$A'\n",
  }
  const { environment } = await resolved(
    '  command = "true"\n  env_file = ["a.env", "/etc/b.env"]\n  environment = { C = "own", E = 5 }',
    { readFile: (path) => files[path] ?? '' },
  )
  expect({ ...environment }).toEqual({ A: '1', B: 'x', C: 'own', D: '$A', E: '5' })
})

test('PORT comes from the declared ports unless it is set, and moves on with each replica', async () => {
  const port = async (body: string, replica: number): Promise<string | undefined> =>
    (await resolved(`  command = "true"\n  replicas = 3\n${body}`, { replica })).environment.PORT
  expect(await port('  ports = [3000, 4000]', 0)).toBe('3000')
  expect(await port('  ports = [3000]', 2)).toBe('3002')
  expect(await port('  ports = [3000]\n  port_step = 10', 2)).toBe('3020')
  expect(await port('  ports = [3000]\n  environment = { PORT = "8080" }', 1)).toBe('8081')
  expect(await port('  environment = { PORT = "unix:/x" }', 1)).toBe('unix:/x')
  expect(await port('', 1)).toBeUndefined()
})

test('credentials and files are looked up, the line end of a file left out', async () => {
  const { environment, secretNames } = await resolved(
    '  command = "true"\n  environment = { A = "credential:db", B = "file:secret", TOKEN = "x" }',
    {
      credentials: (name) => `value of ${name}`,
      readFile: (path) => `content of ${path}\n`,
    },
  )
  expect({ ...environment }).toEqual({ A: 'value of db', B: 'content of /nowhere/conf/secret', TOKEN: 'x' })
  expect(secretNames).toEqual(['A', 'TOKEN'])
})

test('everything that is missing is told at once, with its place', async () => {
  const found = await missing(
    '  command = "run ${env.A}"\n  env_file = "x.env"\n  environment = {\n    B = "env:B"\n    C = "credential:db"\n    D = "file:secret"\n    A = "env:A"\n    E = env("E", "")\n  }',
  )
  expect(found.map(({ what, name, range }) => `${range.line}:${range.column} ${what} ${name}`)).toEqual([
    '3:14 env-file /nowhere/conf/x.env',
    '5:9 env B',
    '6:9 credential db',
    '7:9 file /nowhere/conf/secret',
    '8:9 env A',
  ])
  expect(found[0]?.message).toBe('The env_file /nowhere/conf/x.env cannot be read: it does not exist.')
})

test('a value that no process can be given is refused by name', async () => {
  const body = '  command = "true"\n  environment = { BIG = "env:BIG", SMALL = "x" }'
  expect(await missing(body, { env: { BIG: 'x'.repeat(131_072 - 6) } })).toEqual([])
  expect(await missing(body, { env: { BIG: 'x'.repeat(131_072) } })).toMatchObject([{ what: 'too-long', name: 'BIG' }])
  const many = Array.from({ length: 30 }, (_, index) => `    V${index} = "env:X"`).join('\n')
  const all = await missing(`  command = "true"\n  environment = {\n${many}\n  }`, { env: { X: 'x'.repeat(100_000) } })
  expect(all).toMatchObject([{ what: 'too-long', name: 'environment' }])
})

test('hooks, stop and reload commands are resolved with it', async () => {
  const result = await resolved(
    '  command = "true"\n  user = "env:U"\n  umask = "027"\n  nice = 5\n  hooks {\n    pre_start {\n      command = "echo \'a b\'"\n      timeout = "5s"\n    }\n    post_stop {\n      command = "true"\n    }\n  }\n  stop {\n    command = "bye ${env.U}"\n  }\n  reload {\n    command = "again"\n  }',
    { env: { U: 'root' } },
  )
  expect(result).toMatchObject({
    user: 'root',
    umask: 0o27,
    nice: 5,
    stopCommand: { argv: ['bye', 'root'] },
    reloadCommand: { argv: ['again'] },
    hooks: {
      preStart: [{ argv: ['echo', 'a b'], timeoutMs: 5000, onFailure: 'fail' }],
      postStart: [],
      postStop: [{ argv: ['true'], onFailure: 'ignore' }],
    },
  })
})

test('a name from a prototype is a variable like any other', async () => {
  const { environment } = await resolved(
    '  command = "true"\n  env_file = "x"\n  environment = { toString = "a", hasOwnProperty = "b" }',
    {
      readFile: () => '__proto__=polluted\nvalueOf=c\n',
    },
  )
  expect(Object.entries(environment)).toEqual([
    ['valueOf', 'c'],
    ['toString', 'a'],
    ['hasOwnProperty', 'b'],
  ])
  expect(Object.prototype).not.toHaveProperty('polluted')
})
