import { spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ProcessIdentity, SpawnError } from './platform.ts'
import { Bench, fixture, until } from './testing.ts'

const isRoot = process.getuid?.() === 0

describe.each([undefined, 'fallback'] as const)('a platform (%s)', (force) => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench(force)
  })
  afterEach(() => bench.close())

  describe('starting', () => {
    it('tells how a process ended', async () => {
      const code = bench.spawn(['sh', '-c', 'exit 7'])
      const killed = bench.spawn(['sleep', '300'])
      bench.platform.signal(killed.identity, 'SIGTERM')
      expect(await bench.exitOf(code)).toMatchObject({ code: 7, signal: null, statusKnown: true })
      expect(await bench.exitOf(killed)).toMatchObject({ code: null, signal: 'SIGTERM', statusKnown: true })
    })

    it('gives a clean start: no descriptors, no signals ignored, a session of its own', async () => {
      await bench.exitOf(bench.spawn([fixture('own-state.sh')]))
      // ls has its own descriptor 3 of the listing.
      expect(bench.out).toContain('descriptors: 0 1 2 3 \n')
      expect(bench.out).toMatch(/SigBlk:\s0{16}/)
      // glibc's posix_spawn leaves its two internal signals (32, 33) ignored; a program never sees them.
      expect(bench.out).toMatch(/SigIgn:\s0000000[01][08]0000000/)
      expect(bench.out).toMatch(/session: +(\d+) +\1\n/)
      expect(bench.out).toContain(`directory: ${bench.folder}`)
    })

    it('hands on the environment whole and nothing else', async () => {
      const env = { HXE_INSTANCE: bench.cookie, PATH: '/usr/bin:/bin', 'odd.name': '1', QUOTE: `a'b"c$d\ne` }
      for (const more of [{}, { umask: 0o22 }]) {
        await bench.exitOf(bench.spawn(['env', '-0'], { env, ...more }))
        const seen = bench.out.split('\0').filter((each) => each && !/^(_|SHLVL)=/.test(each))
        expect(seen.sort()).toEqual(
          Object.entries(env)
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        )
        writeFileSync(bench.outPath, '')
      }
    })

    it('sets umask, niceness and open files on the way', async () => {
      await bench.exitOf(bench.spawn([fixture('own-state.sh')], { umask: 0o27, nice: 5, limits: { nofile: 123 } }))
      expect(bench.out).toContain('nice: 5')
      expect(bench.out).toContain('umask: 0027')
      expect(bench.out).toContain('open files: 123')
    })

    it.runIf(process.getuid?.() === 0)(
      'gives a service the niceness that it asks for, whatever its own is',
      async () => {
        const own = getPriority()
        try {
          for (const [agent, asked, had] of [
            [10, 5, 5],
            [-10, 5, 5],
            [10, 10, 10],
            [-10, -10, -10],
            [-10, undefined, 0],
          ] as const) {
            setPriority(agent)
            writeFileSync(bench.outPath, '')
            await bench.exitOf(bench.spawn(['nice'], asked === undefined ? {} : { nice: asked }))
            expect(bench.out).toBe(`${had}\n`)
          }
        } finally {
          setPriority(own)
        }
      },
    )

    it('passes words of any kind literally, through the prefix too', async () => {
      const words = ['$(touch /tmp/never)', '; exit 3', `it's "so"`, '`id`', '\\', 'ä\n', '']
      for (const more of [{}, { umask: 0o22 }]) {
        await bench.exitOf(bench.spawn(['printf', '%s|', ...words], more))
        expect(bench.out).toBe(`${words.join('|')}|`)
        writeFileSync(bench.outPath, '')
      }
    })

    it.runIf(isRoot)('changes the user with its groups', async () => {
      await bench.exitOf(bench.spawn(['id', '-un'], { user: 'nobody', cwd: '/' }))
      expect(bench.out).toBe('nobody\n')
    })

    it('runs a script without an interpreter line through sh', async () => {
      const script = join(bench.folder, 'plain')
      writeFileSync(script, 'echo "from $0 $1"')
      chmodSync(script, 0o755)
      await bench.exitOf(bench.spawn([script, 'x']))
      expect(bench.out).toBe(`from ${script} x\n`)
    })

    it("finds a program by the child's own PATH, relative to its directory", async () => {
      mkdirSync(join(bench.folder, 'tools'))
      writeFileSync(join(bench.folder, 'tools', 'hello'), '#!/bin/sh\necho hello')
      chmodSync(join(bench.folder, 'tools', 'hello'), 0o755)
      await bench.exitOf(bench.spawn(['hello'], { env: { PATH: 'tools' } }))
      expect(bench.out).toBe('hello\n')
    })

    it('writes the status of a task down, and signals the program behind the wrapper', async () => {
      const statusFile = join(bench.folder, 'status')
      await bench.exitOf(bench.spawn(['sh', '-c', 'exit 9'], { statusFile }))
      expect(readFileSync(statusFile, 'utf8')).toBe('9\n')

      const task = bench.spawn(['sh', '-c', 'trap "exit 4" TERM; echo up; while :; do sleep 0.01; done'], {
        statusFile,
      })
      await until(() => bench.out.includes('up'))
      expect(bench.platform.signal(task.identity, 'SIGTERM')).toBe('sent')
      expect(await bench.exitOf(task)).toMatchObject({ code: 4 })
      expect(readFileSync(statusFile, 'utf8')).toBe('4\n')
    })

    it('keeps every line of a program that writes through the relay', async () => {
      const errorPath = join(bench.folder, 'errors')
      const stderrFd = openSync(errorPath, 'a')
      const program = bench.spawn(['sh', '-c', 'seq 1 20000; echo last > /dev/stderr'], { relay: true, stderrFd })
      closeSync(stderrFd)
      await bench.exitOf(program)
      await until(async () => (await bench.members(program.identity)).length === 0)
      expect(bench.out).toBe(Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join(''))
      expect(readFileSync(errorPath, 'utf8')).toBe('last\n')
    })

    it("takes no exit from node's own children, nor loses one of ours", async () => {
      const theirs = Array.from({ length: 200 }, (_, index) => {
        const child = spawn('sh', ['-c', `exit ${index}`], { stdio: 'ignore' })
        return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
      })
      const ours = Array.from({ length: 200 }, (_, index) => bench.spawn(['sh', '-c', `exit ${index}`]))
      expect(await Promise.all(theirs)).toEqual(Array.from({ length: 200 }, (_, index) => index))
      const codes = await Promise.all(ours.map(async (each) => (await bench.exitOf(each)).code))
      expect(codes).toEqual(Array.from({ length: 200 }, (_, index) => index))
    })
  })

  describe('refusing a start', () => {
    const refusal = (argv: readonly string[], more = {}): SpawnError => {
      try {
        bench.spawn(argv, more)
      } catch (error) {
        if (error instanceof SpawnError) return error
        throw error
      }
      throw new Error('it started')
    }
    const file = (name: string, content: string | Buffer, mode: number): string => {
      const path = join(bench.folder, name)
      writeFileSync(path, content)
      chmodSync(path, mode)
      return path
    }

    it.each([
      ['a command that is not there', () => refusal(['nodee']), { code: 'ENOENT', what: 'program', subject: 'nodee' }],
      ['a path with nothing at it', () => refusal(['./no']), { code: 'ENOENT', what: 'program' }],
      [
        'a directory that is not there',
        () => refusal(['ls'], { cwd: '/nope' }),
        { code: 'ENOENT', what: 'directory', subject: '/nope' },
      ],
      [
        'a directory that is a file',
        () => refusal(['ls'], { cwd: '/etc/passwd' }),
        { code: 'ENOTDIR', what: 'directory' },
      ],
      [
        'an interpreter that is not there',
        () => refusal([file('a', '#!/no/such -x\n', 0o755)]),
        { code: 'ENOENT', what: 'interpreter', subject: '/no/such' },
      ],
      [
        'an interpreter line with a DOS end',
        () => refusal([file('a', '#!/bin/sh\r\n', 0o755)]),
        { code: 'ENOENT', what: 'interpreter' },
      ],
      ['a file that is not executable', () => refusal([file('a', 'x', 0o644)]), { code: 'EACCES', what: 'permission' }],
      ['a directory as the program', () => refusal(['/tmp']), { code: 'EACCES', what: 'permission', subject: '/tmp' }],
      [
        'a program of another machine',
        () =>
          refusal([file('a', Buffer.from('7f454c46020101000000000000000000020008000100000000000000', 'hex'), 0o755)]),
        { code: 'ENOEXEC', what: 'format' },
      ],
      [
        'an argument that is too long',
        () => refusal(['ls', 'x'.repeat(131_072)]),
        { code: 'E2BIG', what: 'arguments', subject: 'argument 1' },
      ],
      [
        'a variable that is too long',
        () => refusal(['ls'], { env: { BIG: 'x'.repeat(131_072) } }),
        { code: 'E2BIG', what: 'arguments', subject: 'BIG' },
      ],
      [
        'a user that is not there',
        () => refusal(['ls'], { user: 'nobody-like-that' }),
        { what: 'user', subject: 'nobody-like-that' },
      ],
      [
        'a group that is not there',
        () => refusal(['ls'], { group: 'no-such-group' }),
        { what: 'group', subject: 'no-such-group' },
      ],
      [
        'a NUL in an argument',
        () => refusal(['ls', 'a\0b']),
        { code: 'EINVAL', what: 'arguments', subject: 'argument 1' },
      ],
      ['a variable without a fit name', () => refusal(['ls'], { env: { 'A=B': 'x' } }), { what: 'arguments' }],
      ['an empty command', () => refusal([]), { what: 'program' }],
    ] as const)('names %s', (_name, attempt, expected) => {
      expect(attempt()).toMatchObject(expected)
    })

    // Node's own spawn hands such a file to sh, which then ends with 126.
    it.skipIf(force)('names bytes that are no program', () => {
      const path = file('a', Buffer.from([1, 0, 2, 0]), 0o755)
      expect(refusal([path])).toMatchObject({ code: 'ENOEXEC', what: 'format', subject: path })
    })

    it('names what is wrong behind a prefix as precisely', () => {
      expect(refusal(['nodee'], { umask: 0o22 })).toMatchObject({ code: 'ENOENT', what: 'program' })
      expect(refusal(['ls'], { cwd: '/nope', nice: 3 })).toMatchObject({ what: 'directory' })
    })

    it('names the largest variable when all together are too much', () => {
      const env = Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [`V${index}`, 'x'.repeat(100_000 + index)]),
      )
      expect(refusal(['ls'], { env })).toMatchObject({ code: 'E2BIG', what: 'arguments', subject: 'V39' })
      expect(refusal(['ls'], { env, umask: 0o22 })).toMatchObject({ code: 'E2BIG', subject: 'V39' })
    })

    it('leaves nothing behind that would be told as an exit', async () => {
      refusal(['nodee'])
      const good = bench.spawn(['true'])
      await bench.exitOf(good)
      expect([...bench.exits.keys()]).toEqual([good.identity.pid])
    })
  })

  describe('belonging', () => {
    it('finds a daemon that forked twice into a session of its own', async () => {
      const leader = bench.spawn([fixture('daemonize.sh')])
      const names = await until(async () => {
        const found = (await bench.members(leader.identity)).map((row) => row.name)
        return found.length === 3 && found.every((name) => name === 'sleep') && found
      })
      expect(names).toEqual(['sleep', 'sleep', 'sleep'])
    })

    it('still finds what is left when the leader has gone, and signals its group', async () => {
      const leader = bench.spawn([fixture('leave-grandchild.sh')])
      await bench.exitOf(leader)
      const left = await until(async () => (await bench.members(leader.identity)).find((row) => row.name === 'sleep'))
      expect(bench.platform.check(leader.identity)).toBe('stranger')
      expect(bench.platform.signalGroup(leader.identity, 'SIGKILL')).toBe('sent')
      await until(async () => (await bench.members(leader.identity)).length === 0)
      expect(bench.platform.identityOf(left.pid)).toBeUndefined()
    })

    it('counts no zombie and no stranger', async () => {
      const leader = bench.spawn(['sh', '-c', 'sleep 0 & exec sleep 300'])
      const row = await until(async () => {
        const rows = await bench.members(leader.identity)
        return rows.length === 1 && rows[0]?.name === 'sleep' && rows[0]
      })
      expect(row.pid).toBe(leader.identity.pid)
    })

    it('finds by cookie what nobody remembers', async () => {
      const leader = bench.spawn(['sleep', '300'])
      const found = await bench.platform.findByCookie(bench.cookie.slice(0, -2))
      expect(found.map((row) => [row.pid, row.cookie])).toEqual([[leader.identity.pid, bench.cookie]])
      expect((await bench.members()).map((row) => row.pid)).toEqual([leader.identity.pid])
    })

    it.runIf(process.platform === 'linux')(
      'finds by what it writes to a process that shows no cookie, and nobody who only reads',
      async () => {
        const leader = bench.spawn(['env', '-i', 'sleep', '300'])
        const reader = bench.spawn(['sh', '-c', `exec env -i sleep 300 <"${bench.outPath}" >/dev/null 2>&1`])
        const marked = bench.spawn(['sleep', '300'])
        try {
          const asked = [bench.outPath, join(bench.folder, 'missing'), join(bench.folder, 'missing', 'too')]
          const found = await bench.platform.writersOf(asked, new Set([marked.identity.pid]))
          expect([...found].map(([path, rows]) => [path, rows.map(({ pid }) => pid)])).toEqual([
            [bench.outPath, [leader.identity.pid]],
          ])
        } finally {
          for (const { identity } of [leader, reader, marked]) bench.platform.signal(identity, 'SIGKILL')
        }
      },
    )

    it('keeps processes of another cookie out, descendants too', async () => {
      const leader = bench.spawn(['sh', '-c', 'HXE_INSTANCE=other:1 setsid sleep 300 & exec sleep 301'])
      await until(async () => (await bench.platform.findByCookie('other:1')).length === 1)
      expect((await bench.members(leader.identity)).map((row) => row.pid)).toEqual([leader.identity.pid])
      const [other] = await bench.platform.findByCookie('other:1')
      if (other)
        bench.platform.signal({ bootId: bench.platform.bootId, pid: other.pid, startTime: other.startTime }, 'SIGKILL')
    })

    it('counts a child that threw its environment away', async () => {
      const leader = bench.spawn(['sh', '-c', 'env -i setsid sleep 300 & exec sleep 301'])
      await until(async () => (await bench.members(leader.identity)).filter((row) => row.name === 'sleep').length === 2)
      const [child] = (await bench.members(leader.identity)).filter((row) => row.pid !== leader.identity.pid)
      if (child)
        bench.platform.signal({ bootId: bench.platform.bootId, pid: child.pid, startTime: child.startTime }, 'SIGKILL')
      await until(async () => (await bench.members(leader.identity)).length === 1)
    })
  })

  describe('signals', () => {
    it('reaches the whole group', async () => {
      const leader = bench.spawn(['sh', '-c', 'sleep 300 & sleep 301 & sleep 302; true'])
      await until(async () => (await bench.members(leader.identity)).length === 4)
      expect(bench.platform.signalGroup(leader.identity, 'SIGTERM')).toBe('sent')
      await until(async () => (await bench.members(leader.identity)).length === 0)
    })

    it('reaches the group of a leader that has ended and waits to be reaped', async () => {
      const leader = bench.spawn(['sh', '-c', 'sleep 300 & sleep 301; true'])
      await until(async () => (await bench.members(leader.identity)).some((row) => row.name === 'sleep'))
      bench.platform.signal(leader.identity, 'SIGKILL')
      // Nothing is reaped before the loop goes on.
      while (!/^State:\sZ/m.test(readFileSync(`/proc/${leader.identity.pid}/status`, 'utf8')));
      expect(bench.platform.signalGroup(leader.identity, 'SIGTERM')).toBe('sent')
      await until(async () => (await bench.members(leader.identity)).length === 0)
    })

    it('ends what ignores SIGTERM, and what is stopped', async () => {
      const stubborn = bench.spawn([fixture('stubborn.sh')])
      await until(() => bench.out.includes('ready'))
      bench.platform.signalGroup(stubborn.identity, 'SIGTERM')
      bench.platform.signal(stubborn.identity, 'SIGSTOP')
      await until(async () => (await bench.members(stubborn.identity)).some((row) => row.state === 'T'))
      bench.platform.signalGroup(stubborn.identity, 'SIGKILL')
      expect(await bench.exitOf(stubborn)).toMatchObject({ signal: 'SIGKILL' })
    })

    it('answers that a process is gone, and refuses a name that is no signal', async () => {
      const process_ = bench.spawn(['true'])
      await bench.exitOf(process_)
      expect(bench.platform.signal(process_.identity, 'SIGTERM')).toBe('gone')
      expect(bench.platform.signalGroup(process_.identity, 'SIGTERM')).toBe('gone')
      expect(() => bench.platform.signal(process_.identity, 'SIGNOPE')).toThrow(/not a signal/)
    })

    it('spares a process whose start time or boot is another', async () => {
      const { identity } = bench.spawn(['sleep', '300'])
      const forged: ProcessIdentity[] = [
        { ...identity, startTime: String(Number(identity.startTime) - 1) },
        { ...identity, bootId: 'an-earlier-boot' },
      ]
      for (const stranger of forged) {
        expect(bench.platform.check(stranger)).toBe('stranger')
        expect(bench.platform.signal(stranger, 'SIGKILL')).toBe('gone')
        expect(bench.platform.signalGroup(stranger, 'SIGKILL')).toBe('gone')
        expect(bench.platform.adopt(stranger)).toBe(false)
        expect(await bench.members(stranger, 'nobody')).toEqual([])
      }
      expect(bench.platform.check(identity)).toBe('match')
    })

    it("never signals the group of pid 1, which would be everybody's", () => {
      const first = bench.platform.identityOf(1) ?? { bootId: bench.platform.bootId, pid: 1, startTime: '0' }
      // The harmless signal, should this ever fail.
      expect(bench.platform.signalGroup(first, 'SIGCONT')).toBe('denied')
    })

    it.runIf(isRoot)('spares a stranger who has the pid of a dead service', async () => {
      const through = ['unshare', '--pid', '--fork', '--mount-proc']
      const { line } = await bench.helper('reuse-pid.ts', [force ?? ''], through)
      expect(line).toEqual({
        reused: true,
        check: 'stranger',
        adopted: false,
        signal: 'gone',
        group: 'gone',
        members: 0,
        alive: true,
      })
    })
  })

  describe('adoption', () => {
    it('sees the end of a service whose agent was killed', async () => {
      const { line, process: agent } = await bench.helper('spawn-and-wait.ts', [
        force ?? '',
        bench.cookie,
        'sleep',
        '300',
      ])
      const identity = line as ProcessIdentity
      agent.kill('SIGKILL')
      await until(() => agent.signalCode !== null)
      expect(bench.platform.check(identity)).toBe('match')
      expect(bench.platform.adopt(identity)).toBe(true)
      expect((await bench.members(identity)).map((row) => row.pid)).toEqual([identity.pid])
      expect(bench.platform.signal(identity, 'SIGTERM')).toBe('sent')
      expect(await bench.exitOf(identity)).toMatchObject({ code: null, signal: null, statusKnown: false })
      expect(bench.platform.adopt(identity)).toBe(false)
    })
  })

  describe.runIf(isRoot)('shortage', () => {
    it('of descriptors is told as that, and passes', async () => {
      const { line } = await bench.helper('run-short.ts', [force ?? '', 'descriptors'])
      expect(line).toEqual({ refused: { code: 'EMFILE', what: 'resources', retryable: true }, after: 0 })
    })

    it.runIf(existsSync('/sys/fs/cgroup/pids/cgroup.procs'))('of processes is told as that, and passes', async () => {
      const { line } = await bench.helper('run-short.ts', [force ?? '', 'processes'])
      expect(line).toEqual({ refused: { code: 'EAGAIN', what: 'resources', retryable: true }, after: 0 })
    })
  })

  describe('figures', () => {
    it("sums a tree's time and memory, with children that came later and ones that ended", async () => {
      const busy = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'
      const leader = bench.spawn(['sh', '-c', `sh -c '${busy}'; echo done; exec sleep 300`])
      const wanted = [{ instance: 'web', cookie: bench.cookie, leader: leader.identity }]
      let last = 0
      await until(async () => {
        const tree = (await bench.platform.usage(wanted)).get('web')
        expect(tree?.cpuTimeMs).toBeGreaterThanOrEqual(last)
        last = tree?.cpuTimeMs ?? 0
        return bench.out.includes('done')
      })
      // In the middle of its exec a process has no memory.
      const tree = await until(async () => {
        const seen = (await bench.platform.usage(wanted)).get('web')
        return seen && seen.memoryBytes > 100_000 && seen
      })
      expect(tree?.cpuTimeMs).toBeGreaterThan(0)
      expect(tree?.pids).toEqual([leader.identity.pid])
    })

    it.runIf(isRoot)('counts a child that has taken over the pid of a stranger seen before', async () => {
      const through = ['unshare', '--pid', '--fork', '--mount-proc']
      const { line } = await bench.helper('reuse-pid-in-tree.ts', [force ?? ''], through)
      expect(line).toEqual({ isCounted: true })
    })

    it('describes processes for a list', async () => {
      const before = Date.now()
      const { identity } = bench.spawn(['sleep', '300'])
      // In the middle of its exec a process has its name already, and no words yet.
      const detail = await until(async () => {
        const [first] = await bench.platform.describeProcesses([identity.pid, 2 ** 22 + 1])
        return first?.name === 'sleep' && first.command.endsWith('sleep 300') && first
      })
      const after = Date.now()
      expect(detail).toMatchObject({
        pid: identity.pid,
        command: expect.stringMatching(/sleep 300$/),
        name: 'sleep',
        threads: 1,
        cookie: bench.cookie,
      })
      // It is told by when the machine was booted, which is known as well as the clock and that of the kernel, whose
      // ticks take 10 ms, were read in one moment.
      const withinMs = after - before + 20
      expect(detail?.startedAtMs).toBeGreaterThanOrEqual(before - withinMs)
      expect(detail?.startedAtMs).toBeLessThanOrEqual(after + withinMs)
    })

    it('names who listens on a port', async () => {
      const server = bench.spawn(['node', fixture('listen.mjs')])
      const port = await until(() => Number(bench.out) || undefined)
      expect(await bench.platform.portHolder(port)).toMatchObject({
        pid: server.identity.pid,
        name: 'node',
        cookie: bench.cookie,
      })
      bench.platform.signal(server.identity, 'SIGKILL')
      await bench.exitOf(server)
      expect(await bench.platform.portHolder(port)).toBeUndefined()
    })

    it('measures the machine', async () => {
      const host = await bench.platform.hostSample()
      // By the clock that never jumps: rates are made of it.
      expect(host.atMs).toBeLessThanOrEqual(performance.now())
      expect(host.memoryTotalBytes).toBeGreaterThan(host.memoryAvailableBytes)
      expect(host.cpuTotalMs).toBeGreaterThan(host.cpuBusyMs)
      expect(host.network.map((each) => each.name)).toContain('lo')
      for (const disk of await bench.platform.disks()) expect(disk.totalBytes).toBeGreaterThan(0)
    })
  })

  describe('the lock', () => {
    it.each(['native', 'fallback'])('is refused while another process holds it (%s)', async (other) => {
      const path = join(bench.folder, 'lock')
      const { process: holder } = await bench.helper('hold-lock.ts', [other, path])
      expect(bench.platform.lockFile(path)).toEqual({ heldBy: holder.pid })
      holder.kill('SIGKILL')
      const lock = await until(() => {
        const answer = bench.platform.lockFile(path)
        return 'release' in answer && answer
      })
      expect(bench.platform.lockFile(path)).toEqual({ heldBy: process.pid })
      lock.release()
    })

    it('is not inherited by a service', async () => {
      const path = join(bench.folder, 'lock')
      const lock = bench.platform.lockFile(path)
      bench.spawn(['sleep', '300'])
      if ('release' in lock) lock.release()
      const again = bench.platform.lockFile(path)
      expect(again).toHaveProperty('release')
      if ('release' in again) again.release()
    })
  })
})
