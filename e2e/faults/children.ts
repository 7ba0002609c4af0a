import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { never, stopWithin } from './blocks.ts'
import { eventually, type Fault, lacks, needsRoot, program, sendSignal, service, sleepMs } from './harness.ts'
import { cpuMs } from './processes.ts'

/** Starts what is configured and stops it, time and again, with the tree empty at every "stopped". */
const stopsEmpty = (id: number, title: string, command: string, timeoutMs: number): Fault => ({
  id,
  title,
  traced: true,
  async run(world) {
    world.configure(service('tree', command, stopWithin(timeoutMs)))
    await world.start()
    for (const _round of world.rounds(1, 20)) {
      await world.mustAct('tree', 'start')
      await world.running('tree')
      await sleepMs(world.random.between(100, 500))
      await world.mustStop('tree', timeoutMs)
    }
  },
})

const stoppedProcess: Fault = {
  id: 19,
  traced: true,
  title: 'a process that stands still is woken to hear that it shall end',
  async run(world) {
    world.configure(service('polite', program('says-term.mjs'), stopWithin(5_000)))
    await world.start()
    for (const round of world.rounds(1, 20)) {
      await world.mustAct('polite', 'start')
      const { pid } = await world.running('polite')
      const said = (): number => world.log('polite').toString().split('ready\n').length - 1
      await eventually('it is ready', 40_000, () => said() === round + 1)
      sendSignal(pid, 'SIGSTOP')
      await world.mustStop('polite', 5_000)
      const heard = (): number => world.log('polite').toString().split('asked to end\n').length - 1
      await eventually('its handler ran', 40_000, () => heard() === round + 1)
    }
  },
}

const crashLoop: Fault = {
  id: 20,
  budgetS: 90,
  title: 'what ends at once is tried ever more slowly, costs little, and is given up',
  async run(world) {
    const policy = (retries: number): string =>
      `restart {\n delay = "100ms"\n max_delay = "500ms"\n max_retries = ${retries}\n window = "1h"\n}`
    world.configure(service('gives-up', 'false', policy(3)), service('goes-on', 'false', policy(10_000)))
    await world.start()
    const failed = await world.until('gives-up', ({ state }) => state === 'failed')
    assert.equal(failed.reason.code, 'crash-loop')
    assert.equal(failed.restarts, 3)
    await world.until('goes-on', ({ restarts }) => restarts >= 4)
    const first = await world.agent.service('goes-on')
    const cpuBefore = cpuMs(world.agentPid)
    const beganMs = performance.now()
    await sleepMs(world.lastingMs(4_000, 60_000))
    await world.until('goes-on', (now) => now.restarts > first.restarts)
    const tookMs = performance.now() - beganMs
    const { restarts } = await world.agent.service('goes-on')
    const fastest = tookMs / (0.8 * 500) + 2
    assert.ok(restarts - first.restarts <= fastest, `${restarts - first.restarts} restarts in ${Math.round(tookMs)} ms`)
    const share = (cpuMs(world.agentPid) - cpuBefore) / tookMs
    // Each start has a price of its own, which the wait between two bounds.
    assert.ok(share < world.amount(0.25, 0.05), `the agent took ${Math.round(share * 100)} % of a core`)
    await world.mustStop('goes-on', 10_000)
  },
}

const resetBackoff: Fault = {
  id: 21,
  title: 'a run that lasted forgets the failures before it',
  async run(world) {
    const policy = 'restart {\n delay = "100ms"\n max_retries = 2\n window = "700ms"\n jitter = 0\n}'
    world.configure(service('lasts', 'sh -c "sleep 1; exit 1"', policy))
    await world.start()
    const { reason } = await world.until('lasts', ({ restarts }) => restarts >= 4)
    assert.notEqual(reason.code, 'crash-loop')
  },
}

const forkBomb: Fault = {
  id: 22,
  title: 'a service that starts processes without end is held to its limit, and its stop clears them all',
  unable: needsRoot,
  async run(world) {
    world.configure(service('bomb', program('bomb.sh'), 'resources {\n pids_limit = 100\n}', stopWithin(500)))
    await world.start()
    await world.running('bomb')
    const most = (): number => world.processes('bomb').length
    await eventually('it grows', 60_000, () => most() > 50)
    const tookMs = await world.timed(async () => assert.ok((await world.agent.ask('/services')).ok))
    assert.ok(tookMs < world.amount(60_000, 500), `the agent took ${Math.round(tookMs)} ms to answer`)
    assert.ok(most() <= 101, `${most()} processes, with a limit of 100`)
    await world.mustStop('bomb', 500 + 4_000)
  },
}

const outOfMemory: Fault = {
  id: 28,
  title: 'a service that passes its memory limit is said to have done so',
  unable: () => needsRoot() ?? lacks('python3'),
  async run(world) {
    const file = join(world.folder, 'eats.py')
    writeFileSync(file, 'x = []\nwhile len(x) < 1024:\n    x.append(bytearray(b"x") * (1 << 20))\n')
    world.configure(service('eats', `python3 ${file}`, never, 'resources {\n memory_limit = "64Mi"\n}'))
    await world.start()
    const ended = await world.until('eats', ({ state }) => state === 'failed')
    assert.match(`${ended.reason.text} ${ended.why?.sentence}`, /memory/i)
  },
}

export const children: readonly Fault[] = [
  stopsEmpty(15, 'what ignores SIGTERM is killed in time', program('ignores-term.sh'), 800),
  stopsEmpty(16, '"stopped" waits for a child that outlives the leader', program('leaves-stubborn.sh'), 800),
  stopsEmpty(17, 'a child with a session of its own is found and ended', program('leaves-stubborn.sh', 'setsid'), 800),
  stoppedProcess,
  crashLoop,
  resetBackoff,
  forkBomb,
  outOfMemory,
]
