import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { counter, quickRestart } from './blocks.ts'
import { rewriteRuns } from './database.ts'
import { eventually, type Fault, killQuietly, service, sleepMs, type World } from './harness.ts'
import { isAlive, isHeld, named } from './processes.ts'
import { type Call, needsTracing, readTrace, rootOf, traced } from './trace.ts'

// The agent dies at a chosen call of its own: strace holds it before the kernel does that call, and then it is killed. So
// the product needs no hook for it.

const births = 'trace=clone,clone3,fork,vfork,execve'
const isBirth = ({ text }: Call): boolean => /CLONE_VFORK|^v?fork\(/.test(text)

const readCalls = (file: string): Call[] => (existsSync(file) ? readTrace(readFileSync(file, 'latin1')) : [])

/** Begins anew: nothing is left of the agent before. */
function emptyDataDir(world: World): void {
  rmSync(world.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  mkdirSync(world.dataDir, { mode: 0o755 })
}

/** The nth of such calls in a thread, at which strace holds it. */
interface Hold {
  call: string
  nth: number
}

const hold = ({ call, nth }: Hold): string[] => ['-e', `inject=${call}:delay_enter=60s:when=${nth}`]

/** Whether a thread has come to it: strace writes a call down before it holds it up. */
function isBegun({ call, nth }: Hold, calls: readonly Call[]): boolean {
  const counts = new Map<number, number>()
  for (const { pid, text } of calls) if (text.startsWith(`${call}(`)) counts.set(pid, (counts.get(pid) ?? 0) + 1)
  return Math.max(0, ...counts.values()) >= nth
}

/**
 * Runs the agent under a tracer that writes to `file`, until it is held, and kills it there; `meanwhile` is done with an
 * agent that gets as far as that. Answers whether it was held: one that was not is killed after all that.
 */
async function startToDie(
  world: World,
  { wrapper, file, held: at }: { wrapper: readonly string[]; file: string; held: Hold },
  meanwhile: () => Promise<void> = async () => {},
): Promise<boolean> {
  let looking = true
  let held = false
  const watch = async (): Promise<void> => {
    for (; looking && !held; await sleepMs(25)) {
      const pid = isBegun(at, readCalls(file)) ? named('dist/cli.js', world.dataDir).find(isHeld) : undefined
      if (pid === undefined) continue
      process.kill(pid, 'SIGKILL')
      // It holds also one that is to die, until its time is over.
      for (const tracer of named('strace', world.dataDir)) if (tracer !== pid) killQuietly(tracer)
      held = true
    }
  }
  const watching = watch()
  const isUp = await world.start({ wrapper }).then(
    () => true,
    (error: Error) => {
      assert.match(error.message, /ended with code null/)
      return false
    },
  )
  if (isUp) await meanwhile()
  looking = false
  await watching
  await world.kill()
  return held
}

/** A birth is written down when it is asked for; that it took place is seen by what the child does. */
const bornIn = (calls: readonly Call[]): number | undefined =>
  calls.find(({ pid, text }) => pid !== rootOf(calls) && text.startsWith('execve('))?.pid

/** The agent is killed when its service is born and has not come to its exec, which is held up for so long. Answers whom it bore. */
async function killAtBirth(world: World, file: string, heldS: number): Promise<number> {
  const starting = world
    .start({ wrapper: traced(file, '-e', births, '-e', `inject=execve:delay_enter=${heldS}s`) })
    .catch(() => undefined)
  await eventually('the service is born', 60_000, () => bornIn(readCalls(file)) !== undefined)
  process.kill(rootOf(readCalls(file)), 'SIGKILL')
  await starting
  await world.kill()
  return bornIn(readCalls(file)) ?? 0
}

const bornUnrecorded: Fault = {
  id: 2,
  title:
    'a service that was born while the agent was killed is found, before its exec too, and runs once with all its lines',
  unable: needsTracing,
  async run(world) {
    world.configure(counter(world, 'web'))
    for (const round of world.rounds(1, 20)) {
      const early = await killAtBirth(world, join(world.folder, `early-${round}`), 1)
      await eventually('its program runs', 40_000, () => world.processes('web').some(({ pid }) => pid === early))
      await world.start()
      await runsOnce(world, early)
      // Longer than the next agent takes to start and to look.
      const late = await killAtBirth(world, join(world.folder, `late-${round}`), 6)
      await world.start()
      await eventually('its program runs', 40_000, () => world.processes('web').some(({ pid }) => pid === late))
      await runsOnce(world, late)
    }
  },
}

async function runsOnce(world: World, born: number): Promise<void> {
  await world.converged()
  const { pid, restarts } = await world.agent.service('web')
  const pids = world.processes('web').map((one) => one.pid)
  assert.deepEqual({ pids, pid, restarts }, { pids: [born], pid: born, restarts: 0 })
  await eventually('it has written', 40_000, () => world.noted('web') > 0)
  await world.mustStop('web', 2_000)
  await world.countsAreWhole('web')
  await world.stop()
  emptyDataDir(world)
  rmSync(join(world.notesDir, 'web'), { recursive: true })
}

const recordedUnborn: Fault = {
  id: 3,
  title: 'what was to start when the agent was killed has never started, and starts once',
  unable: needsTracing,
  async run(world) {
    world.configure(service('web', 'sleep 1000', quickRestart))
    const dry = join(world.folder, 'dry')
    await world.start({ wrapper: traced(dry, '-e', births) })
    await world.running('web')
    await world.stop()
    const root = rootOf(readCalls(dry))
    const own = readCalls(dry).filter(({ pid, text }) => pid === root && !text.startsWith('execve'))
    const nth = own.findIndex(isBirth) + 1
    const call = own[nth - 1]?.text.split('(')[0] ?? ''
    for (const round of world.rounds(1, 20)) {
      emptyDataDir(world)
      const file = join(world.folder, `unborn-${round}`)
      const held = { call, nth }
      const wrapper = traced(file, '-e', births, ...hold(held))
      const untilHeld = (): Promise<void> => eventually('it is held', 60_000, () => !isAlive(world.agentPid))
      assert.ok(await startToDie(world, { wrapper, file, held }, untilHeld), 'it was not held')
      assert.deepEqual(world.processes(), [], 'it was killed too late')
      await world.start()
      assert.equal((await world.running('web')).restarts, 0)
      await world.converged()
      // The record may have reached the disk before the birth: then it tells of a run without a process.
      await world.kill()
      for (const { pid } of world.processes()) killQuietly(pid)
      await eventually('the service is gone', 40_000, () => world.processes().length === 0)
      assert.equal(rewriteRuns(world.dataDir, { pid: null, startTime: null }), 1)
      await world.start()
      assert.equal((await world.running('web')).restarts, 0)
      await world.converged()
      await world.stop()
    }
  },
}

const writing = ['write', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink', 'mkdir', 'fallocate']
const written = [
  '',
  'hxe.db',
  'hxe.db-wal',
  'hxe.db.new',
  'hxe.db.new-journal',
  'token',
  'agent.json',
  'lock',
  'lock.pid',
]

/** strace of the writes to the agent's files alone. */
const atWrites = (world: World, file: string, ...holding: readonly string[]): string[] => [
  ...traced(file, '-e', `trace=${writing.join(',')}`, ...holding),
  ...written.flatMap((name) => ['-P', join(world.dataDir, name)]),
]

/** A few wishes; what was answered must hold, what was not may be there or not. */
async function wish(world: World): Promise<Map<string, 'up' | 'down'>> {
  const wishes = new Map<string, 'up' | 'down'>()
  for (const [name, verb] of [
    ['one', 'stop'],
    ['two', 'restart'],
    ['one', 'start'],
    ['two', 'stop'],
  ] as const) {
    const answer = await world.act(name, verb).catch(() => undefined)
    if (answer?.ok) wishes.set(name, verb === 'stop' ? 'down' : 'up')
    else wishes.delete(name)
  }
  return wishes
}

/** Every write of a first start and a few wishes, as the call and its number in its thread. */
async function writesOf(world: World): Promise<Hold[]> {
  const file = join(world.folder, 'dry')
  await world.start({ wrapper: atWrites(world, file) })
  await wish(world)
  await world.stop()
  const most = new Map<string, number>()
  const counts = new Map<string, number>()
  for (const { pid, text } of readCalls(file)) {
    const call = text.split('(')[0] ?? ''
    if (!writing.includes(call)) continue
    const nth = (counts.get(`${pid} ${call}`) ?? 0) + 1
    counts.set(`${pid} ${call}`, nth)
    most.set(call, Math.max(nth, most.get(call) ?? 0))
  }
  return [...most].flatMap(([call, last]) => Array.from({ length: last }, (_, at) => ({ call, nth: at + 1 })))
}

const deathAtWrites: Fault = {
  id: 5,
  budgetS: 220,
  title: 'an agent that dies at any of its writes leaves each wish wholly there or wholly absent',
  unable: needsTracing,
  async run(world) {
    world.configure(service('one', 'sleep 1000', quickRestart), service('two', 'sleep 1000', quickRestart))
    const points = world.random.shuffled(await writesOf(world))
    assert.ok(points.length > 50, `only ${points.length} writes were seen`)
    let died = 0
    for (const round of world.rounds(4, points.length)) {
      const held = points[round] ?? { call: 'write', nth: 1 }
      const where = `killed at ${held.call} ${held.nth}`
      emptyDataDir(world)
      const file = join(world.folder, `writes-${round}`)
      let wishes = new Map<string, 'up' | 'down'>()
      const meanwhile = async (): Promise<void> => {
        wishes = await wish(world)
      }
      const wrapper = atWrites(world, file, ...hold(held))
      if (await startToDie(world, { wrapper, file, held }, meanwhile)) died++
      await world.start()
      const shown = await world.services()
      assert.deepEqual(shown.map(({ name }) => name).sort(), ['one', 'two'], where)
      for (const { name, desired } of shown) {
        if (wishes.has(name)) assert.equal(desired, wishes.get(name), `${where}: an answered wish is lost (I4)`)
      }
      await world.converged()
      assert.equal(await world.stop(), 0, where)
    }
    // How many writes a run makes is not the same each time, so not every chosen one comes.
    assert.ok(died > 0, 'no agent died at a write, so nothing was tried')
  },
}

const halfWritten: Fault = {
  id: 67,
  title: 'an agent killed while a service is added leaves the files as they were before',
  unable: needsTracing,
  async run(world) {
    world.configure(service('web', 'sleep 1000', quickRestart))
    const texts = (): string[] =>
      readdirSync(world.configDir).map((name) => `${name}: ${readFileSync(join(world.configDir, name), 'utf8')}`)
    const before = texts()
    const journal = join(world.dataDir, 'apply.json')
    for (const round of world.rounds(1, 20)) {
      const target = world.random.pick(['main.hcl', 'new.hcl'])
      // The way back is thrown away when the change is certain: it is held and killed right before that.
      const held = { call: 'unlink', nth: 1 }
      const file = join(world.folder, `half-${round}`)
      const wrapper = traced(file, '-e', 'trace=unlink', '-P', journal, ...hold(held))
      const add = async (): Promise<void> => {
        await world.running('web')
        const body = { name: 'added', command: 'sleep 1000', file: target }
        await world.agent.ask('/services', { method: 'POST', body }).catch(() => undefined)
      }
      assert.ok(await startToDie(world, { wrapper, file, held }, add), 'it was not held')
      assert.notDeepEqual(texts(), before, 'it was killed too early')
      await world.start()
      assert.deepEqual(texts(), before)
      assert.equal(existsSync(journal), false)
      assert.deepEqual(
        (await world.services()).map(({ name }) => name),
        ['web'],
      )
      await world.converged()
      await eventually('what was added is ended', 40_000, () => world.processes('added').length === 0)
      await world.stop()
    }
  },
}

export const writes: readonly Fault[] = [bornUnrecorded, recordedUnborn, deathAtWrites, halfWritten]
