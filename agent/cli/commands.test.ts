import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FarAgent, startStream } from './fixtures/faragent.ts'
import { aFailure, aService } from './fixtures/service.ts'
import { hxe, type Ran, type TestWorld, testWorld } from './fixtures/world.ts'

const web = aService({ name: 'web', tags: ['edge'], ports: [{ port: 3000 }], restarts: 2 })
const api = aFailure('api', { since: '2026-03-01T11:59:00.000Z' })
const workers = [0, 1].map((replica) => aService({ name: `worker#${replica}`, replica, tags: ['edge'] }))
const agentInfo = {
  name: 'laptop',
  version: '0.1.0',
  pid: 1,
  url: 'http://127.0.0.1:7420',
  dataDir: '/d',
  startedAt: '2026-03-01T11:00:00.000Z',
  mode: 'development',
  quitPolicy: 'stop',
  stopping: false,
}

let far: FarAgent
let world: TestWorld
beforeEach(async () => {
  far = await new FarAgent().start()
  far.on('GET /services', () => ({ items: [web, api, ...workers] }))
  world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token })
})
afterEach(() => far.stop())

type Result = { ok: true; service: object } | { ok: false; problem: object }

/** Answers what is asked of services by name; of what nothing is stated for, that it is not there. */
const onActions = (results: Readonly<Record<string, Result>>): void => {
  far.on('POST /service-actions', ({ body }) => ({
    items: (body as { names: string[] }).names.map((name) => ({
      name,
      ...(results[name] ?? { ok: false, problem: { status: 404, detail: `There is no service "${name}"` } }),
    })),
  }))
}
const done = (service: object): Result => ({ ok: true, service })
const actions = () => far.requests.filter(({ path }) => path === '/service-actions').map(({ body }) => body)

const run = (...argv: string[]): Promise<Ran> => hxe(argv, world)

describe('hxe list', () => {
  it('shows a row for each instance', async () => {
    const { stdout, exitCode } = await run('ps')
    expect(stdout.split('\n')).toEqual([
      'NAME      STATE      UPTIME    CPU  MEMORY  RESTARTS   PID  PORTS  REASON',
      'web       ● Running   2h 5m  3.1 %  412 MB         2  4123  3000',
      'api       ✗ Failed        –      –       –         5     –         Port 3000 is held by node, pid 4123.',
      'worker#0  ● Running   2h 5m  3.1 %  412 MB         0  4123',
      'worker#1  ● Running   2h 5m  3.1 %  412 MB         0  4123',
      '',
    ])
    expect(exitCode).toBe(0)
  })

  it('keeps to the width of a terminal, and has colours there', async () => {
    world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token }, 60)
    const { stdout } = await run('list')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC
    const plain = stdout.replace(/\x1b\[[0-9;]*m/g, '')
    expect(plain).not.toBe(stdout)
    expect(plain.split('\n').slice(1, 3)).toEqual([
      'web       ● Running   2h 5m',
      'api       ✗ Failed        –  Port 3000 is held by node, pid…',
    ])
  })

  it('has no colours where NO_COLOR is set', async () => {
    world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token, NO_COLOR: '1' }, 120)
    expect((await run('list')).stdout).not.toContain('\x1b')
  })

  it('takes names, patterns, states and tags, and turns the pages', async () => {
    far.on('GET /services', ({ query }) =>
      query.get('cursor') ? { items: workers } : { items: [web, api], nextCursor: 'next' },
    )
    const names = async (...argv: string[]): Promise<string[]> => {
      world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token })
      return JSON.parse((await run('list', '--json', ...argv)).stdout).items.map(({ name }: { name: string }) => name)
    }
    expect(await names()).toEqual(['web', 'api', 'worker#0', 'worker#1'])
    expect(await names('worker')).toEqual(['worker#0', 'worker#1'])
    expect(await names('w*', '--tag', 'edge')).toEqual(['web', 'worker#0', 'worker#1'])
    expect(await names('--state', 'failed,stopped')).toEqual(['api'])
  })

  it('suggests a name that is near', async () => {
    expect(await run('list', 'wbe')).toMatchObject({
      exitCode: 5,
      stderr: 'hxe: There is no service wbe.\nDid you mean web?\n',
    })
  })
})

