import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FarAgent, startStream } from './fixtures/faragent.ts'
import { aService } from './fixtures/service.ts'
import { hxe, type TestWorld, testWorld, until } from './fixtures/world.ts'

const esc = '\x1b'

function line(seq: number, patch: object = {}): object {
  const time = new Date(Date.parse('2026-03-01T11:00:00Z') + seq * 1000).toISOString()
  return { seq, time, stream: 'stdout', level: 'info', service: 'web', text: `line ${seq}`, ...patch }
}
const lines = (from: number, to: number): object[] => Array.from({ length: to - from + 1 }, (_, at) => line(from + at))

let far: FarAgent
let world: TestWorld
const newWorld = (columns?: number): TestWorld => testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token }, columns)
beforeEach(async () => {
  far = await new FarAgent().start()
  world = newWorld()
})
afterEach(() => far.stop())

describe('hxe logs', () => {
  it('asks for what is wanted and prints it', async () => {
    far.on('GET /logs', () => ({ items: [line(1), line(2)] }))
    const ran = await hxe(['tail', 'web', '-n', '2', '--level', 'warn', '--grep', 'x|y', '--until', '5m'], world)
    expect(ran).toEqual({ exitCode: 0, stdout: 'line 1\nline 2\n', stderr: '' })
    expect(Object.fromEntries(far.requests[0]?.query ?? [])).toEqual({
      'service[]': 'web',
      limit: '2',
      level: 'warn',
      grep: 'x|y',
      until: '5m',
    })
  })

  it('turns the pages back for more lines than an answer holds', async () => {
    far.on('GET /logs', ({ query }) =>
      query.get('cursor') === null
        ? { items: lines(5001, 15_000), nextCursor: 'older' }
        : { items: lines(5001 - Number(query.get('limit')), 5000), nextCursor: 'older still' },
    )
    const { stdout } = await hxe(['logs', 'web', '-n', '12000'], world)
    const shown = stdout.trim().split('\n')
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([12_000, 'line 3001', 'line 15000'])
  })

  it('turns them forward from a time, all of them or the newest', async () => {
    far.on('GET /logs', ({ query }) =>
      query.get('cursor') === null ? { items: lines(1, 3), nextCursor: 'later' } : { items: lines(4, 5) },
    )
    expect((await hxe(['logs', '--since', '10m', '-q'], world)).stdout.split('\n')).toHaveLength(6)
    expect((await hxe(['logs', '--since', '10m', '-q', '-n', '2'], newWorld())).stdout).toBe('line 4\nline 5\n')
  })

  it('begins lines with their service where there are several', async () => {
    far.on('GET /logs', () => ({ items: [line(1), line(2, { service: 'payments' }), line(3)] }))
    expect((await hxe(['logs'], world)).stdout).toBe('web │ line 1\npayments │ line 2\nweb      │ line 3\n')
  })

  it('takes colours away where there is no terminal, and control sequences everywhere', async () => {
    const text = `${esc}]0;title\x07${esc}[32mok${esc}[0m${esc}[2J`
    far.on('GET /logs', () => ({ items: [line(1, { text })] }))
    expect((await hxe(['logs', 'web'], world)).stdout).toBe('ok\n')
    expect((await hxe(['logs', 'web', '--colour'], newWorld())).stdout).toBe(`${esc}[32mok${esc}[0m${esc}[0m\n`)
    expect((await hxe(['logs', 'web'], newWorld(80))).stdout).toBe(`${esc}[32mok${esc}[0m${esc}[0m\n`)
  })

  it('gives machines an object a line', async () => {
    far.on('GET /logs', () => ({ items: [line(1), line(2)] }))
    const { stdout } = await hxe(['logs', '--json'], world)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((one) => JSON.parse(one).seq),
    ).toEqual([1, 2])
  })
})

