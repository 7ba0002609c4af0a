import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { counter, quickRestart } from './blocks.ts'
import { desiredIn } from './database.ts'
import { eventually, type Fault, sendSignal, service, sleepMs, type World } from './harness.ts'
import { freeze, mount, mountLoop, needsLoop } from './mounts.ts'
import { areStopped, isWaitingInKernel } from './processes.ts'

const slowDisk: Fault = {
  id: 54,
  title: 'a disk that takes seconds to write holds up neither answers nor supervision',
  unable: needsLoop,
  async run(world) {
    mountLoop(world, world.dataDir, '96M')
    world.configure(counter(world, 'talks'), service('web', 'sleep 1000', quickRestart))
    await world.start()
    await world.running('talks')
    await world.running('web')
    for (const _round of world.rounds(1, 10)) {
      const { pid } = await world.running('web')
      const thaw = await freeze(world, world.dataDir)
      // Its next run needs files on the frozen disk.
      sendSignal(pid, 'SIGKILL')
      let slowestMs = 0
      for (let count = 0; count < 20; count++) {
        const tookMs = await world.timed(async () => (await world.agent.ask('/services')).json())
        slowestMs = Math.max(slowestMs, tookMs)
        await sleepMs(100)
      }
      // What waited for the disk would not have been answered at all.
      await thaw()
      assert.ok(
        slowestMs < world.amount(60_000, 500),
        `an answer took ${Math.round(slowestMs)} ms while the disk was frozen`,
      )
      await world.until('web', (after) => after.state === 'running' && after.pid !== pid)
      await world.converged()
    }
    await world.mustStop('talks', 2_000)
    await world.countsAreWhole('talks')
  },
}

const powerCut: Fault = {
  id: 47,
  budgetS: 150,
  title: 'after a power cut the database opens and every answered wish is in it',
  unable: needsLoop,
  async run(world) {
    const image = mountLoop(world, world.dataDir, '96M')
    const names = ['a', 'b', 'c'] as const
    world.configure(...names.map((name) => service(name, 'sleep 1000', 'autostart = false', quickRestart)))
    await world.start()
    for (const round of world.rounds(2, 200)) {
      const wishes = new Map<string, string>()
      for (let count = 0; count < 6; count++) {
        const name = world.random.pick(names)
        const verb = world.random.pick(['start', 'stop'])
        await world.mustAct(name, verb)
        wishes.set(name, verb === 'start' ? 'up' : 'down')
      }
      // A file and a folder of its own each time: a loop device that is let go lazily would show the copy before.
      const copy = join(world.folder, `copy-${round}`)
      // A cut is one moment, a copy takes many: nobody writes meanwhile, or early and late parts would not fit.
      process.kill(world.agentPid, 'SIGSTOP')
      await eventually('the agent stands still', 40_000, () => areStopped(world.agentPid))
      execFileSync('cp', ['--sparse=always', image, copy])
      process.kill(world.agentPid, 'SIGCONT')
      const after = join(world.folder, `after-${round}`)
      await copyOut(world, copy, join(world.folder, `mounted-${round}`), after)
      const desired = desiredIn(after)
      for (const [name, wish] of wishes) assert.equal(desired.get(name), wish, `${name}: lost (I4)`)
    }
  },
}

/** What is on a disk image, as whoever plugs it in finds it: its journal is replayed by the mount. */
async function copyOut(world: World, image: string, mounted: string, folder: string): Promise<void> {
  mkdirSync(mounted)
  const unmount = mount(world, mounted, '-o', 'loop', image)
  execFileSync('cp', ['-r', mounted, folder])
  await unmount()
  rmSync(image)
}

const unkillable: Fault = {
  id: 18,
  title: 'what waits in the kernel is said to be unkillable, is not started twice, and is stopped when it comes back',
  unable: needsLoop,
  async run(world) {
    const frozen = join(world.folder, 'frozen')
    mountLoop(world, frozen, '32M')
    world.configure(
      service('writes', `sh -c "while :; do date > ${frozen}/file; done"`, 'stop {\n timeout = "500ms"\n}'),
    )
    await world.start()
    await world.running('writes')
    const thaw = await freeze(world, frozen)
    const waitsInKernel = (): boolean => world.processes('writes').some(({ pid }) => isWaitingInKernel(pid))
    await eventually('it waits for the disk', 40_000, waitsInKernel)
    await world.mustAct('writes', 'stop')
    await world.until('writes', ({ reason }) => reason.code === 'unkillable')
    await world.act('writes', 'start')
    await sleepMs(300)
    assert.ok(world.processes('writes').length <= 2)
    await thaw()
    await world.until('writes', ({ state, reason }) => state !== 'stopping' && reason.code !== 'unkillable')
    await world.mustStop('writes', 500)
  },
}

export const devices: readonly Fault[] = [slowDisk, powerCut, unkillable]