describe('hxe status', () => {
  const mistake = { severity: 'error', file: '/c/a.hcl', line: 7, column: 13, message: 'A value is missing.' }

  beforeEach(() => {
    far.on('GET /agent', () => agentInfo)
    far.on('GET /config', () => ({ status: 'invalid', files: [], diagnostics: [mistake], revision: 1 }))
  })

  it('says in one sentence how all are, and what to do first', async () => {
    expect((await run('status')).stdout).toBe(
      [
        '1 of 4 needs attention (3 running)',
        '',
        '✗ Failed  api',
        '  Port 3000 is held by node, pid 4123.',
        '  Stop it and start again: kill 4123 && hxe start api',
        '  hxe why api',
        '',
        'The configuration has an error',
        '  /c/a.hcl:7:13: A value is missing. What was applied before goes on running.',
        '  hxe config validate shows all of it; it is read again when it is saved',
        '',
        'agent laptop 0.1.0, pid 1, started 1 h ago, http://127.0.0.1:7420',
        '',
      ].join('\n'),
    )
  })

  it('tells of one service with its last lines, their sequences made inert', async () => {
    const line = { seq: 1, time: '2026-03-01T11:59:59.000Z', stream: 'stdout', level: 'info', service: 'web' }
    far.on('GET /services/web', () => web)
    far.on('GET /services/web/logs', ({ query }) => ({
      items: [{ ...line, text: `last of ${query.get('limit')}\x1b]52;c;x\x07` }],
    }))
    const { stdout } = await run('status', 'web', '-n', '3')
    expect(stdout).toContain('       State  ● Running for 2 h 5 min, started by alice\n')
    expect(stdout).toMatch(/^2026-03-01 11:59:59\.000 last of 3$/m)
  })
})

describe('hxe start', () => {
  it('answers a line for each, in their order, and 0', async () => {
    onActions({ web: done(aService({ name: 'web', pid: 7 })), worker: done(aService({ name: 'worker', pid: 7 })) })
    expect(await run('start', 'worker', 'web', '--wait', '--timeout', '5s')).toEqual({
      exitCode: 0,
      stdout: 'worker  ● Running  pid 7\nweb     ● Running  pid 7\n',
      stderr: '',
    })
    expect(actions()).toEqual([{ verb: 'start', names: ['worker', 'web'], wait: 'running', timeoutMs: 5000 }])
  })

  it('says why what failed did, and 1 when others went well', async () => {
    const problem = { status: 504, detail: 'api is failed, not running', code: 'WAIT_TIMEOUT', service: api }
    onActions({ web: done(web), api: { ok: false, problem } })
    const { exitCode, stdout, stderr } = await run('start', 'web', 'api', '--wait')
    expect(exitCode).toBe(1)
    expect(stdout).toBe('web  ● Running  pid 4123\n')
    expect(stderr).toBe('api  ✗ Failed  Port 3000 is held by node, pid 4123.\n  "hxe why api" says more.\n')
  })

  it('asks once for all services that a tag or a pattern means', async () => {
    onActions({ web: done(web), worker: done(aService({ name: 'worker', state: 'stopping' })) })
    expect((await run('stop', '--tag', 'edge')).exitCode).toBe(0)
    expect(actions()).toEqual([{ verb: 'stop', names: ['web', 'worker'] }])
  })

  it('asks a thousand at a time', async () => {
    const all = Array.from({ length: 1001 }, (_, at) => aService({ name: `s${at}` }))
    far.on('GET /services', () => ({ items: all }))
    onActions(Object.fromEntries(all.map((service) => [service.name, done(service)])))
    expect((await run('restart', '--all')).exitCode).toBe(0)
    expect(actions().map((body) => (body as { names: string[] }).names.length)).toEqual([1000, 1])
  })

  it('says what runs on without what has been stopped', async () => {
    far.on('GET /services', () => ({ items: [web, aService({ name: 'front', dependsOn: ['web'] })] }))
    onActions({ web: done(aService({ name: 'web', state: 'stopped' })) })
    expect((await run('stop', 'web')).stderr).toBe('front depends on web and runs on.\n')
  })

  it.each([
    [['start'], 2, /Say what to start/],
    [['start', 'web', '--all'], 2, /--all means every service/],
    [['start', 'web', '--timeout', 'soon'], 2, /It is a duration/],
    [['start', 'x*'], 5, /No service matches x\*/],
    [['start', '--tag', 'none'], 5, /No service is like that/],
    [['start', 'nope'], 5, /There is nothing at/],
  ])('answers %j with %i', async (argv, exitCode, words) => {
    const ran = await run(...argv)
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.stderr).toMatch(words)
    expect(ran.stdout).toBe('')
  })

  it('gives one document to machines', async () => {
    onActions({ web: done(web) })
    const { stdout, exitCode } = await run('start', 'web', 'nope', '--json')
    expect(JSON.parse(stdout).items).toMatchObject([
      { name: 'web', ok: true },
      { name: 'nope', ok: false },
    ])
    expect(exitCode).toBe(5)
  })
})

