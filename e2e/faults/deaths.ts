import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { end, startOutside } from '../agent.ts'
import { counter, quickRestart } from './blocks.ts'
import { pidsIn, rewriteRuns } from './database.ts'
import { eventually, type Fault, fixture, program, sendSignal, service, sleepMs, type World } from './harness.ts'
import { isAlive, listensOn, startTimeOf } from './processes.ts'

/** What was answered last for each service: the wish that must hold from then on. */
type Wishes = Map<string, 'up' | 'down'>

/** Asks for random things until the agent is gone; every answer is entered in the books, what had none makes both possible. */
async function randomOperations(
  world: World,
  names: readonly [string, ...string[]],
  wishes: Wishes,
  onAnswer: () => void,
): Promise<void> {
  const open = new Set<string>()
  const one = async (name: string): Promise<void> => {
    const verb = world.random.pick(['start', 'stop', 'restart', 'start'])
    open.add(name)
    const answer = await world.act(name, verb)
    open.delete(name)
    onAnswer()
    if (answer.ok) wishes.set(name, verb === 'stop' ? 'down' : 'up')
  }
  const lane = async (name: string): Promise<void> => {
    for (;;) await one(name)
  }
  await Promise.allSettled(names.map(lane))
  for (const name of open) wishes.delete(name)
}

const killUnderOperations: Fault = {
  id: 1,
  traced: true,
  budgetS: 240,
  title: 'the agent killed under random operations loses no answered one and runs nothing twice',
  async run(world) {
    const names = ['alpha', 'beta', 'gamma', 'delta'] as const
    world.configure(...names.map((name) => counter(world, name)))
    const wishes: Wishes = new Map()
    let done = 0
    for (const round of world.rounds(4, 100)) {
      await world.start()
      for (const shown of await world.services()) {
        const wish = wishes.get(shown.name)
        if (wish) assert.equal(shown.desired, wish, `${shown.name}: an answered ${wish} is lost (I4)`)
      }
      const operations = randomOperations(world, names, wishes, () => done++)
      // Some die before they have answered anything, and some after that.
      if (round % 3 === 2) await eventually('an operation is answered', 40_000, () => done > 0)
      await sleepMs(world.random.between(1, 200) + (round % 3) * 400)
      await world.kill()
      await operations
    }
    await world.start()
    await world.converged()
    for (const name of names) {
      const wish = wishes.get(name)
      const { desired } = await world.agent.service(name)
      if (wish) assert.equal(desired, wish, `${name}: an answered ${wish} is lost (I4)`)
      await world.mustStop(name, 2_000)
      await world.countsAreWhole(name)
    }
    assert.ok(done > 0, 'no operation was answered, so nothing was tried')
  },
}

const killDuringStop: Fault = {
  id: 4,
  traced: true,
  title: 'a stop that was begun is finished by the next agent, and not restarted',
  async run(world) {
    world.configure(service('stubborn', program('ignores-term.sh'), 'stop {\n timeout = "1500ms"\n}', quickRestart))
    for (const _round of world.rounds(1, 20)) {
      await world.start()
      await world.mustAct('stubborn', 'start')
      await world.running('stubborn')
      await world.mustAct('stubborn', 'stop')
      await sleepMs(world.random.between(0, 1_000))
      await world.kill()
      await world.start()
      await world.until('stubborn', ({ state }) => state === 'stopped')
      assert.deepEqual(world.processes('stubborn'), [])
      await sleepMs(300)
      assert.equal((await world.agent.service('stubborn')).state, 'stopped')
      await world.stop()
    }
  },
}

