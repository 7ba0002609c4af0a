import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hxe, testWorld } from './fixtures/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'hxe-cli-import-'))
const empty = mkdtempSync(join(tmpdir(), 'hxe-cli-import-'))
afterAll(() => [folder, empty].map((path) => rmSync(path, { recursive: true })))
writeFileSync(join(folder, 'Procfile'), 'web: node web.js\nnonsense\n')
writeFileSync(
  join(folder, 'ecosystem.config.cjs'),
  'module.exports = { apps: ["a"].map((name) => ({ name, script: "a.js" })) }',
)

describe('hxe config import', () => {
  it('prints HCL on stdout and what is left out on stderr', async () => {
    const { exitCode, stdout, stderr } = await hxe(['config', 'import', folder], testWorld())
    expect(exitCode).toBe(0)
    expect(stdout).toContain('service "web" {\n  command     = "node web.js"')
    expect(stderr).toContain('Procfile:2: Procfile: This line has no "name: command".')
    expect(stderr).toContain('It is code, not plain data')
  })

  it('runs PM2 code only with --run-code', async () => {
    const { stdout } = await hxe(
      ['config', 'import', folder, '--from', 'pm2', '--run-code'],
      testWorld({ PATH: process.env.PATH ?? '' }),
    )
    expect(stdout).toContain('service "a"')
  })

  it('writes a new file, and never over one', async () => {
    const file = join(empty, 'new.hcl')
    expect((await hxe(['config', 'import', folder, '--write', file], testWorld())).exitCode).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('service "web"')
    expect(await hxe(['config', 'import', folder, '--write', file], testWorld())).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is there already and is not overwritten'),
    })
  })

  it('says what to do when nothing is found, and which kinds there are', async () => {
    const { exitCode, stderr } = await hxe(['config', 'import', empty], testWorld())
    expect(exitCode).toBe(5)
    expect(stderr).toMatch(/Nothing to import[\s\S]*Name another folder/)
    expect((await hxe(['config', 'import', folder, '--from', 'make'], testWorld())).exitCode).toBe(2)
  })

  it('gives machines one document', async () => {
    const { stdout } = await hxe(['config', 'import', folder, '--json'], testWorld())
    expect(JSON.parse(stdout)).toMatchObject({ services: [{ name: 'web' }], code: ['ecosystem.config.cjs'] })
  })
})
