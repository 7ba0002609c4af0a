import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AgentEvent, Service } from '../../contract/index.ts'
import { end, startAgent, type TestAgent } from '../agent.ts'
import { CommandLine, ended, says } from './command.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const node = (name: string, ...args: string[]): string =>
  JSON.stringify([process.execPath, fixture(name), ...args].map((word) => `'${word}'`).join(' '))

const dataDir = mkdtempSync(join(tmpdir(), 'hxe-e2e-cli-'))
const hxe = new CommandLine({ HXE_DATA_DIR: dataDir })
let agent: TestAgent

beforeAll(async () => {
  mkdirSync(join(dataDir, 'config'))
  writeFileSync(
    join(dataDir, 'config', 'services.hcl'),
    `
service "ticks" {
  command     = ${node('ticks.mjs')}
  description = "writes a line now and then"
  tags        = ["quiet"]
}
service "counts" {
  command   = ${node('counts.mjs', '25000')}
  autostart = false
}
service "fails" {
  command   = ${node('fails.mjs')}
  autostart = false
  restart {
    policy = "never"
  }
}
service "missing" {
  command   = "nodee app.js"
  autostart = false
}
service "leans" {
  command    = ${node('ticks.mjs')}
  depends_on = ["pair"]
  autostart  = false
}
service "pair" {
  command  = ${node('ticks.mjs')}
  replicas = 2
  tags     = ["quiet"]
}
`,
  )
  agent = await startAgent(dataDir, hxe.env)
})
afterAll(async () => {
  await agent?.stop()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

describe('hxe against an agent', () => {
  it('lists services, the instances of one with replicas each', async () => {
    const { items } = await hxe.json<{ items: Service[] }>('list')
    expect(items.map(({ name }) => name)).toEqual(['ticks', 'counts', 'fails', 'missing', 'leans', 'pair#0', 'pair#1'])
    const { stdout, exitCode } = await hxe.run('ps')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ticks +● Running/m)
  })

  it('stops, starts and restarts, and waits until it is so', async () => {
    expect(await hxe.run('stop', 'ticks', '--wait')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/○ Stopped/),
    })
    expect(await hxe.run('start', 'ticks', '--wait')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/● Running {2}pid \d+/),
    })
    const before = (await agent.service('ticks')).pid
    expect((await hxe.run('restart', 'ticks', '--wait')).exitCode).toBe(0)
    const after = await agent.service('ticks')
    expect(after.pid).not.toBe(before)
    expect(after.restarts).toBe(0)
  })

  it('acts on what has a tag, and on all instances by the plain name', async () => {
    expect((await hxe.run('stop', '--tag', 'quiet', '--wait')).exitCode).toBe(0)
    const { items } = await hxe.json<{ items: Service[] }>('list', '--tag', 'quiet')
    expect(items.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    expect((await hxe.run('start', 'pair', 't*', '--wait')).exitCode).toBe(0)
    expect((await agent.service('pair#1')).state).toBe('running')
  })

  it('refuses to start what is disabled until it is enabled', async () => {
    expect((await hxe.run('disable', 'ticks', '--wait')).exitCode).toBe(0)
    expect(await hxe.run('start', 'ticks')).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/ticks/) })
    expect((await hxe.run('enable', 'ticks')).exitCode).toBe(0)
    expect((await hxe.run('start', 'ticks', '--wait')).exitCode).toBe(0)
  })

  it('says why a start came to nothing', async () => {
    const started = await hxe.run('start', 'missing', '--wait', '--timeout', '40s')
    expect(started).toMatchObject({ exitCode: 1, stdout: '' })
    expect(started.stderr).toMatch(/^missing +✗ Failed +.*not found: nodee/)
  })

  it('says why a service failed, with what it wrote', async () => {
    await hxe.run('start', 'fails')
    await agent.until('fails', ({ state }) => state === 'failed', 40_000)
    const why = await hxe.run('why', 'fails')
    expect(why.stdout).toMatch(/code 3/)
    expect(why.stdout).toContain('the thing is missing')
    expect((await hxe.run('status')).stdout).toMatch(/needs? attention/)
    expect((await hxe.run('status', 'fails')).stdout).toContain('the thing is missing')
  })

  it('says what runs on without what it depends on', async () => {
    expect((await hxe.run('start', 'leans', '--wait')).exitCode).toBe(0)
    const { exitCode, stderr } = await hxe.run('stop', 'pair', '--wait')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'leans depends on pair and runs on.\n' })
  })

  it('describes with processes and origins', async () => {
    expect((await hxe.run('start', 'ticks', '--wait')).exitCode).toBe(0)
    const { stdout } = await hxe.run('describe', 'ticks')
    expect(stdout).toContain('writes a line now and then')
    expect(stdout).toMatch(/^command +.*ticks\.mjs.*services\.hcl:3:/m)
    expect(stdout).toMatch(/Processes\n *PID/)
  })

  it('has a line of history for each that was written, beyond what an answer holds', async () => {
    expect((await hxe.run('start', 'counts', '--wait')).exitCode).toBe(0)
    await agent.until('counts', ({ state }) => state === 'running', 40_000)
    await expect
      .poll(async () => (await hxe.run('logs', 'counts', '-n', '1')).stdout, { timeout: 40_000 })
      .toBe('line 25000\n')
    const { stdout } = await hxe.run('logs', 'counts', '-n', '100000')
    const lines = stdout.trim().split('\n')
    expect(lines).toEqual(Array.from({ length: 25_000 }, (_, at) => `line ${at + 1}`))
    expect((await hxe.run('logs', 'counts', '-n', '15000')).stdout.split('\n')[0]).toBe('line 10001')
    expect((await hxe.run('logs', 'counts', '--grep', '^line 2499.$')).stdout.trim().split('\n')).toHaveLength(10)
    expect((await hxe.run('logs', 'counts', '--since', '1h', '-q')).stdout.trim().split('\n')).toHaveLength(25_000)
  })

  it('ends quietly when the reader has seen enough', async () => {
    const { exitCode, stdout, stderr } = await hxe.shell('set -o pipefail; hxe logs counts -n 100000 | head -n 2')
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'line 1\nline 2\n', stderr: '' })
  })

  it('follows lines until Ctrl+C, which is 0', async () => {
    const following = hxe.start('logs', 'ticks', '-f', '-n', '1')
    const finished = ended(following)
    await says(following, 'tick')
    following.kill('SIGINT')
    const { exitCode, stdout } = await finished
    expect(exitCode).toBe(0)
    const numbers = [...stdout.matchAll(/tick (\d+)/g)].map(([, number]) => Number(number))
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at))
  })

  it('follows events', async () => {
    const following = hxe.start('events', 'ticks', '-f', '-n', '0', '--json')
    const finished = ended(following)
    let isSeen = false
    void says(following, '\n').then(() => {
      isSeen = true
    })
    // Until it is connected there is nothing to be seen, so restarts go on until one is.
    await expect
      .poll(async () => (await hxe.run('restart', 'ticks', '--wait')) && isSeen, { timeout: 60_000 })
      .toBe(true)
    following.kill('SIGINT')
    const { exitCode, stdout } = await finished
    expect(exitCode).toBe(0)
    const [first = '{}'] = stdout.split('\n')
    expect((JSON.parse(first) as AgentEvent).service).toBe('ticks')
  })

  it('runs a command once with its output and exit code', async () => {
    const ran = await hxe.run(
      'run',
      '--',
      process.execPath,
      '-e',
      'console.log(process.env.WHO); console.error("oh"); process.exit(7)',
    )
    expect(ran).toEqual({ exitCode: 7, stdout: 'undefined\n', stderr: 'oh\n' })
    const named = await hxe.run('run', '-e', 'WHO=me', process.execPath, '-e', 'console.log(process.env.WHO)')
    expect(named).toEqual({ exitCode: 0, stdout: 'me\n', stderr: '' })
  })

  it('stops what it runs on Ctrl+C', async () => {
    const running = hxe.start('run', '--name', 'endless', '--', process.execPath, fixture('ticks.mjs'))
    const finished = ended(running)
    await says(running, 'tick 2')
    running.kill('SIGINT')
    expect((await finished).exitCode).toBe(130)
    expect((await agent.service('endless')).pid).toBeNull()
  })

  it('lays out what comes through a pipe, and a file in its place', async () => {
    const untidy = 'a=1\nlonger = 2\n'
    const tidy = 'a      = 1\nlonger = 2\n'
    expect(await hxe.shell(`printf '${untidy.replaceAll('\n', '\\n')}' | hxe config fmt -`)).toMatchObject({
      exitCode: 0,
      stdout: tidy,
    })
    const file = join(dataDir, 'untidy.hcl')
    writeFileSync(file, untidy)
    expect(await hxe.run('config', 'fmt', file)).toMatchObject({ exitCode: 0, stdout: `${file}\n`, stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe(tidy)
  })

  it('runs a command where a service runs', async () => {
    const ran = await hxe.run(
      'exec',
      'ticks',
      '--',
      process.execPath,
      '-e',
      'console.log(process.env.HXE_SERVICE); process.exit(4)',
    )
    expect(ran).toEqual({ exitCode: 4, stdout: 'ticks\n', stderr: '' })
    expect((await hxe.run('exec', 'ticks', '--', 'sh', '-c', 'kill -9 $$')).exitCode).toBe(137)
  })

  it('makes an address that signs a browser in once', async () => {
    const { exitCode, stdout } = await hxe.run('open', '--print')
    expect(exitCode).toBe(0)
    const first = await fetch(stdout.trim(), { redirect: 'manual' })
    expect(first.headers.get('set-cookie')).toMatch(/^__Host-hxe-\d+=/)
  })

  it('completes names in bash', async () => {
    const { stdout } = await hxe.shell(
      'source <(hxe completion bash); COMP_WORDS=(hxe stop ti); COMP_CWORD=2; _hxe; echo "${COMPREPLY[@]}"',
    )
    expect(stdout).toBe('ticks\n')
  })

  it.each([
    [['status', 'tikcs'], 5],
    [['start', 'nothing-like-it'], 5],
    [['logs', 'tikcs'], 5],
    [['frobnicate'], 2],
    [['list', '--token', 'wrong'], 4],
    [['list', '--url', 'http://127.0.0.1:1'], 3],
    [['list', '--data-dir', '/nonexistent'], 3],
  ])('answers %j with %i and nothing on stdout', async (argv, exitCode) => {
    const ran = await hxe.run(...argv)
    expect(ran).toMatchObject({ exitCode, stdout: '' })
    expect(ran.stderr).not.toBe('')
    expect(ran.stderr).not.toMatch(/^\s+at /m)
  })
})

describe('hxe agent', () => {
  it('says who holds the data directory when there is an agent already', async () => {
    const { exitCode, stdout, stderr } = await hxe.run('agent', '--port', '0', '--config', join(dataDir, 'config'))
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/pid \d+/)
  })

  it('prints the one ready line and ends with 0 on SIGTERM', async () => {
    const other = mkdtempSync(join(tmpdir(), 'hxe-e2e-agent-'))
    try {
      mkdirSync(join(other, 'config'))
      writeFileSync(join(other, 'config', 'a.hcl'), 'services {\n}\n')
      const child = hxe.start('agent', '--port', '0', '--data-dir', other, '--config', join(other, 'config'))
      const finished = ended(child)
      await says(child, '\n')
      await end(child, 'SIGTERM')
      const { exitCode, stdout } = await finished
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toEqual({
        ready: true,
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        pid: child.pid,
        dataDir: other,
        version: expect.stringMatching(/^\d/),
      })
    } finally {
      rmSync(other, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    }
  })
})
