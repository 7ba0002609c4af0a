import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultDataDir } from '../datadir.ts'
import { findAgent } from './find.ts'

const root = mkdtempSync(join(tmpdir(), 'hxe-find-'))
afterAll(() => rmSync(root, { recursive: true }))

/** No process has it: Linux and the others stop counting far below. */
const deadPid = 2 ** 30

function agentIn(name: string, port: number, pid = process.pid): string {
  const dir = join(root, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'agent.json'), JSON.stringify({ url: `http://127.0.0.1:${port}`, pid, version: '1' }), {
    mode: 0o600,
  })
  writeFileSync(join(dir, 'token'), `token-of-${name}\n`, { mode: 0o600 })
  return dir
}

describe('the agent', () => {
  let env: Record<string, string>
  const flag = agentIn('flag', 1001)
  const variable = agentIn('variable', 1002)
  const configured = agentIn('configured', 1003)

  beforeEach(() => {
    const config = join(root, 'config')
    mkdirSync(config, { recursive: true })
    writeFileSync(join(config, 'agent.hcl'), `agent {\n  data_dir = "${configured}"\n}\n`)
    env = { HOME: root, HXE_CONFIG: config, HXE_DATA_DIR: variable, HXE_URL: 'http://10.0.0.2:9', HXE_TOKEN: 't' }
  })
  afterEach(() => rmSync(join(root, 'config'), { recursive: true }))

  it('is the one at --url before all others', async () => {
    const found = await findAgent({ url: 'http://10.0.0.1:80/x', token: 'mine', dataDir: flag }, env)
    expect(found).toEqual({ url: 'http://10.0.0.1', token: 'mine' })
  })

  it('is the one at HXE_URL next', async () => {
    expect(await findAgent({ dataDir: flag }, env)).toEqual({ url: 'http://10.0.0.2:9', token: 't' })
  })

  it('is then of --data-dir, of HXE_DATA_DIR, and of the configuration', async () => {
    delete env.HXE_URL
    delete env.HXE_TOKEN
    expect(await findAgent({ dataDir: flag }, env)).toMatchObject({
      url: 'http://127.0.0.1:1001',
      token: 'token-of-flag',
    })
    expect(await findAgent({}, env)).toMatchObject({ url: 'http://127.0.0.1:1002', token: 'token-of-variable' })
    delete env.HXE_DATA_DIR
    expect(await findAgent({}, env)).toMatchObject({ url: 'http://127.0.0.1:1003', token: 'token-of-configured' })
  })

  it('is not there when its process has gone, so that its token goes to nobody', async () => {
    const dir = agentIn('dead', 1004, deadPid)
    await expect(findAgent({ dataDir: dir }, {})).rejects.toMatchObject({
      exitCode: 3,
      message: `No agent runs for ${dir}.`,
    })
  })

  it('is not there when its file is damaged or was never written', async () => {
    const dir = agentIn('damaged', 1005)
    writeFileSync(join(dir, 'agent.json'), '{"url": "http')
    await expect(findAgent({ dataDir: dir }, {})).rejects.toMatchObject({ exitCode: 3 })
    await expect(findAgent({ dataDir: join(root, 'missing') }, {})).rejects.toMatchObject({ exitCode: 3 })
  })

  it('is refused when others can read its token', async () => {
    const dir = agentIn('open', 1006)
    chmodSync(join(dir, 'token'), 0o644)
    await expect(findAgent({ dataDir: dir }, {})).rejects.toThrow(/chmod 600/)
  })

  it('gets the local token at a given address only when the address is its own', async () => {
    expect(await findAgent({ url: 'http://127.0.0.1:1001', dataDir: flag }, {})).toMatchObject({
      token: 'token-of-flag',
    })
    expect((await findAgent({ url: 'http://127.0.0.1:1999', dataDir: flag }, {})).token).toBeUndefined()
  })

  it.each(['localhost:7420', 'ftp://x', 'nonsense'])('is not at %s', async (url) => {
    await expect(findAgent({ url }, {})).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('the default data directory', () => {
  it.each([
    ['linux', { HOME: '/home/u' }, 1000, '/home/u/.local/share/hxe'],
    ['linux', { HOME: '/home/u', XDG_DATA_HOME: '/data' }, 1000, '/data/hxe'],
    ['linux', { HOME: '/root' }, 0, '/var/lib/hxe'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\u\\AppData\\Local' }, undefined, 'C:\\Users\\u\\AppData\\Local\\hxe'],
  ] as const)('on %s with %o as %s is %s', (platform, env, uid, dir) => {
    expect(defaultDataDir(env, platform, uid)).toBe(dir)
  })
})
