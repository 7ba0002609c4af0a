import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent, ConfigStatus, Service } from '../../contract/index.ts'
import { eventually, type Fault, service, sleepMs, type World } from './harness.ts'

const file = (world: World): string => join(world.configDir, 'main.hcl')

/** Two services; only what is said of one of them is another from version to version. */
const version = (number: number): string =>
  service('keeps', 'sleep 1000') + service('says', 'sleep 1000', `description = "version ${number}"`)

const status = async (world: World): Promise<ConfigStatus> =>
  (await (await world.agent.ask('/config')).json()) as ConfigStatus

const says = (world: World, number: number): Promise<Service> =>
  world.until('says', ({ description }) => description === `version ${number}`, 60_000)

/** The ways in which programs save a file; resolves with how long it was in between, on a busy machine far more than meant. */
async function save(world: World, text: string): Promise<number> {
  const path = file(world)
  let heldMs = 0
  const pause = async (): Promise<void> => {
    const beganAtMs = performance.now()
    await sleepMs(world.random.between(0, 300))
    heldMs = performance.now() - beganAtMs
  }
  const inPlace = async (): Promise<void> => {
    const opened = openSync(path, 'w')
    await pause()
    writeSync(opened, text)
    closeSync(opened)
  }
  const inPieces = async (): Promise<void> => {
    const half = world.random.between(1, text.length - 1)
    writeFileSync(path, text.slice(0, half))
    await pause()
    appendFileSync(path, text.slice(half))
  }
  const renamed = async (): Promise<void> => {
    writeFileSync(`${path}.new`, text)
    await pause()
    renameSync(`${path}.new`, path)
  }
  const backedUp = async (): Promise<void> => {
    renameSync(path, `${path}~`)
    await pause()
    writeFileSync(path, text)
  }
  await world.random.pick([inPlace, inPieces, renamed, backedUp])()
  return heldMs
}

/** What lies there unfinished for longer than this may be taken for finished. */
const longestHoldMs = 1_500

const saves: Fault = {
  id: 59,
  budgetS: 150,
  title: 'however a file is saved, half of it is never loaded and the last content always is',
  async run(world) {
    writeFileSync(file(world), version(0))
    await world.start({ mode: 'development' })
    const before = [(await world.running('keeps')).pid, (await world.running('says')).pid]
    let last = 0
    let longestMs = 0
    for (const round of world.rounds(12, 500)) {
      last = round + 1
      longestMs = Math.max(longestMs, await save(world, version(last)))
      // Some saves follow at once, some when the one before is in force.
      if (world.random.next() < 0.5) await says(world, last)
    }
    await says(world, last)
    assert.equal((await status(world)).status, 'applied')
    if (longestMs > longestHoldMs) return
    const after = [(await world.running('keeps')).pid, (await world.running('says')).pid]
    assert.deepEqual(after, before, 'a save that changed no command changed a pid (I8)')
    const { items } = (await (await world.agent.ask('/events?kind=config.invalid')).json()) as { items: AgentEvent[] }
    assert.deepEqual(items, [], 'half a file was taken for a broken one')
  },
}

/** Less than the agent would need for its folders. */
const watches = 1
const withoutWatches = ['unshare', '-U', '-r', 'sh', '-c']

const noWatches: Fault = {
  id: 38,
  title: 'without inotify watches files are looked at, and one warning says how to have more',
  unable() {
    try {
      execFileSync(withoutWatches[0] ?? '', [...withoutWatches.slice(1), limited, 'sh', 'true'], { stdio: 'ignore' })
      return undefined
    } catch {
      return 'needs user namespaces'
    }
  },
  async run(world) {
    writeFileSync(file(world), version(0))
    await world.start({ mode: 'development', wrapper: [...withoutWatches, limited, 'sh'] })
    const { pid } = await world.running('says')
    for (const round of world.rounds(2, 10)) {
      writeFileSync(file(world), version(round + 1))
      await says(world, round + 1)
    }
    assert.equal((await world.running('says')).pid, pid)
    const { items } = (await (await world.agent.ask('/events?kind=agent.warning')).json()) as { items: AgentEvent[] }
    const about = items.filter(({ text }) => text.includes('configuration files are looked at'))
    assert.equal(about.length, 1, `one warning, not ${JSON.stringify(items)}`)
    assert.match(about[0]?.text ?? '', /sysctl fs\.inotify\.max_user_watches/)
  },
}
const limited = `echo ${watches} > /proc/sys/user/max_inotify_watches && exec "$@"`

const names = ['a', 'b', 'c', 'd'] as const

const parallel: Fault = {
  id: 61,
  budgetS: 150,
  title: 'reloads beside starts, stops and restarts neither double a service nor hang',
  async run(world) {
    const text = (): string =>
      names
        .map((name) => {
          const needs = name === 'b' ? ['depends_on = ["a"]'] : []
          return service(name, 'sleep 1000', `nice = ${world.random.between(0, 3)}`, ...needs)
        })
        .join('')
    writeFileSync(file(world), text())
    await world.start({ mode: 'development' })
    for (const name of names) await world.running(name)
    const answered = async (path: string): Promise<void> => {
      const answer = await world.agent.ask(path, { method: 'POST', timeoutMs: 60_000 })
      assert.ok(answer.status < 500, `${path}: ${answer.status} ${await answer.text()}`)
    }
    const verbs = ['start', 'stop', 'restart'] as const
    for (const _round of world.rounds(20, 500)) {
      writeFileSync(file(world), world.random.next() < 0.2 ? `${text()}{` : text())
      const acts = Array.from({ length: 4 }, () => `/services/${world.random.pick(names)}/${world.random.pick(verbs)}`)
      await Promise.all([answered('/config/reload'), ...acts.map(answered), answered('/config/plan')])
    }
    writeFileSync(file(world), text())
    await eventually('the last content is in force', 60_000, async () => (await status(world)).status === 'applied')
    for (const name of names) await world.mustAct(name, 'start')
    await world.converged()
  },
}

export const reloads: readonly Fault[] = [noWatches, saves, parallel]
