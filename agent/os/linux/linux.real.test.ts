import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmdirSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Bench, fixture, until } from '../testing.ts'
import { Cgroups } from './cgroups.ts'
import { isRow, readStat } from './proc.ts'
import { openSpaceFreer } from './space.ts'

const isRoot = process.getuid?.() === 0

let bench: Bench
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.close())

describe('what the agent inherits', () => {
  it('reaps daemons that end as children of the agent', async () => {
    bench.spawn([fixture('daemonize.sh')])
    const daemons = await until(async () => {
      const rows = await bench.members()
      return rows.length === 3 && rows
    })
    for (const { pid, startTime } of daemons) {
      bench.platform.signal({ bootId: bench.platform.bootId, pid, startTime }, 'SIGKILL')
    }
    await until(() => daemons.every(({ pid }) => readStat(pid) === 'gone'))
    expect(bench.exits.size).toBe(1)
  })

  it("leaves node's own zombies to node, in a session of their own too", async () => {
    const children = Array.from({ length: 20 }, () => spawn('false', { detached: true, stdio: 'ignore' }))
    const codes = await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))))
    expect(codes).toEqual(Array.from({ length: 20 }, () => 1))
    const left = children.map(({ pid = 0 }) => readStat(pid))
    expect(left.filter((stat) => isRow(stat) && stat.parentPid === process.pid)).toEqual([])
  })
})

describe('a run that has ended', () => {
  it('is seen at once to have left nothing', async () => {
    bench.spawn(['sleep', '300'])
    const { identity } = bench.spawn(['true'])
    await until(() => bench.exits.get(identity.pid))
    await until(() => bench.platform.leftNothing('web'))
  })

  it('is not said to have left nothing while a daemon of it lives', async () => {
    const { identity } = bench.spawn([fixture('daemonize.sh')])
    await until(async () => (await bench.members()).length === 3)
    bench.platform.signal(identity, 'SIGKILL')
    await until(() => bench.exits.get(identity.pid))
    expect(bench.platform.leftNothing('web')).toBe(false)
  })
})

describe('adoption', () => {
  it.each(['exit', 'throw', 'close'])('does not hold up an agent that ends by %s', async (how) => {
    const { identity } = bench.spawn(['sleep', '300'])
    const { process: agent } = await bench.helper('adopt-and-end.ts', [String(identity.pid), how])
    await until(() => agent.exitCode !== null)
    expect(bench.platform.check(identity)).toBe('match')
  })

  it('watches many adopted processes and tells each end once', async () => {
    const { line, process: agent } = await bench.helper('spawn-and-wait.ts', [
      '',
      bench.cookie,
      'sh',
      '-c',
      'for i in $(seq 100); do setsid sleep 300 & done; exec sleep 300',
    ])
    expect(line).toHaveProperty('pid')
    agent.kill('SIGKILL')
    const sleepers = await until(async () => {
      const found = (await bench.platform.findByCookie(bench.cookie)).filter((row) => row.name === 'sleep')
      return found.length === 101 && found
    })
    for (const { pid, startTime } of sleepers) {
      const identity = { bootId: bench.platform.bootId, pid, startTime }
      expect(bench.platform.adopt(identity)).toBe(true)
      expect(bench.platform.adopt(identity)).toBe(true)
    }
    for (const { pid, startTime } of sleepers) {
      bench.platform.signal({ bootId: bench.platform.bootId, pid, startTime }, 'SIGKILL')
    }
    await until(() => bench.exits.size === sleepers.length)
  })
})

