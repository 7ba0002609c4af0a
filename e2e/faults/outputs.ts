import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { never, stopWithin } from './blocks.ts'
import { eventually, type Fault, needsRoot, program, service, sleepMs, type World } from './harness.ts'
import { cpuMs, fdCount, peakBytes, rssBytes } from './processes.ts'

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

/** Has a service write beside one that rests, with the agent's memory and open files held to their bounds until it has stopped. */
async function writingWithinMemory(
  world: World,
  name: string,
  command: string,
  work: () => Promise<void>,
): Promise<void> {
  world.configure(service('idle', 'sleep 1000'), service(name, command, 'autostart = false', logs('8Gi')))
  await world.start()
  await world.running('idle')
  await sleepMs(1_500)
  await withinMemory(world, async () => {
    await world.mustAct(name, 'start')
    await work()
    await world.mustStop(name, 10_000)
  })
}

const longLine: Fault = {
  id: 23,
  budgetS: 90,
  title: 'a line without an end is taken in pieces and kept whole',
  unable: needsRoot,
  async run(world) {
    const mib = world.amount(16, 2_048)
    const command = `sh -c "head -c ${mib}M /dev/zero | tr '\\\\0' x; echo; sleep 1000"`
    await writingWithinMemory(world, 'line', command, async () => {
      const whole = mib * 2 ** 20 + 1
      await eventually('all of the line is kept', world.amount(60_000, 300_000), () => world.logSize('line') >= whole)
      assert.equal(world.logSize('line'), whole)
      const answer = await world.agent.ask('/services/line/logs?limit=5')
      const body = (await answer.json()) as { items?: { truncated?: boolean }[] }
      assert.equal((body.items ?? (body as unknown as { truncated?: boolean }[]))[0]?.truncated, true)
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
    const command = program('counts.mjs', join(world.notesDir, 'flood'), 0, 5_000, lines)
    await writingWithinMemory(world, 'flood', command, async () => {
      const answers: number[] = []
      const done = (): boolean => world.noted('flood') >= lines
      await eventually('all is written', 120_000, async () => {
        answers.push(await world.timed(async () => (await world.agent.ask('/services/flood')).json()))
        return done()
      })
      const p99 = answers.sort((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? 0
      assert.ok(p99 < world.amount(60_000, 250), `an answer took ${Math.round(p99)} ms`)
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

export const outputs: readonly Fault[] = [longLine, flood, oddBytes, closedOutput, outlivingChild]
