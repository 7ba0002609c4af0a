import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hxe, testWorld } from './fixtures/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'hxe-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const good = join(folder, 'good.hcl')
writeFileSync(
  good,
  'service "web" {\n  command = "node app.js"\n  environment = {\n    DB_PASSWORD = "hunter2"\n  }\n}\n',
)
const bad = join(folder, 'bad.hcl')
writeFileSync(bad, 'service "web" {\n  comand = "node app.js"\n}\n')

// HashiCorp's parser is started by the first who asks, which takes long on a machine that is busy.
beforeAll(() => hxe(['config', 'validate', good], testWorld()), 120_000)

describe('hxe config validate', () => {
  it('is 0 for files without errors', async () => {
    expect(await hxe(['config', 'validate', good], testWorld())).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '1 file checked, no errors.\n',
    })
  })

  it('is 2 for an error, with the place, the line and a caret', async () => {
    const { exitCode, stdout } = await hxe(['config', 'validate', bad], testWorld())
    expect(exitCode).toBe(2)
    expect(stdout).toContain(`${bad}:2:3: `)
    expect(stdout).toContain('    comand = "node app.js"\n    ^^^^^^')
  })

  it('gives machines the errors in the promised shape', async () => {
    const { exitCode, stdout } = await hxe(['config', 'validate', bad, '--json'], testWorld())
    expect(exitCode).toBe(2)
    const { valid, errors } = JSON.parse(stdout)
    expect(valid).toBe(false)
    expect(errors).toContainEqual(
      expect.objectContaining({ severity: 'error', file: bad, line: 2, column: 3, endLine: 2, endColumn: 9 }),
    )
  })

  it('reads HXE_CONFIG where no path is given', async () => {
    expect((await hxe(['config', 'validate'], testWorld({ HXE_CONFIG: bad }))).exitCode).toBe(2)
  })
})

describe('hxe config show', () => {
  it('shows what is set, secrets masked, and where with --origins', async () => {
    const { stdout, exitCode } = await hxe(['config', 'show', 'web', '--config', good, '--origins'], testWorld())
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^command +node app.js +${good}:2:`, 'm'))
    expect(stdout).toMatch(/^restart.policy +on-failure +default$/m)
    expect(stdout).not.toContain('hunter2')
  })

  it('is 5 for a service that is not there, and 2 for a file with errors', async () => {
    expect(await hxe(['config', 'show', 'wbe', '--config', good], testWorld())).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('Did you mean web?'),
    })
    expect((await hxe(['config', 'show', '--config', bad], testWorld())).exitCode).toBe(2)
  })
})

describe('hxe config eval', () => {
  const variables = join(folder, 'variables.hcl')
  writeFileSync(
    variables,
    'variable "name" {}\nvariable "word" {\n  default = "canary"\n  sensitive = true\n}\nlocals {\n  both = [var.name, var.word]\n}\nservice "web" {\n  command = "x ${join(",", local.both)}"\n}\n',
  )

  it('works out an expression with the variables of the configuration, secrets masked', async () => {
    const words = ['config', 'eval', 'upper(var.name)', '--config', variables, '--var', 'name=a']
    expect(await hxe(words, testWorld())).toMatchObject({ exitCode: 0, stdout: 'A\n' })
    const secret = await hxe(
      ['config', 'eval', 'local.both', '--config', variables, '--var', 'name=a', '--json'],
      testWorld(),
    )
    expect(JSON.parse(secret.stdout)).toEqual(['a', '••••••'])
  })

  it('is 2 for a mistake, with its place', async () => {
    const { exitCode, stderr } = await hxe(['config', 'eval', '1 / 0', '--config', good], testWorld())
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('divides by zero') })
    expect((await hxe(['config', 'eval', '1 +', '--config', good], testWorld())).exitCode).toBe(2)
    expect((await hxe(['config', 'eval'], testWorld())).exitCode).toBe(2)
  })

  it('works out a whole file, its blocks as objects', async () => {
    const file = join(folder, 'any.hcl')
    writeFileSync(file, 'a = 1 + 1\nb "x" "y" {\n  c = [for i in range(2) : i]\n}\nd {\n  e = 1\n}\nd {\n  e = 2\n}\n')
    const { stdout } = await hxe(['config', 'eval', '--file', file, '--json'], testWorld())
    expect(JSON.parse(stdout)).toEqual({ a: 2, b: { x: { y: { c: [0, 1] } } }, d: [{ e: 1 }, { e: 2 }] })
  })

  it('takes variables for validate and show alike', async () => {
    expect((await hxe(['config', 'validate', variables], testWorld())).exitCode).toBe(2)
    expect((await hxe(['config', 'validate', variables, '--var', 'name=a'], testWorld())).exitCode).toBe(0)
    const shown = await hxe(['config', 'show', 'web', '--config', variables, '--var', 'name=a'], testWorld())
    expect(shown.stdout).not.toContain('canary')
  })
})

describe('hxe config fmt', () => {
  const loose = 'service "web" {\ncommand="node app.js" # runs\n}\n'
  const neat = 'service "web" {\n  command = "node app.js" # runs\n}\n'
  const file = join(folder, 'loose.hcl')

  it('writes what is laid out otherwise, and nothing with --check or --diff', async () => {
    writeFileSync(file, loose, { mode: 0o640 })
    const check = await hxe(['config', 'fmt', '--check', file], testWorld())
    expect(check).toEqual({ exitCode: 1, stdout: `${file}\n`, stderr: '' })
    const { stdout } = await hxe(['config', 'fmt', '--diff', file], testWorld())
    expect(stdout).toContain('-command="node app.js" # runs\n+  command = "node app.js" # runs\n')
    expect(readFileSync(file, 'utf8')).toBe(loose)
    expect(await hxe(['config', 'fmt', file], testWorld())).toMatchObject({ exitCode: 0, stdout: `${file}\n` })
    expect(readFileSync(file, 'utf8')).toBe(neat)
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(await hxe(['config', 'fmt', '--check', file], testWorld())).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it('takes stdin and gives stdout', async () => {
    const world = () => testWorld({}, undefined, loose)
    expect(await hxe(['config', 'fmt', '-'], world())).toEqual({ exitCode: 0, stdout: neat, stderr: '' })
    expect(await hxe(['config', 'fmt', '--check', '-'], world())).toMatchObject({ exitCode: 1, stdout: '' })
  })

  it('leaves a broken file alone, and is 2 with its place', async () => {
    const broken = join(folder, 'broken.hcl')
    writeFileSync(broken, 'a = 1\nb =\n')
    const { exitCode, stderr } = await hxe(['config', 'fmt', broken], testWorld())
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${broken}:2:`) })
    expect(readFileSync(broken, 'utf8')).toBe('a = 1\nb =\n')
  })
})