describe.runIf(isRoot && existsSync('/sys/fs/cgroup/memory/cgroup.procs'))('control groups (v1)', () => {
  const limits = { memoryBytes: 64 * 1024 * 1024, cpuCores: 0.5, pids: 20 }
  const folderOf = (controller: string): string => {
    const line = readFileSync('/proc/self/cgroup', 'latin1')
      .split('\n')
      .find((each) => each.includes(`:${controller}:`))
    return join('/sys/fs/cgroup', controller, line?.split(':')[2] ?? '', 'hxe', `test-${process.pid}`, 'web')
  }
  const read = (controller: string, file: string): string =>
    readFileSync(join(folderOf(controller), file), 'latin1').trim()

  afterEach(async () => {
    await until(() => {
      bench.platform.killCgroup('web')
      bench.platform.removeCgroup('web')
      return !existsSync(folderOf('memory'))
    })
  })

  it('hold the program from its first instruction, with the limits set', async () => {
    const { identity, notes } = bench.spawn(['sh', '-c', 'cat /proc/self/cgroup; exec sleep 300'], { limits })
    expect(notes).toEqual([])
    await until(() => bench.out.includes('pids'))
    expect(bench.out).toContain(`hxe/test-${process.pid}/web`)
    expect(read('memory', 'memory.limit_in_bytes')).toBe(String(limits.memoryBytes))
    expect(read('cpu', 'cpu.cfs_quota_us')).toBe('50000')
    expect(read('pids', 'pids.max')).toBe('20')
    await until(() => read('memory', 'cgroup.procs') === String(identity.pid))
    expect(bench.platform.oomKilled('web')).toBe(false)
  })

  it('are not used for a service without limits', async () => {
    bench.spawn(['sleep', '300'], { limits: { nofile: 100 } })
    expect(existsSync(folderOf('memory'))).toBe(false)
  })

  it('tell that memory ran out, once', async () => {
    const hog = bench.spawn([process.execPath, fixture('grow-memory.mjs')], {
      limits: { memoryBytes: limits.memoryBytes },
    })
    expect(await bench.exitOf(hog)).toMatchObject({ signal: 'SIGKILL' })
    expect(bench.platform.oomKilled('web')).toBe(true)
    expect(bench.platform.oomKilled('web')).toBe(false)
  })

  it('keep a fork bomb small, and end it whole', async () => {
    const bomb = bench.spawn(['sh', '-c', 'f() { f | f & }; f; sleep 300'], { limits: { pids: 20 } })
    // How many there are changes all the time, for one that cannot fork ends; that the limit was met is counted.
    await until(() => read('pids', 'pids.events') !== 'max 0')
    expect((await bench.members(bomb.identity)).length).toBeLessThanOrEqual(20)
    await until(async () => {
      bench.platform.killCgroup('web')
      return (await bench.members(bomb.identity)).length === 0
    })
  })

  it('know a member that left session and environment behind', async () => {
    bench.spawn(['sh', '-c', '(env -i setsid sleep 300 &); exec sleep 301'], { limits })
    await until(async () => (await bench.members()).filter((row) => row.name === 'sleep').length === 2)
  })

  it('of an earlier agent are found again', async () => {
    const { identity } = bench.spawn(['sleep', '300'], { limits })
    await until(() => read('memory', 'cgroup.procs') !== '')
    const again = new Cgroups(`test-${process.pid}`, () => undefined)
    expect([...(again.membersOf('web') ?? [])]).toEqual([identity.pid])
    expect(again.membersOf('other')).toBeUndefined()
    again.remove('web')
    expect(again.membersOf('web')?.size).toBe(1)
  })
})

describe.runIf(isRoot && existsSync('/sys/fs/cgroup/unified/cgroup.procs'))('control groups (v2)', () => {
  it('are ended by the kernel at once', async () => {
    const folder = `/sys/fs/cgroup/unified/hxe-test-${process.pid}`
    mkdirSync(folder)
    const groups = new Cgroups('unused', () => expect.unreachable('cgroup.kill does it'), [
      { version: 'v2', base: '/sys/fs/cgroup/unified', folder, limits: [], leaf: false },
    ])
    const share = groups.prepare('web', { pids: 5 })
    expect(share).toMatchObject({ pids: false, join: [join(folder, 'web', 'cgroup.procs')] })
    const { identity } = bench.spawn(['sleep', '300'])
    const fd = openSync(share.join[0] ?? '', 'w')
    writeSync(fd, String(identity.pid))
    closeSync(fd)
    groups.kill('web')
    expect(await bench.exitOf(identity)).toMatchObject({ signal: 'SIGKILL' })
    groups.remove('web')
    expect(groups.membersOf('web')).toBeUndefined()
    expect(existsSync(join(folder, 'web'))).toBe(false)
    rmdirSync(folder)
  })
})

describe('a hole', () => {
  it('frees what was read and leaves the rest where it is', () => {
    const fd = openSync(bench.outPath, 'w+')
    writeSync(fd, Buffer.alloc(1024 * 1024, 'x'))
    writeSync(fd, 'the rest')
    const before = statSync(bench.outPath)
    expect(openSpaceFreer()?.punch(fd, 1024 * 1024)).toBe(true)
    const after = statSync(bench.outPath)
    expect(after.size).toBe(before.size)
    expect(after.blocks * 512).toBeLessThan(64 * 1024)
    const rest = Buffer.alloc(8)
    readSync(fd, rest, 0, 8, 1024 * 1024)
    expect(rest.toString()).toBe('the rest')
    closeSync(fd)
  })
})
