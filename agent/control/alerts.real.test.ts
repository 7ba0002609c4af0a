import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Alert } from '../../contract/index.ts'
import { openReceiver } from '../alerts/deliver/fixtures/receiver.ts'
import { distPath } from '../os/index.ts'
import { Place, service } from './fixtures/place.ts'

const places: Place[] = []
const receivers: (() => void)[] = []
async function open(hcl: Parameters<typeof Place.open>[0]): Promise<Place> {
  const place = await Place.open(hcl)
  places.push(place)
  return place
}
afterEach(async () => {
  for (const place of places.splice(0)) await place.close()
  for (const close of receivers.splice(0)) close()
})

const person = { author: 'mira', role: 'admin' } as const
const fails = (name: string, ...more: string[]): string =>
  service(name, 'false', 'restart { policy = "never" }', ...more)

const alike = ['group_by = ["host"]', 'group_wait = "500ms"', 'group_interval = "200ms"']

/** A receiver that a policy tells everything. */
async function receiver(...policy: string[]) {
  const { told, hcl, close } = await openReceiver()
  receivers.push(close)
  return { told, hcl: hcl(...(policy.length > 0 ? policy : alike)) }
}

/** An agent in a process of its own on the files of a place, which has none; answers with what kills it. */
function agentOf({ file, dataDir }: Place): () => Promise<void> {
  const args = [distPath('cli.js'), 'agent', '--config', file, '--data-dir', dataDir, '--port', '0']
  const agent = spawn(process.execPath, args, { stdio: 'ignore' })
  const isGone = once(agent, 'exit')
  return async () => {
    agent.kill('SIGKILL')
    await isGone
  }
}

const hookOf = (place: Place) => place.core.alerts.notifications().find(({ name }) => name === 'hook')

const quick = 'alert "service-down" {\n  keep_firing_for = "0s"\n}\n'

test('a service that gives up raises an alert, is told once, and told again when it runs', async () => {
  const { told, hcl } = await receiver()
  const place = await open(fails('web') + hcl + quick)
  await place.eventually(() => told().length > 0)
  expect(told()[0]).toMatchObject({
    status: 'firing',
    alerts: [{ name: 'service-down', service: 'web', state: 'firing' }],
  })
  await place.reload(service('web', 'sleep 600') + hcl + quick)
  await place.eventually(() => told().length > 1)
  expect(told()[1]).toMatchObject({ status: 'resolved', alerts: [{ service: 'web', state: 'resolved' }] })
  expect(place.core.alerts.rules().find(({ name }) => name === 'service-down')?.state).toBe('ok')
  const { items } = await place.core.alerts.list({ state: 'resolved', limit: 10 })
  const detail = await place.core.alerts.get(items[0]?.id ?? '')
  expect(detail.steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['rule', 'route', 'group', 'delivery']))
})

test('a rule of the files is raised by what is measured, and a built-in one can be switched off', async () => {
  const place = await open(`${service('web', 'sleep 600')}${fails('down')}
alert "service-down" {
  enabled = false
}
alert "has-memory" {
  match    = { name = "web" }
  when     = "memory_bytes > 1kB and state == \\"running\\""
  severity = "info"
}
`)
  const [alert] = await place.eventually(() => {
    const { items } = place.core.alerts.summary()
    return items.length > 0 && items
  })
  expect(alert).toMatchObject({
    name: 'has-memory',
    service: 'web',
    metric: 'memory_bytes',
    threshold: 1000,
    severity: 'info',
  })
  expect(alert?.value).toBeGreaterThan(1000)
  await place.until('down', ({ state }) => state === 'failed')
  await place.act('web', 'stop')
  await place.eventually(() => place.core.alerts.summary().firing === 0)
  expect(place.core.alerts.rules().find(({ name }) => name === 'service-down')).toMatchObject({
    enabled: false,
    state: 'off',
  })
})