describe('hxe logs -f', () => {
  it('goes on after the last line when the connection breaks, and ends with 0 on Ctrl+C', async () => {
    far.on('GET /logs/follow', ({ headers }, response) => {
      const stream = startStream(response)
      const after = headers['last-event-id']
      if (after === undefined) {
        stream.send({ items: [line(1), line(2)], cursor: 'c2', skipped: 0 }, 'c2')
        response.write(':\n\n', () => response.destroy())
      } else stream.send({ items: [line(3, { text: `line 3 after ${after}` })], cursor: 'c3', skipped: 4 }, 'c3')
    })
    const running = hxe(['logs', 'web', '-f'], world)
    await until(world, ({ stdout }) => stdout.text.includes('line 3'))
    world.interrupt()
    expect(await running).toEqual({
      exitCode: 0,
      stdout: 'line 1\nline 2\nline 3 after c2\n',
      stderr: expect.stringMatching(/the agent is gone.*\n.*the agent is back\n.*4 lines left out/),
    })
  })

  it('goes on when the agent ends the stream in good order', async () => {
    let count = 0
    far.on('GET /logs/follow', (_, response) => {
      const stream = startStream(response)
      count++
      stream.send({ items: [line(count)], cursor: `c${count}`, skipped: 0 }, `c${count}`)
      if (count === 1) stream.end()
    })
    const running = hxe(['logs', 'web', '-f'], world)
    await until(world, ({ stdout }) => stdout.text.includes('line 2'))
    world.interrupt()
    expect((await running).exitCode).toBe(0)
  })

  it('is 3 when there is no agent from the start', async () => {
    await far.stop()
    expect((await hxe(['logs', '-f'], world)).exitCode).toBe(3)
  })

  it('leaves out what the history has shown already', async () => {
    far.on('GET /logs', () => ({ items: lines(1, 3) }))
    far.on('GET /logs/follow', (_, response) => {
      const stream = startStream(response)
      stream.send({ items: lines(2, 4), cursor: 'c4', skipped: 0 }, 'c4')
      stream.send({ items: lines(5, 5), cursor: 'c5', skipped: 0 }, 'c5')
    })
    const running = hxe(['logs', 'web', '-f', '--since', '10m'], world)
    await until(world, ({ stdout }) => stdout.text.includes('line 5'))
    world.interrupt()
    expect((await running).stdout).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n')
  })
})

describe('hxe events', () => {
  const event = (seq: number): object => ({
    seq,
    time: '2026-03-01T11:00:00.000Z',
    kind: 'service.started',
    severity: 'info',
    service: 'web',
    text: `started ${seq}`,
    author: 'alice',
  })

  it('prints the newest, oldest first', async () => {
    far.on('GET /events', () => ({ items: [event(2), event(1)] }))
    expect((await hxe(['events', 'web'], world)).stdout).toBe(
      '2026-03-01 11:00:00  service.started     web  started 1  by alice\n' +
        '2026-03-01 11:00:00  service.started     web  started 2  by alice\n',
    )
  })

  it('follows from the newest that it has shown', async () => {
    far.on('GET /events', () => ({ items: [event(2), event(1)] }))
    far.on('GET /events/follow', ({ headers }, response) => {
      startStream(response).send(event(Number(headers['last-event-id']) + 1), '3')
    })
    const running = hxe(['events', '-f', '-n', '0', '--json'], world)
    await until(world, ({ stdout }) => stdout.text.endsWith('\n'))
    world.interrupt()
    expect(JSON.parse((await running).stdout)).toMatchObject({ seq: 3 })
  })
})

describe('hxe run', () => {
  const task = (patch: object): object => ({ ...aService({ name: 'run-1', type: 'task' }), ...patch })
  let state: object
  beforeEach(() => {
    state = task({})
    far.on('POST /runs', () => state)
    far.on('GET /services/run-1', () => state)
    far.on('GET /services/run-1/logs', () => ({ items: [line(2)] }))
    far.on('GET /logs/follow', (_, response) => {
      startStream(response).send({ items: [line(1), line(2, { stream: 'stderr' })], cursor: 'c', skipped: 0 }, 'c')
    })
    far.on('GET /events/follow', (_, response) => {
      const stream = startStream(response)
      state = task({ state: 'failed', pid: null, exitCode: 3 })
      stream.send({ seq: 9, kind: 'service.failed' })
    })
  })

  it('passes on the output and ends with the code of the command', async () => {
    const ran = await hxe(['run', '-e', 'A=1', '-C', '/srv', '--', 'make', '--help'], world)
    expect(ran).toEqual({ exitCode: 3, stdout: 'line 1\n', stderr: 'line 2\n' })
    expect(far.requests[0]?.body).toEqual({ argv: ['make', '--help'], workingDir: '/srv', environment: { A: '1' } })
  })

  it('leaves it running with --detach', async () => {
    const { stdout, exitCode } = await hxe(['run', '-d', '--name', 'import', 'make'], world)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('hxe logs -f run-1')
    expect(far.requests).toHaveLength(1)
  })

  it('stops it on Ctrl+C and ends as after that signal', async () => {
    far.on('GET /events/follow', (_, response) => void startStream(response))
    far.on('POST /services/run-1/stop', () => task({ state: 'stopped' }))
    const running = hxe(['run', '--', 'sleep', '60'], world)
    await until(world, ({ stdout }) => stdout.text.includes('line 1'))
    world.interrupt()
    expect((await running).exitCode).toBe(130)
    expect(far.requests.at(-1)?.path).toBe('/services/run-1/stop')
  })
})