const childrenStay: Fault = {
  id: 6,
  budgetS: 100,
  title: 'services outlive a killed agent with the same pids, and no line is lost',
  async run(world) {
    world.configure(counter(world, 'one'), counter(world, 'two', 'replicas = 2'))
    await world.start()
    const names = ['one', 'two#0', 'two#1']
    const before = new Map<string, number | null>()
    for (const name of names) before.set(name, (await world.running(name)).pid)
    await sleepMs(500)
    await world.kill()
    await sleepMs(world.lastingMs(2_000, 60_000))
    for (const pid of before.values()) assert.ok(isAlive(pid ?? 0), `${pid} did not outlive the agent`)
    await world.start()
    for (const name of names) {
      const { pid, restarts } = await world.running(name)
      assert.deepEqual({ pid, restarts }, { pid: before.get(name), restarts: 0 }, name)
    }
    await sleepMs(500)
    await world.mustStop('one', 2_000)
    await world.countsAreWhole('one')
  },
}

const childDiesMeanwhile: Fault = {
  id: 7,
  traced: true,
  title: 'what died while no agent was there counts as a failure of unknown exit and is restarted by its policy',
  async run(world) {
    world.configure(
      service('again', 'sleep 1000', quickRestart),
      service('never', 'sleep 1000', 'restart {\n policy = "never"\n}'),
    )
    for (const _round of world.rounds(1, 20)) {
      await world.start()
      const again = await world.running('again')
      await world.mustAct('never', 'start')
      const never = await world.running('never')
      await world.kill()
      for (const { pid } of [again, never]) sendSignal(pid, 'SIGKILL')
      await eventually('both are gone', 40_000, () => ![again, never].some(({ pid }) => isAlive(pid ?? 0)))
      // The record of a birth is written while the child runs already: one that was cut off leaves a start nobody knows of.
      const isOnRecord = pidsIn(world.dataDir).has(never.pid)
      await world.start()
      const after = await world.running('again')
      assert.notEqual(after.pid, again.pid)
      if (!isOnRecord) {
        await world.running('never')
        await world.stop()
        continue
      }
      const failed = await world.until('never', ({ state }) => state === 'failed')
      assert.equal(failed.exitCode, null)
      assert.notEqual(failed.why, null)
      await world.stop()
    }
  },
}

/** A process that is none of the agent's, and what reached it. */
async function stranger(world: World): Promise<{ pid: number; check(): void }> {
  const file = join(world.notesDir, 'signals')
  const child = await startOutside([process.execPath, fixture('notes-signals.mjs'), file])
  world.defer(() => end(child, 'SIGKILL'))
  const pid = child.pid ?? 0
  return {
    pid,
    check() {
      assert.ok(isAlive(pid), 'the stranger was killed (I2)')
      assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : '', '', 'the stranger was signalled (I2)')
    },
  }
}

/** The agent and its service die; again where a kill came before the record of the birth, which is written while the child runs. */
async function dieOnRecord(world: World, name: string): Promise<void> {
  let pid: number | null
  do {
    await world.start()
    pid = (await world.running(name)).pid
    await world.kill()
    sendSignal(pid, 'SIGKILL')
    await eventually('the service is gone', 40_000, () => !isAlive(pid ?? 0))
  } while (!pidsIn(world.dataDir).has(pid))
}

const recordTells = (id: number, title: string, changeOf: (pid: number) => Record<string, unknown>): Fault => ({
  id,
  title,
  traced: true,
  async run(world) {
    world.configure(service('web', 'sleep 1000', quickRestart), service('manual', 'sleep 1000', 'autostart = false'))
    const other = await stranger(world)
    for (const _round of world.rounds(1, 20)) {
      await dieOnRecord(world, 'web')
      assert.equal(rewriteRuns(world.dataDir, changeOf(other.pid)), 1)
      await world.start()
      const after = await world.running('web')
      assert.notEqual(after.pid, other.pid)
      assert.equal((await world.agent.service('manual')).state, 'stopped')
      await world.mustStop('web', 10_000)
      await world.mustAct('web', 'start')
      await world.running('web')
      other.check()
      await world.stop()
    }
    other.check()
  },
})

const pidReused = recordTells(
  8,
  'a stranger with the pid of a service is not touched, and the service starts anew',
  (pid) => ({ pid, startTime: '1' }),
)

const reboot = recordTells(
  9,
  'after a reboot nothing is signalled, whatever has the old pids, and the wanted services start once',
  (pid) => ({ pid, startTime: startTimeOf(pid), bootId: '00000000-0000-4000-8000-000000000000' }),
)

