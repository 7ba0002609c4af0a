import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { counter, quickRestart, quickStop } from './blocks.ts'
import { eventually, type Fault, program, service, sleepMs } from './harness.ts'

const damagedDatabase: Fault = {
  id: 49,
  title: 'a damaged database is set aside and begun anew, and services are not touched',
  async run(world) {
    world.configure(service('web', 'sleep 1000', quickRestart))
    const file = (suffix: string): string => join(world.dataDir, `hxe.db${suffix}`)
    const cut = (suffix: string) => (): void => {
      if (existsSync(file(suffix)))
        truncateSync(file(suffix), Math.floor(statSync(file(suffix)).size * world.random.next()))
    }
    const damages: readonly (() => void)[] = [
      () => truncateSync(file(''), 0),
      cut(''),
      cut('-wal'),
      cut('-shm'),
      () => rmSync(file('-wal'), { force: true }),
      () => writeFileSync(file(''), 'this is not a database at all'),
      () => rmSync(file('')),
    ]
    await world.start()
    const { pid } = await world.running('web')
    for (const _round of world.rounds(1, 5)) {
      for (const [number, damage] of damages.entries()) {
        await world.kill()
        damage()
        await world.start()
        const after = await world.running('web')
        assert.equal(after.pid, pid, `the service was touched (damage ${number})`)
        await world.converged()
      }
    }
  },
}

const logTaken: Fault = {
  id: 52,
  title: 'a log that is removed, locked away or replaced stops no service, and no link is followed',
  async run(world) {
    world.configure(counter(world, 'talks'))
    await world.start()
    const { pid } = await world.running('talks')
    const folder = join(world.dataDir, 'logs', 'talks')
    const bait = join(world.folder, 'bait')
    mkdirSync(bait)
    /** The agent may make the folder anew in between: tried until this is faster. */
    const inPlace = (make: () => unknown): void => {
      for (let tries = 0; ; tries++) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
        try {
          make()
          return
        } catch (error) {
          if (tries > 50) throw error
        }
      }
    }
    const troubles: readonly (() => void)[] = [
      () => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true })
      },
      () => rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 }),
      () => inPlace(() => symlinkSync(bait, folder)),
      () => inPlace(() => execFileSync('mkfifo', [folder], { stdio: 'ignore' })),
      () => inPlace(() => mkdirSync(folder, 0)),
      () => inPlace(() => writeFileSync(folder, 'a file', { flag: 'wx' })),
      () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
    ]
    for (const trouble of troubles) {
      await eventually('the log is there', 60_000, () => existsSync(folder))
      trouble()
      await sleepMs(world.lastingMs(700, 5_000))
      const after = await world.agent.service('talks')
      assert.deepEqual({ state: after.state, pid: after.pid }, { state: 'running', pid })
    }
    assert.deepEqual(readdirSync(bait), [], 'a link was followed')
    await eventually('the log is written again', 60_000, () => world.logSize('talks') > 0)
    const before = world.logSize('talks')
    await eventually('the log goes on', 60_000, () => world.logSize('talks') > before)
    await world.mustStop('talks', 2_000)
  },
}

const rotationKilled: Fault = {
  id: 53,
  title: 'no line is lost or doubled where the agent is killed while logs rotate',
  async run(world) {
    const logs = 'logs {\n max_size = "100Ki"\n max_files = 10000\n max_age = "9999h"\n}'
    world.configure(service('fast', program('counts.mjs', join(world.notesDir, 'fast'), 1, 200), logs, quickStop))
    for (const _round of world.rounds(4, 40)) {
      await world.start()
      await world.running('fast')
      await sleepMs(world.random.between(1, 700))
      await world.kill()
    }
    await world.start()
    await world.running('fast')
    // Some 30 bytes a line: enough for several files.
    await eventually('it has written for several files', 60_000, () => world.noted('fast') > 20_000)
    await world.mustStop('fast', 2_000)
    await world.countsAreWhole('fast')
    const segments = readdirSync(join(world.dataDir, 'logs', 'fast')).filter((name) => name.endsWith('.log'))
    assert.ok(segments.length > 2, 'it rotated')
  },
}

export const files: readonly Fault[] = [damagedDatabase, logTaken, rotationKilled]
