import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent, Service, ServiceHealth } from '../../contract/index.ts'
import { eventually, type Fault, fixture, killQuietly, sendSignal, service, sleepMs, type World } from './harness.ts'
import { rssBytes } from './processes.ts'

const mib = 1024 * 1024

const check = (...lines: readonly string[]): string => ['health_check {', ...lines, '}'].join('\n')
const quick = ['interval = "200ms"', 'timeout = "1s"']

async function healthOf(world: World, name: string): Promise<ServiceHealth> {
  return (await (await world.agent.ask(`/services/${name}/health`)).json()) as ServiceHealth
}

async function eventsOf(world: World, kind: string): Promise<AgentEvent[]> {
  const answer = await world.agent.ask(`/events?kind=${kind}&limit=1000`)
  const body = (await answer.json()) as AgentEvent[] | { items: AgentEvent[] }
  return Array.isArray(body) ? body : body.items
}

const isUnhealthy = ({ health }: Service): boolean => health === 'unhealthy'
const isHealthy = ({ health }: Service): boolean => health === 'healthy'

/** The ports of the endpoints that misbehave: plain, and with a certificate of their own making. */
async function endpoints(world: World): Promise<[string, string]> {
  const file = join(world.folder, 'ports')
  const pem = join(import.meta.dirname, '..', '..', 'agent', 'os', 'dial', 'fixtures', 'self-signed.pem')
  const server = spawn(process.execPath, [fixture('endpoints.mjs'), file, pem], { stdio: 'ignore' })
  world.defer(() => server.pid !== undefined && killQuietly(server.pid))
  await eventually('the endpoints are there', 40_000, () => existsSync(file))
  const [plain = '', tls = ''] = readFileSync(file, 'utf8').split(' ')
  return [plain, tls]
}

const endpointsMisbehave: Fault = {
  id: 31,
  budgetS: 120,
  title: 'an endpoint that hangs, drips, never ends, has a bad certificate or redirects for ever is unhealthy in time',
  async run(world) {
    const [plain, tls] = await endpoints(world)
    const at = (path: string, ...more: string[]): string =>
      check(`url = "http://127.0.0.1:${plain}${path}"`, ...quick, ...more)
    const expected: readonly (readonly [string, string, RegExp])[] = [
      ['hangs', at('/hang'), /did not answer within 1 s/],
      ['drips', at('/drip'), /did not end within 1 s \(\d+ bytes came\)/],
      ['huge', at('/huge', 'expect_body = "never"'), /the first 1 MiB of its answer does not contain "never"/],
      ['loops', at('/loop'), /redirected more than 5 times/],
      ['tls', check(`url = "https://localhost:${tls}/well"`, ...quick), /is not trusted: it is signed by itself/],
    ]
    world.configure(
      service('well', 'sleep 1000', at('/well')),
      ...expected.map(([name, block]) => service(name, 'sleep 1000', block)),
    )
    await world.start()
    await world.until('well', isHealthy)
    const idleBytes = rssBytes(world.agentPid)
    for (const [name, , reason] of expected) {
      await world.until(name, isUnhealthy)
      const { items } = await healthOf(world, name)
      assert.match(items[0]?.results.find(({ ok }) => !ok)?.text ?? '', reason, name)
      const longest = Math.max(...(items[0]?.results ?? []).map(({ latencyMs }) => latencyMs ?? 0))
      assert.ok(longest < world.amount(30_000, 2_000), `${name} was waited for ${longest} ms with a timeout of 1 s`)
    }
    await sleepMs(world.lastingMs(2_000, 30_000))
    const grownBytes = rssBytes(world.agentPid) - idleBytes
    assert.ok(grownBytes < world.amount(160, 64) * mib, `it grew by ${Math.round(grownBytes / mib)} MiB (I6)`)
    assert.ok(isHealthy(await world.until('well', isHealthy)), 'the others did not harm the one that is well')
  },
}

const dependencyFlaps: Fault = {
  id: 32,
  budgetS: 90,
  title: 'a dependency that turns again and again restarts nobody',
  async run(world) {
    const well = join(world.folder, 'well')
    writeFileSync(well, '')
    const need = (name: string): string => `depends_on {\nservice = "${name}"\ncondition = "healthy"\nrestart = true\n}`
    world.configure(
      service('db', 'sleep 1000', check(`command = "test -e '${well}'"`, ...quick, 'retries = 1')),
      service('api', 'sleep 1000', need('db')),
      service('web', 'sleep 1000', need('api')),
    )
    await world.start()
    const names = ['db', 'api', 'web']
    const before = await Promise.all(names.map((name) => world.running(name)))
    for (const _round of world.rounds(4, 20)) {
      rmSync(well)
      await world.until('db', isUnhealthy)
      writeFileSync(well, '')
      await world.until('db', isHealthy)
    }
    for (const [index, name] of names.entries()) {
      const { pid, restarts } = await world.running(name)
      assert.deepEqual([pid, restarts], [before[index]?.pid, 0], `${name} was restarted by what another turned to`)
    }
    const starts = await eventsOf(world, 'service.started')
    assert.equal(starts.length, names.length, 'nothing was started a second time')
    await world.converged()
  },
}

/** An agent that probes, and a service that answers all the time. */
async function withProbes(world: World, ...more: readonly string[]): Promise<void> {
  const [plain] = await endpoints(world)
  const blocks = ['onetime', 'often', 'quick'].map((name) =>
    service(
      name,
      'sleep 1000',
      check(
        `url = "http://127.0.0.1:${plain}/well"`,
        'interval = "500ms"',
        'timeout = "5s"',
        'retries = 1',
        'on_failure = "restart"',
      ),
    ),
  )
  world.configure(...blocks, ...more)
  await world.start()
  for (const name of ['onetime', 'often', 'quick']) await world.until(name, isHealthy)
}

async function nothingTurned(world: World, why: string): Promise<void> {
  assert.deepEqual(
    (await eventsOf(world, 'service.unhealthy')).map(({ text }) => text),
    [],
    why,
  )
  for (const { name, restarts } of await world.services()) assert.equal(restarts, 0, `${name} was restarted: ${why}`)
}

const starvation: Fault = {
  id: 37,
  budgetS: 120,
  title: 'a machine without processor time to spare makes no service unhealthy',
  async run(world) {
    await withProbes(world)
    const spinners = Array.from({ length: world.amount(16, 64) }, () =>
      spawn('nice', ['-n', '5', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
    )
    const end = (): void => {
      for (const { pid } of spinners) if (pid !== undefined) killQuietly(pid)
    }
    world.defer(end)
    for (const _burst of world.rounds(3, 12)) {
      sendSignal(world.agentPid, 'SIGSTOP')
      await sleepMs(world.random.between(300, 3_000))
      sendSignal(world.agentPid, 'SIGCONT')
      await sleepMs(500)
    }
    end()
    for (const name of ['onetime', 'often', 'quick']) await world.until(name, isHealthy)
    await nothingTurned(world, 'there was no time to answer in')
  },
}

export const probes: readonly Fault[] = [endpointsMisbehave, dependencyFlaps, starvation]
