import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  eventually,
  type Fault,
  lacks,
  needsRoot,
  program,
  sendSignal,
  service,
  sleepMs,
  type World,
} from './harness.ts'
import { cpuMs, fdCount, isAlive, peakBytes, rssBytes } from './processes.ts'

const stopWithin = (ms: number): string => `stop {\n timeout = "${ms}ms"\n}`
const never = 'restart {\n policy = "never"\n}'

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

/** I6: what the agent needs beyond its idle self while a service writes. */
async function withinMemory(world: World, work: () => Promise<void>): Promise<void> {
  const idle = rssBytes(world.agentPid)
  const fds = fdCount(world.agentPid)
  writeFileSync(`/proc/${world.agentPid}/clear_refs`, '5')
  await work()
  const grew = peakBytes(world.agentPid) - idle
  assert.ok(grew <= 64 * 2 ** 20, `the agent grew by ${Math.round(grew / 2 ** 20)} MiB (I6)`)
  const back = (): boolean => Math.abs(fdCount(world.agentPid) - fds) <= 5
  await eventually(
    'open files are as many as before (I6)',
    60_000,
    back,
    () => `${fds} then ${fdCount(world.agentPid)}`,
  )
}

const logs = (maxSize: string): string => `logs {\n max_size = "${maxSize}"\n}`

const longLine: Fault = {
  id: 23,
  budgetS: 90,
  title: 'a line without an end is taken in pieces and kept whole',
  unable: needsRoot,
  async run(world) {
    const mib = world.amount(16, 2_048)
    world.configure(
      service('idle', 'sleep 1000'),
      service(
        'line',
        `sh -c "head -c ${mib}M /dev/zero | tr '\\\\0' x; echo; sleep 1000"`,
        'autostart = false',
        logs('8Gi'),
      ),
    )
    await world.start()
    await world.running('idle')
    await sleepMs(1_500)
    await withinMemory(world, async () => {
      await world.mustAct('line', 'start')
      const whole = mib * 2 ** 20 + 1
      await eventually('all of the line is kept', world.amount(60_000, 300_000), () => world.logSize('line') >= whole)
      assert.equal(world.logSize('line'), whole)
      const answer = await world.agent.ask('/services/line/logs?limit=5')
      const body = (await answer.json()) as { items?: { truncated?: boolean }[] }
      assert.equal((body.items ?? (body as unknown as { truncated?: boolean }[]))[0]?.truncated, true)
      await world.mustStop('line', 10_000)
    })
  },
}

const flood: Fault = {
  id: 24,
  budgetS: 90,
  title: 'a flood of lines is kept whole while the agent answers and stays small',
  unable: needsRoot,
  async run(world) {
    const lines = world.amount(300_000, 6_000_000)
    world.configure(
      service('idle', 'sleep 1000'),
      service(
        'flood',
        program('counts.mjs', join(world.notesDir, 'flood'), 0, 5_000, lines),
        'autostart = false',
        logs('8Gi'),
      ),
    )
    await world.start()
    await world.running('idle')
    await sleepMs(1_500)
    await withinMemory(world, async () => {
      await world.mustAct('flood', 'start')
      const answers: number[] = []
      const done = (): boolean => world.noted('flood') >= lines
      await eventually('all is written', 120_000, async () => {
        answers.push(await world.timed(async () => (await world.agent.ask('/services/flood')).json()))
        return done()
      })
      const p99 = answers.sort((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? 0
      assert.ok(p99 < world.amount(60_000, 250), `an answer took ${Math.round(p99)} ms`)
      await world.mustStop('flood', 10_000)
    })
    await world.countsAreWhole('flood')
  },
}

const oddBytes: Fault = {
  id: 25,
  title: 'bytes of every kind come back as they were written',
  async run(world) {
    const file = join(world.folder, 'bytes')
    const special = [
      '\x1b[31mred\x1b[0m\n',
      '\x1b]8;;http://x\x07link\x1b]8;;\x07\n',
      '\u202eabc\u2066\n',
      '{"a":\n',
      '\r\n\n\0\n',
    ]
    const noise = Buffer.from(
      Array.from({ length: world.amount(200_000, 5_000_000) }, () => world.random.between(0, 255)),
    )
    const bytes = Buffer.concat([Buffer.from(special.join('')), Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]), noise])
    writeFileSync(file, bytes)
    world.configure(service('odd', program('odd-bytes.mjs', file), never))
    await world.start()
    await world.running('odd')
    // The rest of a line waits in the spool for its end.
    const whole = bytes.lastIndexOf('\n') + 1
    await eventually('all lines are kept', 40_000, () => world.log('odd').length >= whole)
    const answer = await world.agent.ask('/services/odd/logs?limit=100')
    assert.ok(answer.ok, `the log cannot be read: ${answer.status}`)
    await world.mustStop('odd', 10_000)
    await eventually('the rest is kept', 40_000, () => world.log('odd').length >= bytes.length)
    const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex')
    assert.equal(hash(world.log('odd')), hash(bytes))
  },
}

