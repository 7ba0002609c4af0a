import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { ServiceFacts } from './facts.ts'
import { exitWith, factsWith, gaveUpWith, graph, rangeAt, startMs } from './fixtures/facts.ts'
import { portsIn, refusedIn, saysPortTaken, takenPorts } from './ports.ts'

const holder = { pid: 4123, name: 'node', command: 'node server.js', startTime: '99', leftFromOwnRun: false }
const port = { port: 3000, holder, freePort: 3001, range: rangeAt(15) }
const lastLines = ['Error: listen EADDRINUSE: address already in use :::3000']

const whyOf = (facts: ServiceFacts) => explain('web', graph(facts), startMs)

describe('a port that is taken', () => {
  it('names the holder and offers to end it or to move', () => {
    const why = whyOf(gaveUpWith({ port, lastLines }))
    expect(why).toEqual({
      sentence: 'Port 3000 is held by node (pid 4123)',
      chain: [
        { subject: 'node (pid 4123)', fact: 'listens on port 3000: node server.js' },
        { subject: 'web', fact: 'exited with code 1 after 0.3 s, 5 times in 60 s', at: '2026-05-04T12:00:00.000Z' },
        { subject: 'web', fact: 'gave up: 4 restarts in 60 s are allowed', at: '2026-05-04T12:00:00.000Z' },
      ],
      fixes: [
        {
          label: 'Stop pid 4123 and start',
          action: { kind: 'end-process', pid: 4123, startTime: '99', thenStart: 'web' },
        },
        {
          label: 'Use port 3001',
          action: { kind: 'set-attribute', service: 'web', attribute: 'ports', value: 3001, replaces: 3000 },
        },
        { label: 'Start again', action: { kind: 'service', verb: 'start', service: 'web' } },
        {
          label: 'Open services.hcl:15',
          action: { kind: 'open-file', file: '/etc/hxe/services.hcl', line: 15, column: 3 },
        },
        { label: 'Show logs', action: { kind: 'open-logs', service: 'web' } },
      ],
      lastLines,
    })
  })

  it('knows what is left from its own last run', () => {
    const why = whyOf(
      gaveUpWith({ port: { ...port, holder: { ...holder, leftFromOwnRun: true, service: 'web' } }, lastLines }),
    )
    expect(why?.sentence).toBe('Port 3000 is held by node (pid 4123), left from web’s own last run')
    expect(why?.fixes[0]?.label).toBe('Stop pid 4123 and start')
  })

  it('moves before it stops another service of ours', () => {
    const why = whyOf(gaveUpWith({ port: { ...port, holder: { ...holder, service: 'api' } }, lastLines }))
    expect(why?.sentence).toBe('Port 3000 is held by node (pid 4123), which is the service api')
    expect(why?.fixes.slice(0, 3).map(({ label }) => label)).toEqual(['Use port 3001', 'Stop api', 'Open api'])
  })

  it('says so before the first start as well', () => {
    const startError = {
      what: 'port',
      code: 'EADDRINUSE',
      subject: '3000',
      message: 'port 3000 is taken',
      retryable: false,
    } as const
    const why = whyOf(factsWith({ state: 'failed', startError, port }))
    expect(why?.sentence).toBe('Port 3000 is held by node (pid 4123)')
    expect(why?.chain.at(-1)).toEqual({ subject: 'web', fact: 'was not started: it needs port 3000' })
  })

  it('goes by the reason where only that says so', () => {
    const why = whyOf(
      factsWith({ state: 'failed', reasonCode: 'port-taken', port, exit: exitWith(), lastLines: ['bye'] }),
    )
    expect(why?.sentence).toBe('Port 3000 is held by node (pid 4123)')
    expect(why?.chain.at(-1)?.fact).toBe('was not started: it needs port 3000')
    expect(why?.lastLines).toBeUndefined()
  })

  it('says that the holder may not be seen', () => {
    const why = whyOf(gaveUpWith({ port: { port: 3000, hidden: true }, lastLines }))
    expect(why?.sentence).toBe('Port 3000 is held by a process of another user')
    expect(why?.fixes[0]?.action).toEqual({ kind: 'run-command', command: 'sudo ss -ltnp sport = :3000' })
  })

  it('says that nobody holds it any more', () => {
    const why = whyOf(gaveUpWith({ port: { port: 3000 }, lastLines }))
    expect(why?.sentence).toBe('Port 3000 was taken when it started; nobody holds it now')
    expect(why?.fixes[0]?.label).toBe('Start again')
  })

  it('is not blamed for an end that has nothing to do with it', () => {
    const why = whyOf(
      gaveUpWith({ port, lastLines: ['bye'], exit: exitWith({ code: 7, ranForMs: 90_000 }), program: './app' }),
    )
    expect(why?.sentence).toBe('Exited with code 7 after 90 s, 5 times in 60 s, gave up')
  })

  it('is told of from the lines alone where nobody looked', () => {
    const why = whyOf(gaveUpWith({ lastLines }))
    expect(why?.sentence).toBe('Port 3000 is already in use; exited with code 1 after 0.3 s, 5 times in 60 s, gave up')
  })
})