test('what fails because its database failed is told with the database, and an independent failure by itself', async () => {
  const { told, hcl } = await receiver()
  const dependents = ['a', 'b', 'c'].map((name) => fails(name, 'depends_on = ["database"]')).join('')
  const own = `alert "waits" {\n  when = "state == \\"waiting\\" and reason == \\"dependency-failed\\""\n}\n`
  const place = await open(fails('database') + dependents + fails('other') + hcl + own)
  const names = (): (string | undefined)[] => told().flatMap(({ alerts }) => alerts.map((alert) => alert.service))
  await place.eventually(() => names().includes('database') && names().includes('other'))
  await place.eventually(() => place.core.alerts.summary().items.some(({ follows }) => follows.count === 3))
  expect(new Set(names())).toEqual(new Set(['database', 'other']))
})

test('a silence keeps an alert quiet over an agent that was away, with its reason', async () => {
  const { told, hcl } = await receiver()
  const place = await open(service('web', 'sleep 600') + hcl)
  const silence = await place.core.alerts.silence(
    { matchers: [{ name: 'service', op: '=~', value: 'we.*' }], reason: 'limit being raised', duration: '2h' },
    person,
  )
  await place.end()
  await place.begin()
  await place.reload(fails('web') + hcl)
  const [entry] = await place.eventually(() => place.core.alerts.summary().silenced === 1 && [true])
  expect(entry).toBe(true)
  const { items } = await place.core.alerts.list({ state: 'silenced', limit: 10 })
  const { steps } = await place.core.alerts.get(items[0]?.id ?? '')
  expect(steps.find(({ step }) => step === 'silence')?.text).toMatch(
    /^not told: silenced by mira until .*: limit being raised$/,
  )
  expect(told()).toEqual([])
  await place.core.alerts.endSilence(silence.id, person)
  await place.eventually(() => told().length > 0)
})

test('an episode goes on over an agent that was away: told to fire once, and to be resolved', async () => {
  const { told, hcl } = await receiver()
  const place = await open(fails('web') + hcl + quick)
  // What the receiver has heard and the agent does not know to have arrived is sent again by the next one.
  await place.eventually(() => hookOf(place)?.delivered === 1)
  const isDown = ({ name, service: of }: Alert): boolean => name === 'service-down' && of === 'web'
  const before = await place.eventually(() => place.core.alerts.summary().items.find(isDown))
  await place.end('keep')
  await place.begin()
  const after = await place.eventually(() => place.core.alerts.summary().items.find(isDown))
  expect(after.id).toBe(before.id)
  await place.reload(service('web', 'sleep 600') + hcl + quick)
  await place.eventually(() => told().length > 1)
  expect(told().map(({ status }) => status)).toEqual(['firing', 'resolved'])
})