const closedOutput: Fault = {
  id: 26,
  title: 'a service that closes its output runs on, and nothing spins',
  async run(world) {
    world.configure(service('silent', 'sh -c "exec >&- 2>&-; exec sleep 1000"'))
    await world.start()
    const { pid } = await world.running('silent')
    await sleepMs(1_500)
    const before = cpuMs(world.agentPid)
    await sleepMs(3_000)
    assert.equal((await world.running('silent')).pid, pid)
    const used = cpuMs(world.agentPid) - before
    assert.ok(used < world.amount(1_500, 300), `the agent used ${used} ms of CPU in 3 s`)
  },
}

const outlivingChild: Fault = {
  id: 27,
  title: 'an exit is seen at once, and what its child writes after it is kept until the tree is ended',
  async run(world) {
    for (const round of world.rounds(1, 10)) {
      const note = join(world.notesDir, `note-${round}`)
      const name = `writer-${round}`
      world.configure(service(name, program('writer-stays.sh', note), never, stopWithin(1_500)))
      await world.start()
      const ended = await world.until(name, ({ state }) => state === 'failed')
      assert.equal(ended.exitCode, 3)
      assert.deepEqual(world.processes(name), [], 'its child lives on (I3)')
      // Its last number may have been cut off where it was killed.
      const noted = Number(readFileSync(note, 'utf8').split('\n').at(-2))
      const text = world.log(name).toString()
      const lines = text.split('\n').filter((line) => line.startsWith('child '))
      const expected = lines.map((_, at) => `child ${at + 1}`)
      assert.deepEqual(lines, expected)
      assert.ok(lines.length === noted || lines.length === noted + 1, `${noted} written, ${lines.length} kept`)
      await world.stop()
    }
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

const cannotStart: Fault = {
  id: 29,
  title: 'what cannot be started says which part of it is wrong, and is not tried again in vain',
  async run(world) {
    const file = join(world.folder, 'not-executable')
    const foreign = join(world.folder, 'foreign')
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 })
    const elf = Buffer.concat([Buffer.from('7f454c460201010000000000000000000200b700', 'hex'), Buffer.alloc(64)])
    writeFileSync(foreign, elf, { mode: 0o755 })
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['missing', service('missing', '/no/such/program'), /no\/such\/program/],
      ['rights', service('rights', file), /not-executable/],
      ['folder', service('folder', 'sleep 1', 'working_dir = "/no/such/folder"'), /no\/such\/folder/],
      ['user', service('user', 'sleep 1', 'user = "no-such-user-here"'), /no-such-user-here/],
      ['foreign', service('foreign', foreign), /foreign|ARM|aarch64/i],
    ]
    world.configure(...cases.map(([, block]) => block))
    await world.start()
    for (const [name, , wanted] of cases) {
      const { why, restarts } = await world.until(name, ({ state }) => state === 'failed')
      assert.match(why?.sentence ?? '', wanted)
      assert.equal(restarts, 0, `${name} was tried again`)
    }
  },
}

const tooBig: Fault = {
  id: 30,
  title: 'an environment that the kernel refuses is refused by name, and hurts nobody else',
  async run(world) {
    const many = Array.from({ length: 30 }, (_, at) => `V${at}=${'x'.repeat(100_000)}`)
    world.write('values.env', many.join('\n'))
    world.configure(service('all-values', 'sleep 1000', 'env_file = "values.env"'), service('beside', 'sleep 1000'))
    await world.start()
    const { pid } = await world.running('beside')
    const all = await world.until('all-values', ({ state }) => state === 'failed' || state === 'backoff')
    assert.match(all.why?.sentence ?? '', /environment|too (?:big|large|long)|V\d+/i)
    world.configure(
      service('one-value', 'sleep 1000', `environment = {\n HUGE_ONE = "${'x'.repeat(131_072)}"\n}`),
      service('beside', 'sleep 1000'),
    )
    const answer = await world.agent.ask('/config/reload', { method: 'POST' })
    assert.match(await answer.text(), /HUGE_ONE/)
    assert.equal((await world.agent.service('beside')).pid, pid)
  },
}

const badDependency: Fault = {
  id: 33,
  title: 'a circle or a missing name among dependencies is refused with its path, and what runs stays',
  async run(world) {
    world.configure(service('keeps', 'sleep 1000'))
    await world.start()
    const { pid } = await world.running('keeps')
    const refused = async (wanted: RegExp, ...blocks: string[]): Promise<void> => {
      world.configure(service('keeps', 'sleep 2000'), ...blocks)
      const answer = await world.agent.ask('/config/reload', { method: 'POST' })
      const text = await answer.text()
      const status = (await (await world.agent.ask('/config')).json()) as { status: string; diagnostics: unknown[] }
      assert.equal(status.status, 'invalid', text)
      assert.match(JSON.stringify(status.diagnostics), wanted)
      const after = await world.agent.service('keeps')
      assert.equal(after.pid, pid, 'a refused configuration changed a pid (I8)')
    }
    const on = (name: string): string => `depends_on = ["${name}"]`
    await refused(
      /one.*two.*three|two.*three.*one|three.*one.*two/,
      service('one', 'sleep 1', on('two')),
      service('two', 'sleep 1', on('three')),
      service('three', 'sleep 1', on('one')),
    )
    await refused(/keepz/, service('needs', 'sleep 1', on('keepz')))
    assert.ok(isAlive(pid ?? 0))
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
  longLine,
  flood,
  oddBytes,
  closedOutput,
  outlivingChild,
  outOfMemory,
  cannotStart,
  tooBig,
  badDependency,
]
