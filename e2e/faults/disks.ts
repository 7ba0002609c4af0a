import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { counter, quickRestart } from './blocks.ts'
import { eventually, type Fault, lacks, needsRoot, service, sleepMs, type World } from './harness.ts'
import { mount, mountLoop, mountTmpfs, needsLoop } from './mounts.ts'
import { isAlive } from './processes.ts'

/** Takes what is left of a file system, to the byte; answers with how to give it back. */
function fill(folder: string): () => void {
  const file = join(folder, 'filler')
  const fd = openSync(file, 'w')
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
    const bytes = Buffer.alloc(size)
    try {
      while (writeSync(fd, bytes) === size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
  closeSync(fd)
  return () => rmSync(file)
}

/** Services stay, stops are carried out, and when the trouble is over all is as wanted without a person. */
async function endures(world: World, begin: () => () => void, lastsMs: number): Promise<void> {
  world.configure(
    service('stays', 'sleep 1000', quickRestart),
    service('runaway', 'sleep 1000', quickRestart),
    counter(world, 'talks'),
  )
  await world.start()
  const stays = await world.running('stays')
  await world.running('runaway')
  await world.running('talks')
  const stopTrouble = begin()
  try {
    const stopped = await world.act('runaway', 'stop')
    assert.ok(stopped.ok || [503, 507].includes(stopped.status), `stop is answered with ${stopped.status}`)
    await world.until('runaway', ({ state }) => state === 'stopped')
    assert.deepEqual(world.processes('runaway'), [])
    await sleepMs(lastsMs)
    assert.ok((await world.services()).length === 3, 'the services can be read')
    assert.equal((await world.agent.service('stays')).pid, stays.pid)
    assert.ok(isAlive(world.agentPid))
  } finally {
    stopTrouble()
  }
  await eventually('a wish is saved again', 60_000, async () => (await world.act('runaway', 'start')).ok)
  await world.converged()
  assert.equal((await world.running('stays')).pid, stays.pid, 'a service did not outlive a full disk')
  await world.kill()
  await world.start()
  await world.converged()
  assert.equal((await world.running('stays')).pid, stays.pid)
}

const diskFull: Fault = {
  id: 43,
  budgetS: 150,
  title: 'a full disk stops no service, and what waited is saved when there is room',
  unable: needsRoot,
  async run(world) {
    mountTmpfs(world, 'size=24m')
    await endures(world, () => fill(world.dataDir), world.lastingMs(2_000, 300_000))
  },
}

const inodesOut: Fault = {
  id: 44,
  budgetS: 120,
  title: 'a disk without inodes stops no service',
  unable: needsRoot,
  async run(world) {
    mountTmpfs(world, 'size=64m,nr_inodes=120')
    const begin = (): (() => void) => {
      const folder = join(world.dataDir, 'many')
      mkdirSync(folder)
      try {
        for (let at = 0; ; at++) writeFileSync(join(folder, String(at)), '')
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      }
      return () => rmSync(folder, { recursive: true })
    }
    await endures(world, begin, world.lastingMs(2_000, 300_000))
  },
}

/** What is opened from now on is on a read-only mount; what is open already is not. A file system refuses it then. */
async function readOnlyMount(world: World): Promise<void> {
  const lift = mount(world, world.dataDir, '--bind', world.dataDir)
  execFileSync('mount', ['-o', 'remount,bind,ro', world.dataDir])
  await world.act('late', 'start')
  assert.equal((await world.services()).length, 3)
  assert.equal((await world.agent.service('late')).pid, null, 'it runs without an output')
  await lift()
}

/** What Linux does with a file system that it finds broken: for files that are open as well, and for good. */
function breakFileSystem(folder: string): void {
  const device = execFileSync('findmnt', ['-n', '-o', 'SOURCE', folder], { encoding: 'utf8' }).trim()
  writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, 'fault 45')
}

const readOnly: Fault = {
  id: 45,
  title:
    'a disk that turns read-only stops no service, what cannot be saved is refused with the cause, and it recovers',
  unable: () => needsLoop() ?? lacks('e2fsck'),
  async run(world) {
    const image = mountLoop(world, world.dataDir, '64M', 'loop,errors=remount-ro')
    world.configure(
      service('stays', 'sleep 1000', quickRestart),
      service('runaway', 'sleep 1000', quickRestart),
      service('late', 'sleep 1000', quickRestart, 'autostart = false'),
    )
    await world.start()
    const { pid } = await world.running('stays')
    await world.running('runaway')
    await readOnlyMount(world)
    await world.mustAct('late', 'start')
    await world.converged()
    await world.mustStop('late', 10_000)

    breakFileSystem(world.dataDir)
    const answer = await world.act('late', 'start')
    const said = await answer.text()
    assert.ok([503, 507].includes(answer.status), `a start is answered with ${answer.status}: ${said}`)
    const { detail, technical } = JSON.parse(said) as { detail: string; technical?: string }
    assert.match(detail, /cannot be written: the disk that it is on is read-only now/)
    assert.doesNotMatch(detail, /I\/O/)
    assert.match(technical ?? '', /I\/O error|readonly/)
    await world.act('runaway', 'stop')
    await world.until('runaway', ({ state }) => state === 'stopped')
    assert.deepEqual(world.processes('runaway'), [], 'its stop was not carried out')
    assert.equal((await world.services()).length, 3)
    assert.equal((await world.running('stays')).pid, pid)
    await world.kill()
    const repaired = join(world.folder, 'repaired')
    execFileSync('cp', ['--sparse=always', image, repaired])
    // It ends with 1 where it has repaired something.
    spawnSync('e2fsck', ['-f', '-y', repaired], { stdio: 'ignore' })
    mount(world, world.dataDir, '-o', 'loop', repaired)
    await world.start()
    await world.converged()
    assert.equal((await world.running('stays')).pid, pid, 'a service did not outlive a broken disk')
    assert.equal((await world.agent.service('late')).desired, 'down', 'what was refused was saved (I4)')
  },
}

const fullAtSave: Fault = {
  id: 46,
  title: 'a wish that meets a full disk is wholly there or wholly not, at whatever byte it ends',
  unable: needsRoot,
  async run(world) {
    mountTmpfs(world, 'size=24m')
    world.configure(service('wish', 'sleep 1000', 'autostart = false', quickRestart))
    for (const _round of world.rounds(2, 20)) {
      await world.start()
      let wished = (await world.agent.service('wish')).desired
      const free = fill(world.dataDir)
      truncateSync(
        join(world.dataDir, 'filler'),
        Math.max(0, statSync(join(world.dataDir, 'filler')).size - world.random.between(0, 16) * 4096),
      )
      for (const verb of ['start', 'stop', 'start', 'stop', 'start']) {
        const answer = await world.act('wish', verb)
        if (answer.ok) wished = verb === 'start' ? 'up' : 'down'
        // A stop is carried out whether it could be saved or not; a start that could not be saved is not begun.
        else wished = verb === 'start' ? wished : (undefined as never)
      }
      await world.kill()
      free()
      await world.start()
      const { desired } = await world.agent.service('wish')
      if (wished) assert.equal(desired, wished, 'an answered wish is lost (I4)')
      await world.converged()
      await world.stop()
    }
  },
}

export const disks: readonly Fault[] = [diskFull, inodesOut, readOnly, fullAtSave]