test('a rule is written into a file of its own, changed in its place, tried over the past, and taken out', async () => {
  const place = await open(service('web', 'sleep 600'))
  await place.end()
  await place.begin({ whole: true })
  const rule = {
    name: 'busy',
    on: 'service' as const,
    match: {},
    when: 'cpu_percent > 80',
    for: '2m',
    severity: 'warning' as const,
    labels: {},
    notify: [],
  }
  await place.core.alerts.writeRule(rule, person)
  const changed = await place.core.alerts.writeRule({ ...rule, when: 'cpu_percent > 90' }, person)
  expect(changed).toMatchObject({ when: 'cpu_percent > 90', for: '2m', builtIn: false, state: 'ok', line: 1 })
  expect(changed.file).toMatch(/alerts\.hcl$/)
  await place.eventually(() => place.core.host !== undefined)
  const trial = await place.core.alerts.test({ rule: { ...rule, when: 'up >= 0', for: '0s' }, from: '1h' })
  expect(trial).toMatchObject({ valid: true, subjects: ['web'] })
  const wrong = await place.core.alerts.test({ rule: { ...rule, when: 'cpu_percent >' }, from: '1h' })
  expect(wrong).toMatchObject({ valid: false, problem: { column: 14 } })
  await expect(place.core.alerts.writeRule({ ...rule, when: 'cpu_persent > 90' }, person)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  await place.core.alerts.removeRule('busy', person)
  await place.eventually(() => place.core.alerts.rules().every(({ name }) => name !== 'busy'))
})

test('lines that match are counted', async () => {
  const own = 'alert "errors" {\n  when = "count(log(/^ERROR [0-9]+/), 5m) >= 3"\n}\n'
  const place = await open(service('web', `sh -c 'while true; do echo "ERROR 42"; sleep 1; done'`) + own)
  const [alert] = await place.eventually(() => {
    const { items } = place.core.alerts.summary()
    return items.length > 0 && items
  })
  expect(alert).toMatchObject({ name: 'errors', service: 'web' })
})

test('an agent that is killed in the midst leaves the episode to the next one, which tells nobody twice', async () => {
  const { told, hcl } = await receiver()
  const place = await open(service('web', 'sleep 600') + hcl + quick)
  await place.end()
  place.write(fails('web') + hcl + quick)
  const kill = agentOf(place)
  await place.eventually(() => told().length > 0)
  await kill()
  await place.begin()
  await place.eventually(() => place.core.alerts.summary().firing === 1)
  await place.reload(service('web', 'sleep 600') + hcl + quick)
  await place.eventually(() => told().some(({ status }) => status === 'resolved'))
  const firing = told().filter(({ status }) => status === 'firing')
  expect(new Set(firing.flatMap(({ alerts }) => alerts.map(({ id }) => id))).size).toBe(1)
  expect(firing.length).toBeLessThanOrEqual(2)
})

test('an alert that is pending when the agent is killed fires after the rest of its time, not after all of it', async () => {
  const { told, hcl } = await receiver()
  const often = 'agent {\n  metrics {\n    interval = "1s"\n  }\n}\nalert "service-down" {\n  enabled = false\n}\n'
  const after = (name: string, time: string): string =>
    `alert "${name}" {\n  when = "state == \\"failed\\""\n  for  = "${time}"\n}\n`
  const before = fails('web') + hcl + often + after('sign', '10s') + after('old', '20s')
  const place = await open(before)
  await place.end()
  const kill = agentOf(place)
  // It has held for 10 s by the agent's own clock.
  await place.eventually(() => told().length > 0)
  await kill()
  // To the next agent this one is new: it takes all of its time, from the same look on.
  place.write(before + after('new', '20s'))
  await place.begin()
  const stateOf = (name: string) => place.core.alerts.rules().find((rule) => rule.name === name)?.state
  await place.eventually(
    () => stateOf('old') === 'firing' && stateOf('new') === 'pending',
    () => JSON.stringify(place.core.alerts.rules()),
  )
  const { items } = await place.core.alerts.list({ state: 'firing', name: 'old', limit: 10 })
  const { startsAt, steps } = await place.core.alerts.get(items[0]?.id ?? '')
  expect(startsAt).toBe(told()[0]?.alerts[0]?.startsAt)
  expect(steps.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^goes on: it had held for \d+ s;/))
})

test('a service that stays unhealthy over an agent that was away is one alert, told once', async () => {
  const { told, hcl } = await receiver()
  const check = 'health_check {\n    command = "false"\n    interval = "100ms"\n    timeout = "10s"\n  }'
  const place = await open(
    `${service('web', 'sleep 600', check)}${hcl}alert "unhealthy" {\n  keep_firing_for = "0s"\n}\n`,
  )
  await place.eventually(() => hookOf(place)?.delivered === 1)
  const before = place.core.alerts.summary().items
  await place.end('keep')
  await place.begin()
  await place.until('web', ({ health }) => health === 'unhealthy')
  // Something else is told after whatever there was to tell of it.
  await place.reload(`${service('web', 'sleep 600', check)}${fails('other')}${hcl}`)
  await place.eventually(() => told().some(({ alerts }) => alerts.some(({ service: of }) => of === 'other')))
  const after = place.core.alerts.summary().items.filter(({ service: of }) => of === 'web')
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect(told().every(({ status }) => status === 'firing')).toBe(true)
})

test('a crash loop that was told is no other one to the next agent', async () => {
  const { told, hcl } = await receiver()
  const looping = service('web', 'false', 'restart {\n    policy = "always"\n    delay  = "200ms"\n  }')
  const place = await open(looping + hcl)
  const loop = () => place.core.alerts.summary().items.find(({ name }) => name === 'crash-loop')
  const before = await place.eventually(loop)
  await place.eventually(() => told().length > 0)
  await place.end('keep')
  await place.begin()
  const after = await place.eventually(loop)
  expect(after.id).toBe(before.id)
})