const twoAgents: Fault = {
  id: 10,
  title: 'of two agents started at once on a data directory one runs, and the other names it and ends with 1',
  async run(world) {
    world.configure(service('web', 'sleep 1000'))
    for (const _round of world.rounds(2, 50)) {
      const tries = await Promise.allSettled([world.start(), world.start()])
      const won = tries.filter((tried) => tried.status === 'fulfilled').map(({ value }) => value)
      const lost = tries.filter((tried) => tried.status === 'rejected').map(({ reason }) => String(reason))
      assert.equal(won.length, 1, `${won.length} agents run: ${lost.join('\n')}`)
      const [owner] = won
      assert.match(lost[0] ?? '', /ended with code 1 /)
      assert.doesNotMatch(lost[0] ?? '', /mistake in hxe/)
      assert.match(lost[0] ?? '', new RegExp(`pid ${owner?.process.pid}\\b`))
      await world.running('web')
      assert.equal(world.processes('web').length, 1)
      await world.stop()
    }
  },
}

/** A probe that is late is a failure, and one failure is a restart: unless it was the agent that was late. */
const nearlyAlwaysProbed = [
  'health_check {',
  'command = "sleep 0.4"',
  'interval = "100ms"',
  'timeout = "2s"',
  'retries = 1',
  'on_failure = "restart"',
  '}',
].join('\n')

const agentStands: Fault = {
  id: 11,
  budgetS: 100,
  title: 'an agent that stood still restarts nothing when it goes on',
  async run(world) {
    world.configure(
      counter(world, 'one'),
      service('two', 'sleep 1000', quickRestart),
      service('probed', 'sleep 1000', nearlyAlwaysProbed),
    )
    await world.start()
    const before = await Promise.all([world.running('one'), world.running('two'), world.running('probed')])
    await world.until('probed', ({ health }) => health === 'healthy')
    process.kill(world.agentPid, 'SIGSTOP')
    await sleepMs(world.lastingMs(3_000, 60_000))
    process.kill(world.agentPid, 'SIGCONT')
    await world.converged()
    for (const { name, pid } of before) {
      const after = await world.agent.service(name)
      assert.deepEqual({ pid: after.pid, restarts: after.restarts }, { pid, restarts: 0 })
    }
    await world.until('probed', ({ health }) => health === 'healthy')
    const dies = before[1]?.pid
    process.kill(world.agentPid, 'SIGSTOP')
    sendSignal(dies, 'SIGKILL')
    await sleepMs(500)
    process.kill(world.agentPid, 'SIGCONT')
    await world.until('two', ({ state, pid }) => state === 'running' && pid !== dies)
    await world.mustStop('one', 2_000)
    await world.countsAreWhole('one')
  },
}

const signals: Fault = {
  id: 12,
  title: 'SIGHUP, SIGUSR1, SIGUSR2 and SIGPIPE change nothing, and two SIGTERM are one orderly stop',
  async run(world) {
    world.configure(service('slow', program('ignores-term.sh'), 'stop {\n timeout = "1s"\n}'))
    const inspectorBefore = listensOn(9229)
    for (const _round of world.rounds(1, 20)) {
      const agent = await world.start()
      const { pid } = await world.running('slow')
      for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const) agent.process.kill(signal)
      await sleepMs(200)
      assert.equal((await world.agent.service('slow')).pid, pid)
      if (!inspectorBefore) assert.equal(listensOn(9229), false, 'the inspector is open')
      agent.process.kill('SIGTERM')
      await sleepMs(world.random.between(0, 500))
      agent.process.kill('SIGTERM')
      assert.equal(await world.stop(), 0)
      assert.deepEqual(world.processes(), [])
    }
  },
}

export const deaths: readonly Fault[] = [
  killUnderOperations,
  killDuringStop,
  childrenStay,
  childDiesMeanwhile,
  pidReused,
  reboot,
  twoAgents,
  agentStands,
  signals,
]