describe('ports in lines', () => {
  it.each([
    ['Node', ['Error: listen EADDRINUSE: address already in use :::3000'], 3000],
    ['Node with an address', ['Error: listen EADDRINUSE: address already in use 127.0.0.1:8080'], 8080],
    ['old Node', ['Error: listen EADDRINUSE 0.0.0.0:3000'], 3000],
    ['Go', ['2026/05/04 12:00:00 listen tcp :8080: bind: address already in use'], 8080],
    ['Go with IPv6', ['listen tcp [::1]:9090: bind: address already in use'], 9090],
    ['nginx', ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'], 80],
    [
      'uvicorn',
      ["ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use"],
      8000,
    ],
    ['gunicorn', ["[ERROR] Connection in use: ('0.0.0.0', 8000)"], 8000],
    ['Flask', ['Address already in use', 'Port 5000 is in use by another program.'], 5000],
    ['Spring', ['Web server failed to start. Port 8080 was already in use.'], 8080],
    ['Netty', ['java.io.IOException: Failed to bind to address 0.0.0.0/0.0.0.0:8080'], 8080],
    ['Redis', ['Warning: Could not create server TCP listening socket *:6379: bind: Address already in use'], 6379],
    [
      'PostgreSQL',
      [
        'could not bind IPv4 address "127.0.0.1": Address already in use',
        'HINT:  Is another postmaster already running on port 5432?',
      ],
      5432,
    ],
    ['Vite', ['Error: Port 5173 is already in use'], 5173],
    ['Next', ['⨯ Failed to start server', 'Error: listen EADDRINUSE: address already in use :::3000'], 3000],
    ['Create React App', ['Something is already running on port 3000.'], 3000],
    [
      'Docker',
      ['Bind for 0.0.0.0:8080 failed: port is already allocated', 'Error: port 8080 is already allocated'],
      8080,
    ],
    ['JSON', ['{"level":50,"msg":"listen EADDRINUSE: address already in use 0.0.0.0:4000"}'], 4000],
    [
      'Python, with the port in another line',
      ['listening on port 8123', 'OSError: [Errno 98] Address already in use'],
      8123,
    ],
  ])('are found as %s says them', (_, lines, wanted) => {
    expect(portsIn(lines)).toEqual([wanted])
  })

  it.each([
    [['Error: listen EADDRINUSE: address already in use :::3000'], 'node x 80', [3000]],
    [['OSError: [Errno 98] Address already in use'], 'python3 -m http.server 8000 --bind 127.0.0.1', [9000, 8000]],
    [['OSError: [Errno 98] Address already in use'], 'gunicorn -b 0.0.0.0:8000 --workers=4 app', [9000, 8000]],
    [
      ['OSError: [Errno 98] Address already in use'],
      'app --port=8001 --name x9999 http://localhost:8002/',
      [9000, 8001, 8002],
    ],
    [['bye'], 'python3 -m http.server 8000', []],
  ])('%j of "%s" may be %j', (lines, commandLine, wanted) => {
    expect(takenPorts(lines, { declared: [9000], commandLine })).toEqual(wanted)
  })

  it.each([
    [['listening on port 3000', 'bye']],
    [['GET http://localhost:3000/ 500']],
    [['connect ECONNREFUSED 127.0.0.1:5432']],
    [[]],
  ])('are not found where nothing is taken: %j', (lines) => {
    expect(portsIn(lines)).toEqual([])
    expect(saysPortTaken(lines)).toBe(false)
  })

  it.each([
    ['Node', 'Error: connect ECONNREFUSED 127.0.0.1:5432', '127.0.0.1', 5432],
    ['Node with IPv6', 'Error: connect ECONNREFUSED ::1:5432', '::1', 5432],
    ['Go', 'dial tcp 10.0.0.4:6379: connect: connection refused', '10.0.0.4', 6379],
    [
      'libpq',
      'connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
      'localhost',
      5432,
    ],
    [
      'redis-py',
      'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
      'localhost',
      6379,
    ],
    ['curl', 'curl: (7) Failed to connect to localhost port 8080 after 0 ms: Connection refused', 'localhost', 8080],
    [
      'requests',
      "HTTPConnectionPool(host='localhost', port=9000): Max retries exceeded with url: / (Caused by NewConnectionError: [Errno 111] Connection refused)",
      'localhost',
      9000,
    ],
    ['MySQL', "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)", '127.0.0.1', 3306],
  ])('that refuse are found as %s says them', (_, line, host, number) => {
    expect(refusedIn([line])).toEqual([{ host, port: number }])
  })
})
