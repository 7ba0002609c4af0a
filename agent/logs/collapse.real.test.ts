import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSpaceFreer, type SpaceFreer } from '../os/index.ts'
import { alignBytes, collapseAboveBytes } from './collapse.ts'
import { segmentBytes, temporaryFolder, until } from './fixtures/setup.ts'
import { makeSpools, Tailing } from './fixtures/tailing.ts'
import { History } from './history.ts'
import { runIdOf } from './names.ts'

/** Whether the files of this folder can be shortened from their front. */
function canShorten(folder: string): boolean {
  const path = join(folder, `hxe-can-shorten-${process.pid}`)
  const fd = fs.openSync(path, 'w+')
  try {
    fs.writeSync(fd, Buffer.alloc(2 * alignBytes))
    return openSpaceFreer()?.collapse(fd, alignBytes) === undefined && fs.fstatSync(fd).size === alignBytes
  } finally {
    fs.closeSync(fd)
    fs.rmSync(path)
  }
}

const limit = 4 << 20
/** More than what is moved between two looks at the room that a spool takes. */
const linesPerRound = 9_000
const padding = '.'.repeat(1_000)
const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `${from + index} ${padding}\n`).join('')

let tailing: Tailing | undefined

afterEach(() => {
  if (!tailing) return
  tailing.tailer.close()
  fs.rmSync(tailing.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  tailing = undefined
})

const open = (dataDir = temporaryFolder('collapse')): Tailing => {
  tailing = new Tailing(dataDir, { collapseAbove: limit })
  return tailing
}

const spoolSize = ({ dataDir }: Tailing, cookie: string): number =>
  fs.statSync(join(dataDir, 'spool', `${cookie}.out`)).size

/** Every number in the history, which must be all up to `count`, each once and in order. */
function expectEachOnce({ dataDir }: Tailing, count: number): void {
  const numbers = [
    ...segmentBytes(dataDir, 'web')
      .toString('latin1')
      .matchAll(/^(\d+) /gm),
  ].map(([, n]) => Number(n))
  const firstWrong = numbers.findIndex((number, index) => number !== index + 1)
  expect({ firstWrong, count: numbers.length }).toEqual({ firstWrong: -1, count })
}

const roomy = { maxSizeBytes: 1 << 30, maxFiles: 100 }
const why = 'the file system of the temporary folder cannot shorten a file from its front'

describe('a spool that has grown beyond the limit', () => {
  it('is shortened while it is written, and no line is lost or doubled', (context) => {
    if (!canShorten(tmpdir())) return context.skip(why)
    const place = open()
    const run = place.start('web', roomy)
    for (let round = 0; round < 2; round++) {
      run.write(lines(round * linesPerRound + 1, linesPerRound))
      place.settle()
      expect(spoolSize(place, run.cookie)).toBeLessThan(3 * alignBytes)
    }
    run.write('unfinished')
    place.crash([run])
    run.write(' line\n')
    place.settle()
    expectEachOnce(place, 2 * linesPerRound)
    expect(place.texts('web').at(-1)).toBe('unfinished line')
    expect(place.warnings).toEqual([])
  })

  it('of one endless line is shortened inside it', (context) => {
    if (!canShorten(tmpdir())) return context.skip(why)
    const place = open()
    const run = place.start('web', roomy)
    for (let round = 0; round < 2; round++) {
      run.write('x'.repeat(9 << 20))
      place.settle()
      place.crash([run])
    }
    run.write('\n1 end\n')
    place.settle()
    expect(spoolSize(place, run.cookie)).toBeLessThan(9 << 20)
    expect(segmentBytes(place.dataDir, 'web').equals(Buffer.from(`${'x'.repeat(18 << 20)}\n1 end\n`))).toBe(true)
  })

  it('at a tebibyte of holes is shortened as well', async (context) => {
    if (!canShorten(tmpdir())) return context.skip(why)
    const place = new Tailing(temporaryFolder('collapse'))
    tailing = place
    const run = place.start('web', roomy)
    run.write('1 first\n')
    place.settle()
    await place.tailer.finish(run.cookie)
    place.tailer.close()
    // As if it had been moved up to there, which takes weeks.
    makeSpools(place.dataDir, run.cookie)
    const path = join(place.dataDir, 'spool', `${run.cookie}.out`)
    fs.truncateSync(path, collapseAboveBytes)
    const facts = { folder: place.folder('web'), instance: 'web', service: 'web' }
    let order = 1000
    const history = new History(facts, run.spec, {
      stamp: () => ({ timeMs: Date.now(), order: order++ }),
      raiseOrder() {},
      nowMs: Date.now,
      isLive: () => true,
      warn: (_code, text) => expect(text).toBe(''),
    })
    const runId = runIdOf(run.cookie)
    history.note({ runId, stderr: false, spoolOffset: collapseAboveBytes, openSeq: undefined })
    history.close()
    place.crash([run])
    run.write(lines(2, linesPerRound - 1))
    place.settle()
    expect(fs.statSync(path).size).toBeLessThan(2 * alignBytes)
    run.write(lines(linesPerRound + 1, 10))
    place.settle()
    expectEachOnce(place, linesPerRound + 10)
  })

  it('is shortened under a writer that appends all the time', async (context) => {
    if (!canShorten(tmpdir())) return context.skip(why)
    const place = open()
    let times = 0
    const real = openSpaceFreer() as SpaceFreer
    place.freer = {
      ...real,
      collapse: (fd, bytes) => {
        times++
        return real.collapse(fd, bytes)
      },
    }
    place.crash([])
    const run = place.start('web', roomy)
    const fd = fs.openSync(join(place.dataDir, 'spool', `${run.cookie}.out`), 'a')
    const count = 30_000
    const script = `const text = '.'.repeat(1000); for (let n = 1; n <= ${count}; n++) fs.writeSync(1, n + ' ' + text + '\\n')`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', fd, 'inherit'] })
    fs.closeSync(fd)
    let exit: number | null | undefined
    child.on('exit', (code) => {
      exit = code
    })
    await until(() => {
      place.settle()
      return exit !== undefined
    })
    expect(exit).toBe(0)
    place.settle()
    expect(times).toBeGreaterThan(1)
    expectEachOnce(place, count)
  })

  it('is left as it is, and that is said once, where the file system cannot', (context) => {
    if (!fs.existsSync('/dev/shm') || canShorten('/dev/shm')) return context.skip('there is no such file system here')
    const place = open(fs.mkdtempSync('/dev/shm/hxe-logs-collapse-'))
    const run = place.start('web', roomy)
    for (let round = 0; round < 2; round++) {
      run.write(lines(round * linesPerRound + 1, linesPerRound))
      place.settle()
    }
    expectEachOnce(place, 2 * linesPerRound)
    expect(place.warnings).toMatchObject([{ instance: 'web', code: 'spool-grows' }])
    expect(place.warnings[0]?.text).toMatch(/its file system cannot do that \(E(OP)?NOTSUPP?\)/)
    expect(place.warnings[0]?.text).toContain('Restart it')
  })
})

/** Stands for a kill: nothing after it happens in this agent. */
const killed = (): never => {
  throw new Error('killed')
}

const deaths: Record<string, (real: SpaceFreer) => SpaceFreer> = {
  'before the spool is shortened': (real) => ({ ...real, collapse: killed }),
  'after the spool is shortened': (real) => ({
    ...real,
    collapse: (fd, bytes) => real.collapse(fd, bytes) ?? killed(),
  }),
  'when the mark goes': (real) => {
    let shortened = false
    return {
      collapse(fd, bytes) {
        shortened = true
        return real.collapse(fd, bytes)
      },
      punch: (fd, endBytes) => (shortened ? killed() : real.punch(fd, endBytes)),
    }
  },
}

describe('an agent that is killed', () => {
  it.for(Object.entries(deaths))('%s leaves each line once to the next', ([_name, dies], context) => {
    if (!canShorten(tmpdir())) return context.skip(why)
    const place = open()
    const real = openSpaceFreer() as SpaceFreer
    const run = place.start('web', roomy)
    let count = 0
    for (let round = 0; round < 2; round++) {
      place.freer = dies(real)
      place.crash([run])
      run.write(lines(count + 1, linesPerRound))
      place.settle()
      // What its writer adds while no agent is there, once more than what was taken out.
      run.write(lines(count + linesPerRound + 1, round * linesPerRound))
      count += linesPerRound + round * linesPerRound
      // It dies again and again right after it has begun, before there is a line to move.
      for (let time = 0; time <= round; time++) place.crash([run])
      place.freer = real
      place.crash([run])
      place.settle()
      run.write(lines(count + 1, 10))
      count += 10
      place.settle()
      expectEachOnce(place, count)
    }
  })
})
