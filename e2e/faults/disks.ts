import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { desiredIn } from './database.ts'
import { eventually, type Fault, lacks, needsRoot, program, service, sleepMs, type World } from './harness.ts'
import { freeze, mount, mountLoop, mountTmpfs, needsLoop } from './mounts.ts'
import { areStopped, isAlive, isWaitingInKernel } from './processes.ts'

const quickRestart = 'restart {\n delay = "100ms"\n factor = 1\n max_retries = 1000\n}'
const quickStop = 'stop {\n timeout = "2s"\n}'

const counter = (world: World, name: string, ...more: readonly string[]): string =>
  service(name, program('counts.mjs', join(world.notesDir, name), 5, 20), quickRestart, quickStop, ...more)

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
      process.kill(pid ?? 0, 'SIGKILL')
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

export const disks: readonly Fault[] = [
  unkillable,
  diskFull,
  inodesOut,
  readOnly,
  fullAtSave,
  powerCut,
  damagedDatabase,
  logTaken,
  rotationKilled,
  slowDisk,
]