describe('what goes wrong', () => {
  it('is 4 without the right token, with where to find it', async () => {
    world = testWorld({ HXE_URL: far.url, HXE_TOKEN: 'wrong' })
    const ran = await run('list')
    expect(ran).toMatchObject({ exitCode: 4, stdout: '' })
    expect(ran.stderr).toContain('--token or HXE_TOKEN')
  })

  it('is 3 where nothing listens', async () => {
    await far.stop()
    expect(await run('list')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('nothing listens there') })
  })

  it('is 1 where something else listens', async () => {
    far.on('GET /services', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'))
    expect(await run('list')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is no HXE agent') })
  })

  it.each([
    [['lst'], /unknown command 'lst'\n\(Did you mean list\?\)\nUsage: hxe COMMAND/],
    [['config', 'vaildate'], /Did you mean validate\?/],
    [['list', '--wat'], /unknown option '--wat'\nUsage: hxe list/],
    [['describe'], /missing required argument 'name'/],
    [['logs', '-n', 'many'], /It is a whole number/],
    [['logs', '--level', 'loud'], /It is one of trace, debug/],
  ])('is 2 for %j, with how it is used', async (argv, words) => {
    const ran = await run(...argv)
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toMatch(words)
  })

  it('shows no stack without --debug', async () => {
    world = testWorld({ HXE_URL: 'http://127.0.0.1:1' })
    expect((await run('list')).stderr).not.toMatch(/^\s+at /m)
    expect((await run('list', '--debug')).stderr).toMatch(/^\s+at /m)
  })

  it('is nothing for help and the version', async () => {
    expect((await run()).exitCode).toBe(0)
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/hxe \d/) })
    expect(await run('logs', '--help')).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

describe('hxe why', () => {
  it('explains, and names the command for each fix', async () => {
    far.on('GET /services/api/why', () => ({ service: 'api', why: api.why })).on('GET /services/api', () => api)
    const { stdout } = await run('why', 'api')
    expect(stdout).toContain('Port 3000 is held by node, pid 4123.')
    expect(stdout).toContain('hxe start api')
  })

  it('says of what is as wanted that it is', async () => {
    far.on('GET /services/web/why', () => ({ service: 'web', why: null })).on('GET /services/web', () => web)
    expect((await run('why', 'web')).stdout).toBe('web is as wanted: ● Running (started by alice)\n')
  })
})

describe('hxe exec', () => {
  it('passes on output as it comes and ends with the code of the command', async () => {
    far.on('POST /services/web/exec', ({ body }, response) => {
      const stream = startStream(response)
      stream.send({ type: 'output', stream: 'stdout', text: JSON.stringify(body) })
      stream.send({ type: 'output', stream: 'stderr', text: 'oh' })
      stream.send({ type: 'exit', exitCode: 7, signal: null })
      stream.end()
    })
    expect(await run('exec', 'web', '--', 'ls', '--json', '-h')).toEqual({
      exitCode: 7,
      stdout: '{"argv":["ls","--json","-h"]}',
      stderr: 'oh',
    })
  })

  it('ends as a shell would after a signal', async () => {
    far.on('POST /services/web/exec', (_, response) => {
      const stream = startStream(response)
      stream.send({ type: 'exit', exitCode: null, signal: 'SIGKILL' })
      stream.end()
    })
    expect((await run('exec', 'web', 'sleep', '9')).exitCode).toBe(137)
  })
})

describe('hxe open', () => {
  it('opens the address and prints it', async () => {
    far.on('POST /agent/sign-in-codes', () => ({ url: 'http://127.0.0.1:7420/?code=x', expiresAt: '' }))
    const { stdout } = await run('open')
    expect(stdout).toBe('http://127.0.0.1:7420/?code=x\n')
    expect(world.opened).toEqual(['http://127.0.0.1:7420/?code=x'])
  })

  it('only prints with --print', async () => {
    far.on('POST /agent/sign-in-codes', () => ({ url: 'http://127.0.0.1:7420/?code=x', expiresAt: '' }))
    await run('open', '--print')
    expect(world.opened).toEqual([])
  })
})

describe('completion', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token })
    const { stdout } = await run('__complete', '--', ...words)
    return stdout
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '')
      .filter(Boolean)
  }

  it('offers verbs, options and the names of now', async () => {
    expect(await complete('st')).toEqual(['status', 'start', 'stop'])
    expect(await complete('config', '')).toEqual(
      expect.arrayContaining(['validate', 'show', 'eval', 'plan', 'apply', 'rollback']),
    )
    expect(await complete('al')).toEqual(['alerts'])
    expect(await complete('alerts', '')).toEqual(['list', 'ack', 'silence'])
    expect(await complete('fleet', 'rollout', '--can')).toEqual(['--canary'])
    expect(await complete('hosts', 'remove', 'w')).toEqual([])
    expect(await complete('logs', '--g')).toEqual(['--grep'])
    expect(await complete('restart', 'web', 'w')).toEqual(['worker', 'worker#0', 'worker#1'])
    expect(await complete('exec', 'web', '--', 'l')).toEqual([])
    expect(await complete('logs', '--level', 'w')).toEqual([])
    expect(await complete('completion', 'z')).toEqual(['zsh'])
  })

  it('is silent without an agent', async () => {
    world = testWorld({})
    expect(await hxe(['__complete', '--', 'stop', ''], world)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })
})
