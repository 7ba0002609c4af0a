import { afterEach, beforeEach, expect, it } from 'vitest'
import { FarAgent } from './fixtures/faragent.ts'
import { hxe, type Ran, type TestWorld, testWorld } from './fixtures/world.ts'

let far: FarAgent
let world: TestWorld
beforeEach(async () => {
  far = await new FarAgent().start()
  world = testWorld({ HXE_URL: far.url, HXE_TOKEN: far.token })
})
afterEach(() => far.stop())
const run = (...argv: string[]): Promise<Ran> => hxe(argv, world)

const step = (host: string, state: string, text = '') => ({ host, state, text })
const rollout = (state: string, ...steps: object[]) => ({
  id: 'r1',
  request: { verb: 'restart', services: { names: ['web'] } },
  state,
  text: state === 'done' ? '2 hosts done' : 'b: web is unhealthy',
  endedAt: '2026-03-01T12:00:00.000Z',
  steps,
})
const command = {
  id: 'c1',
  host: 'atlas',
  verb: 'stop',
  services: ['web'],
  state: 'waiting',
  text: 'Waits for atlas',
  expiresAt: '2026-03-01T13:00:00.000Z',
}

it('a rollout is asked for in the words of its options, and each host is told of', async () => {
  far.on('POST /fleet/rollouts', () => rollout('done', step('a', 'done'), step('b', 'skipped', 'away')))
  const argv = 'fleet rollout restart --service web --label zone=eu --batch 2 --pause 10s'.split(' ')
  const { stdout, exitCode } = await run(...argv)
  expect(stdout).toBe('Rollout r1: restart on a, b\n  a  done\n  b  skipped  away\n2 hosts done\n')
  expect(exitCode).toBe(0)
  expect(far.requests.at(-1)?.body).toEqual({
    verb: 'restart',
    services: { names: ['web'] },
    hosts: { labels: { zone: 'eu' } },
    batchSize: 2,
    pauseMs: 10_000,
  })
})

it('a rollout that fails is exit code 1, and says where', async () => {
  far.on('POST /fleet/rollouts', () => rollout('failed', step('b', 'failed', 'web is unhealthy')))
  const { stderr, exitCode } = await run('fleet', 'rollout', 'restart', '--tag', 'edge', '--all')
  expect(stderr).toContain('The rollout is failed. b: web is unhealthy')
  expect(exitCode).toBe(1)
})

it('a rollout without services or hosts is refused before anything is sent', async () => {
  expect((await run('fleet', 'rollout', 'restart', '--all')).exitCode).toBe(2)
  expect((await run('fleet', 'rollout', 'restart', '--service', 'web')).exitCode).toBe(2)
  expect((await run('fleet', 'rollout', 'abort')).exitCode).toBe(2)
  expect(far.requests).toEqual([])
})

it('a command is queued by the agent here for the host that is named, and by name only', async () => {
  far.on('POST /fleet/commands', () => command)
  const { stdout } = await run('stop', 'web', '--host', 'atlas', '--queue', '1h')
  expect(stdout).toBe('c1  atlas: stop web  waiting, until 2026-03-01T13:00:00.000Z  Waits for atlas\n')
  expect(far.requests.map(({ path, body }) => [path, body])).toEqual([
    ['/fleet/commands', { host: 'atlas', verb: 'stop', services: ['web'], expiresInMs: 3_600_000 }],
  ])
  expect((await run('stop', 'web*', '--host', 'atlas', '--queue', '1h')).exitCode).toBe(2)
  expect((await run('stop', 'web', '--queue', '1h')).exitCode).toBe(2)
})

it('what waits is listed, and withdrawn by its id', async () => {
  far.on('GET /fleet/commands', () => ({ items: [command] }))
  far.on('DELETE /fleet/commands/c1', () => ({ ...command, state: 'withdrawn', text: 'Withdrawn by mira' }))
  expect((await run('fleet', 'commands')).stdout).toContain('c1  atlas: stop web  waiting')
  expect((await run('fleet', 'commands', '--withdraw', 'c1')).stdout).toContain('withdrawn  Withdrawn by mira')
})

it('what happened on all hosts is told oldest first, with who is missing', async () => {
  const event = (host: string, seq: number) => ({
    host,
    seq,
    time: `2026-03-01T12:00:0${seq}.000Z`,
    kind: 'service.started',
    severity: 'info',
    service: 'web',
    text: 'web started',
    author: 'agent',
  })
  far.on('GET /fleet/events', () => ({
    items: [event('b', 2), event('a', 1)],
    missing: [{ host: 'c', text: 'It has not been reached since noon' }],
  }))
  const { stdout, stderr } = await run('fleet', 'events', '--since', '10m')
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]),
  ).toEqual(['a', 'b'])
  expect(stderr).toContain('c is missing here. It has not been reached since noon')
  expect(String(far.requests.at(-1)?.query)).toBe('limit=50&since=10m')
})
