import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConfigApplied, ConfigPlan } from '../../contract/index.ts'
import { startAgent, type TestAgent } from '../agent.ts'
import { CommandLine } from './command.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hxe-e2e-change-'))
const hxe = new CommandLine({ HXE_DATA_DIR: dataDir })
const file = join(dataDir, 'config', 'services.hcl')
const first = 'service "a" {\n  command = "sleep 1000"\n}\n'
const second =
  'service "a" {\n  command = "sleep 1000"\n  nice    = 3\n}\n\nservice "b" {\n  command = "sleep 1000"\n}\n'
let agent: TestAgent

beforeAll(async () => {
  mkdirSync(join(dataDir, 'config'))
  writeFileSync(file, first)
  agent = await startAgent(dataDir, hxe.env)
})
afterAll(async () => {
  await agent?.stop()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

it('plans what is on disk, applies it, shows what changed, and goes back', async () => {
  expect((await hxe.run('config', 'plan')).stderr).toContain('Nothing would change')
  writeFileSync(file, second)
  const planned = await hxe.json<ConfigPlan>('config', 'plan')
  expect(planned.actions.map(({ service, action }) => [service, action])).toEqual([
    ['a', 'restart'],
    ['b', 'start'],
  ])
  const applied = await hxe.run('config', 'apply')
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/restart +a +nice = 3/) })
  expect((await agent.service('b')).state).toBe('running')
  expect((await hxe.run('config', 'history')).stdout).toMatch(/apply/)
  expect((await hxe.run('config', 'diff')).stdout).toMatch(/^\+ {2}nice {4}= 3$/m)
  const back = await hxe.json<ConfigApplied>('config', 'rollback', '1')
  expect(back.actions.map(({ service, action }) => `${service} ${action}`).sort()).toEqual(['a restart', 'b stop'])
  expect(readFileSync(file, 'utf8')).toBe(first)
})

it('is 2 for files with errors, 5 for a revision that there is not', async () => {
  const bad = join(dataDir, 'services.hcl')
  writeFileSync(bad, 'service "a" {\n  comand = "x"\n}\n')
  expect(await hxe.run('config', 'plan', bad)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/services\.hcl:2:3: There is no attribute "comand"/),
  })
  expect((await hxe.run('config', 'apply', bad)).exitCode).toBe(2)
  expect((await hxe.run('config', 'rollback', '99')).exitCode).toBe(5)
  expect((await hxe.run('config', 'rollback', 'x')).exitCode).toBe(2)
})

it('does once what it is asked, whichever part of the command is loaded for it', async () => {
  const note = join(dataDir, 'note')
  expect((await hxe.run('run', '--', 'sh', '-c', `echo once >> ${note}`)).exitCode).toBe(0)
  expect(readFileSync(note, 'utf8')).toBe('once\n')
  const checked = await hxe.run('config', 'validate', file)
  expect(checked.stderr.match(/checked/g)).toHaveLength(1)
  expect(await hxe.json<number>('config', 'eval', '1 + 1', '--config', file)).toBe(2)
  expect((await hxe.run('why')).stdout.trim().split('\n')).toHaveLength(1)
})