test('thirty processes that a database takes with it are one notice, which names it; another failure has its own', async () => {
  // Long enough for all of them to have died, however busy the machine is.
  const { told, hcl } = await receiver('group_by = ["service"]', 'group_wait = "8s"')
  const never = 'restart { policy = "never" }'
  const dependents = Array.from({ length: 30 }, (_, index) => `web-${index}`)
  const folder = mkdtempSync(join(tmpdir(), 'hxe-pipe-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const connected = dependents.map((name) =>
    // Their connection is cut when the database dies, as that of any client.
    service(name, `sh -c 'cat ${pipe}; exit 1'`, 'depends_on = ["database"]', never),
  )
  const database = service('database', `sh -c 'exec 3<>${pipe}; exec sleep 600'`, never)
  try {
    const place = await open(database + connected.join('') + service('other', 'sleep 600', never) + hcl)
    for (const name of ['database', 'other', ...dependents]) await place.running(name)
    const pidOf = (name: string): number => place.service(name).pid ?? Number.NaN
    // A shell that has not opened it yet would wait for ever.
    await place.eventually(() => dependents.every((name) => isReading(pidOf(name), pipe)))
    for (const name of ['database', 'other']) process.kill(pidOf(name), 'SIGKILL')
    const follows = () => place.core.alerts.summary().items.find(({ service: of }) => of === 'database')?.follows
    await place.eventually(
      () => follows()?.count === 30,
      () => JSON.stringify(place.core.alerts.summary()),
    )
    await place.eventually(() => told().length >= 2)
    const { items } = await place.core.alerts.list({ state: 'firing', limit: 100 })
    expect(items.filter(({ cause }) => cause === null).map(({ service: of }) => of)).toHaveLength(2)
    const named = told().map(({ status, alerts }) => `${status} ${alerts.map(({ service: of }) => of)}`)
    expect(named.toSorted()).toEqual(['firing database', 'firing other'])
    expect(told().find(({ alerts }) => alerts[0]?.service === 'database')?.alerts[0]?.follows.count).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a failure that is noticed before the one that it follows from is not told by itself', async () => {
  const { told, hcl } = await receiver()
  const place = await open(({ folder }) => {
    const lines = [`command = "test -e '${join(folder, 'well')}'"`, 'interval = "500ms"', 'retries = 12']
    const check = ['health_check {', ...lines.map((line) => `    ${line}`), '    timeout = "10s"', '  }'].join('\n')
    writeFileSync(join(folder, 'well'), '')
    const web = service('web', 'sleep 600', 'depends_on = ["database"]', 'restart { policy = "never" }')
    return service('database', 'sleep 600', check) + web + hcl
  })
  await place.until('database', ({ health }) => health === 'healthy')
  const { pid } = await place.running('web')
  rmSync(join(place.folder, 'well'))
  await place.eventually(() => place.core.health.of('database').items.some(({ results }) => results[0]?.ok === false))
  process.kill(pid ?? Number.NaN, 'SIGKILL')
  await place.eventually(() => told().length > 0)
  expect(told()[0]?.alerts.map(({ name, service: of }) => `${name} ${of}`)).toEqual(['unhealthy database'])
  const { items } = await place.core.alerts.list({ state: 'firing', service: 'web', limit: 10 })
  const { steps } = await place.core.alerts.get(items[0]?.id ?? '')
  expect(steps.filter(({ step }) => step === 'cause').map(({ text }) => text)).toEqual([
    'waits 1 min at most: database, which it needs, has failed its check exec, not often enough yet to be unhealthy',
    expect.stringMatching(/^not told: it follows from database/),
  ])
})

/** Whether a process, or a child of it, has the pipe open. */
function isReading(pid: number, pipe: string): boolean {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return [String(pid), ...children].some(
      (each) =>
        each !== '' && readdirSync(`/proc/${each}/fd`).some((fd) => readlinkSync(`/proc/${each}/fd/${fd}`) === pipe),
    )
  } catch {
    // It is just coming or going.
    return false
  }
}
