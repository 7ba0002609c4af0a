import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../testing.ts'
import { KeptStats } from './kept.ts'
import { isRow, isThread, readStat } from './proc.ts'
import { RunMark } from './runmark.ts'

const started: ChildProcess[] = []

async function start(program: string, ...args: string[]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  started.push(child)
  await once(child, 'spawn')
  const stat = readStat(child.pid ?? 0)
  if (!isRow(stat)) throw new Error(`${program} has gone`)
  return { pid: stat.pid, startTime: stat.startTime, child }
}

/** Has them answer, so that they have run and rest again. */
async function stir({ stdin, stdout }: ChildProcess): Promise<void> {
  stdin?.write('a line\n')
  if (stdout) await once(stdout, 'data')
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

describe.runIf(existsSync('/proc/self/schedstat'))('what a sweep reads again and again', () => {
  const quickMs = 10
  let kept: KeptStats
  let nowMs: number
  beforeEach(() => {
    kept = new KeptStats()
    nowMs = 0
  })
  afterEach(() => kept.close())

  function look({ pid, startTime }: { pid: number; startTime: string }, afterMs = quickMs) {
    nowMs += afterMs
    kept.begin(nowMs)
    const figures = kept.read(pid, startTime)
    kept.end()
    return figures
  }

  it('is known to have run, and not to have, since it was last asked', async () => {
    const { pid, child } = await start('cat')
    await stir(child)
    const mark = RunMark.open(pid)
    expect(mark?.hasRun()).toBe(true)
    await until(() => mark?.hasRun() === false)
    await stir(child)
    expect(mark?.hasRun()).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(mark?.hasRun()).toBe(true)
    mark?.close()
  })

  it('is read anew when it has run, and once a minute when it has not', async () => {
    const cat = await start('cat')
    await stir(cat.child)
    const forged = -1
    /** Whether a look has put right what the one before has put wrong. */
    const isRead = (afterMs?: number): boolean => {
      const figures = look(cat, afterMs)
      if (!figures) throw new Error('It has gone')
      const isRight = figures.residentPages !== forged
      figures.residentPages = forged
      return isRight
    }
    await until(() => !isRead())
    await stir(cat.child)
    expect(isRead()).toBe(true)
    await until(() => !isRead())
    isRead(600_000 - nowMs)
    const looks = Array.from({ length: 60 }, () => isRead(1_000))
    expect(looks.filter(Boolean)).toHaveLength(1)
  })

  it('is read each time where other threads may have run while the first has not', async () => {
    const busy = 'for (;;);'
    const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'
    const node = await start(
      process.execPath,
      '-e',
      `new (require('worker_threads').Worker)(${JSON.stringify(busy)}, { eval: true }); ${wait}`,
    )
    // No time passes, so that none of these looks is the one of the minute.
    await until(() => (look(node, 0)?.threads ?? 0) > 1)
    const before = look(node, 0)?.ownTicks ?? 0
    await until(() => (look(node, 0)?.ownTicks ?? 0) > before + 20)
  })

  it('is nothing once it has gone', async () => {
    const cat = await start('cat')
    await stir(cat.child)
    for (let each = 0; each < 3; each++) expect(look(cat)?.threads).toBe(1)
    cat.child.kill('SIGKILL')
    await once(cat.child, 'exit')
    expect(look(cat)).toBeUndefined()
  })
})

it('tells a thread from a process', () => {
  const ids = readdirSync('/proc/self/task').map(Number)
  expect(ids.length).toBeGreaterThan(1)
  expect(ids.filter((id) => !isThread(id))).toEqual([process.pid])
})
