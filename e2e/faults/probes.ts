import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hookTo } from '../../agent/alerts/deliver/fixtures/receiver.ts'
import type { Delivery, Service, ServiceHealth } from '../../contract/index.ts'
import { never } from './blocks.ts'
import { eventually, type Fault, fixture, killQuietly, sendSignal, service, sleepMs, type World } from './harness.ts'
import { deliveriesOf, type Ears, eventsOf, fell, hearing, isTold } from './hearing.ts'
import { rssBytes } from './processes.ts'

const mib = 1024 * 1024

const check = (...lines: readonly string[]): string => ['health_check {', ...lines, '}'].join('\n')
const quick = ['interval = "200ms"', 'timeout = "1s"']

async function healthOf(world: World, name: string): Promise<ServiceHealth> {
  return (await (await world.agent.ask(`/services/${name}/health`)).json()) as ServiceHealth
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

/** An endpoint that misbehaves, and what is to come of it where it is asked for health, for figures, and told of alerts. */
interface Endpoint {
  name: string
  url: string
  /** Further lines of its check. */
  more?: string
  unhealthy: RegExp
  unread: RegExp
  told: Delivery['state']
}

const endpointsOf = (plain: string, tls: string): Endpoint[] => [
  {
    name: 'hangs',
    url: `http://127.0.0.1:${plain}/hang`,
    unhealthy: /did not answer within 1 s/,
    unread: /did not answer within 1 s/,
    told: 'waiting',
  },
  {
    name: 'drips',
    url: `http://127.0.0.1:${plain}/drip`,
    unhealthy: /did not end within 1 s \(\d+ bytes came\)/,
    unread: /did not end within 1 s/,
    told: 'delivered',
  },
  {
    name: 'huge',
    url: `http://127.0.0.1:${plain}/huge`,
    more: 'expect_body = "never"',
    unhealthy: /the first 1 MiB of its answer does not contain "never"/,
    // Whichever comes first.
    unread: /answered more than \d+ bytes|did not end within 1 s/,
    told: 'delivered',
  },
  {
    name: 'loops',
    url: `http://127.0.0.1:${plain}/loop`,
    unhealthy: /redirected more than 5 times/,
    unread: /answered 302, not 200/,
    told: 'gave-up',
  },
  {
    name: 'tls',
    url: `https://localhost:${tls}/well`,
    unhealthy: /is not trusted: it is signed by itself/,
    unread: /is not trusted: it is signed by itself/,
    told: 'waiting',
  },
]

const endpointsMisbehave: Fault = {
  id: 31,
  budgetS: 120,
  title:
    'an endpoint that hangs, drips, never ends, has a bad certificate or redirects for ever is unhealthy in time, is not measured, and keeps no alert from another receiver',
  async run(world) {
    const [plain, tls] = await endpoints(world)
    const bad = endpointsOf(plain, tls)
    const ears = await hearing(world)
    const names = bad.map(({ name }) => name)
    world.configure(
      ears.hcl,
      `alert "unhealthy" {\nnotify = ${JSON.stringify(['hook', ...names])}\n}`,
      ...bad.map(({ name, url }) => hookTo(name, url, 'timeout = "1s"')),
      service('well', 'sleep 1000', check(`url = "http://127.0.0.1:${plain}/well"`, ...quick)),
      ...bad.map(({ name, url, more = '' }) =>
        service(
          name,
          'sleep 1000',
          check(`url = "${url}"`, ...quick, more),
          `metrics {\nscrape {\nurl = "${url}"\ninterval = "1s"\n}\n}`,
        ),
      ),
    )
    await world.start()
    await world.until('well', isHealthy)
    const idleBytes = rssBytes(world.agentPid)
    for (const { name, unhealthy } of bad) {
      await world.until(name, isUnhealthy)
      const { items } = await healthOf(world, name)
      assert.match(items[0]?.results.find(({ ok }) => !ok)?.text ?? '', unhealthy, name)
      const longest = Math.max(...(items[0]?.results ?? []).map(({ latencyMs }) => latencyMs ?? 0))
      assert.ok(longest < world.amount(30_000, 2_000), `${name} was waited for ${longest} ms with a timeout of 1 s`)
    }
    await isEachTold(world, ears, bad)
    await isNoneMeasured(world, bad)
    await sleepMs(world.lastingMs(0, 30_000))
    const grownBytes = rssBytes(world.agentPid) - idleBytes
    assert.ok(grownBytes < world.amount(160, 64) * mib, `it grew by ${Math.round(grownBytes / mib)} MiB (I6)`)
    assert.ok(isHealthy(await world.until('well', isHealthy)), 'the others did not harm the one that is well')
    const fires = names.map((name) => `${name} fires`)
    assert.deepEqual(ears.toldOf('unhealthy').sort(), fires.sort(), 'each is told once (I9)')
  },
}

/** Whoever hears is told of all; of a receiver that misbehaves it is known what came of it, and nobody is told twice. */
async function isEachTold(world: World, { toldOf }: Ears, bad: readonly Endpoint[]): Promise<void> {
  for (const { name } of bad) await isTold(`${name} is told`, toldOf, 'unhealthy', `${name} fires`)
  const wanted = bad.map(({ name, told }) => `${name}: ${bad.map(() => told)}`)
  let seen: string[] = []
  const holds = async (): Promise<boolean> => {
    const deliveries = await deliveriesOf(world)
    const of = (name: string): Delivery[] => deliveries.filter(({ notification }) => notification === name)
    seen = bad.map(({ name }) => `${name}: ${of(name).map(({ state }) => state)}`)
    const again = bad.filter(({ name, told }) => told !== 'waiting' && of(name).some(({ attempts }) => attempts > 1))
    assert.deepEqual(again, [], 'what a receiver has taken or refused was told it again')
    return seen.join() === wanted.join()
  }
  await eventually('what came of each message', 90_000, holds, () => seen.join('; '))
  const failing = bad.filter(({ told }) => told !== 'delivered').map(({ name }) => name)
  const said = (await eventsOf(world, 'delivery.failed')).map(({ text }) => text.split(' ')[0])
  assert.deepEqual(said.sort(), failing.sort(), 'that somebody cannot be told is said once')
}

async function isNoneMeasured(world: World, bad: readonly Endpoint[]): Promise<void> {
  const textsOf = async (name: string): Promise<string[]> =>
    (await eventsOf(world, 'service.warning')).filter((event) => event.service === name).map(({ text }) => text)
  for (const { name, unread } of bad) {
    let texts: string[] = []
    const isSaid = async (): Promise<boolean> => {
      texts = await textsOf(name)
      return texts.some((text) => text.startsWith('Its metrics could not be read') && unread.test(text))
    }
    await eventually(`why ${name} is not measured is said`, 60_000, isSaid, () => texts)
  }
}

const dependencyFlaps: Fault = {
  id: 32,
  budgetS: 90,
  title: 'a dependency that turns again and again restarts nobody, and is told once',
  async run(world) {
    const well = join(world.folder, 'well')
    writeFileSync(well, '')
    const need = (name: string): string => `depends_on {\nservice = "${name}"\ncondition = "healthy"\nrestart = true\n}`
    const ears = await hearing(world)
    world.configure(
      ears.hcl,
      'alert "unhealthy" {\nkeep_firing_for = "5m"\n}',
      service('other', 'sleep 1000', never),
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
    assert.equal(starts.length, names.length + 1, 'nothing was started a second time')
    await world.converged()
    // What comes later is told behind all that was to be told before.
    await fell(world, ears, 'other')
    assert.deepEqual(ears.sentences(), ['unhealthy: db fires', 'service-down: other fires'], 'a storm of alerts (I9)')
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
  title: 'a machine without processor time to spare makes no service unhealthy and no alarm but for what has failed',
  async run(world) {
    const ears = await hearing(world)
    await withProbes(world, ears.hcl, service('other', 'sleep 1000', never))
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
    await fell(world, ears, 'other')
    end()
    for (const name of ['onetime', 'often', 'quick']) await world.until(name, isHealthy)
    await nothingTurned(world, 'there was no time to answer in')
    assert.deepEqual(ears.sentences(), ['service-down: other fires'], 'what has not failed was told of (I9)')
  },
}

export const probes: readonly Fault[] = [endpointsMisbehave, dependencyFlaps, starvation]
