import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConfigApplied, ConfigPlan, ConfigStatus } from '../../contract/index.ts'
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

it('is refused with 412 for another If-Match, with 409 for another revision in the body', async () => {
  const before = readFileSync(file, 'utf8')
  const { revision } = (await (await agent.ask('/config')).json()) as ConfigStatus
  const change = async (ifMatch: string, body: object = { nice: 5 }) => {
    const answer = await agent.ask('/services/a', { method: 'PATCH', body, headers: { 'if-match': ifMatch } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const other = await change(`"${revision + 1}"`)
  expect(other).toMatchObject({ status: 412, body: { type: 'urn:hxe:problem:precondition-failed', status: 412 } })
  expect(other.body.detail).toContain(`Revision ${revision} runs, not ${revision + 1}`)
  expect(await change('"x"')).toMatchObject({ status: 412, body: { reason: 'no-revision' } })
  expect(await change(`"${revision}"`, { nice: 5, revision: revision + 1 })).toMatchObject({ status: 400 })
  expect(await change('*', { nice: 5, revision: revision + 1 })).toMatchObject({ status: 409 })
  const headers = { 'if-match': `"${revision + 1}"` }
  const body = { files: { 'services.hcl': second } }
  expect((await agent.ask('/config/apply', { method: 'POST', body, headers })).status).toBe(412)
  expect((await agent.ask('/services/a', { method: 'DELETE', headers })).status).toBe(412)
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect((await change(`"${revision}"`)).status).toBe(200)
  expect(readFileSync(file, 'utf8')).toContain('nice    = 5')
  writeFileSync(file, before)
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
