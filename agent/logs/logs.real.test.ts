import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LogHistogram, LogHits, LogHitsQuery, LogLine, LogQuery } from '../../contract/index.ts'
import {
  buildKeeper,
  buildWorker,
  openLogs,
  plainSpec,
  runOf,
  segmentBytes,
  startWriter,
  temporaryFolder,
  until,
} from './fixtures/setup.ts'
import { openSpoolFiles } from './spool.ts'
import type { LogBatch, Logs, RunLog } from './types.ts'

let dataDir: string
let opened: Awaited<ReturnType<typeof openLogs>>
let logs: Logs

beforeAll(async () => {
  await Promise.all([buildWorker(), buildKeeper()])
})

beforeEach(async () => {
  dataDir = temporaryFolder('real')
  opened = await openLogs(dataDir)
  logs = opened.logs
})

afterEach(async () => {
  await logs.close()
  fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const node = process.execPath
type Query = { [Name in keyof LogQuery]?: LogQuery[Name] | undefined }
const ask = (query: Query): LogQuery => ({ limit: 1000, ...query }) as LogQuery

/** A run that wrote this and ended. */
async function wrote(instance: string, script: string): Promise<RunLog> {
  const run = runOf(instance)
  await (await startWriter(logs, run, 'sh', ['-c', script])).ended
  await logs.finish(run.cookie)
  return run
}

/** Every number of a kind of line, in the order of the segments. */
function numbersIn(folder: string, kind: 'out' | 'err', from = dataDir): number[] {
  const text = segmentBytes(from, folder).toString('latin1')
  return [...text.matchAll(new RegExp(`^${kind} (\\d+)$`, 'gm'))].map((match) => Number(match[1]))
}

function expectAll(numbers: readonly number[], count: number): void {
  const wrong = numbers.findIndex((number, index) => number !== index + 1)
  expect({ count: numbers.length, firstWrong: wrong === -1 ? undefined : [wrong, numbers[wrong]] }).toEqual({ count })
}

/** Waits until files get a later time than this: theirs is the kernel's, which goes in ticks and late on a busy machine. */
async function passes(timeMs: number): Promise<void> {
  const file = join(dataDir, 'touched')
  await until(() => {
    fs.writeFileSync(file, '')
    return fs.statSync(file).mtimeMs > timeMs + 1
  })
  fs.rmSync(file)
}

async function allPages(query: Query): Promise<LogLine[][]> {
  const pages: LogLine[][] = []
  let cursor: string | undefined
  do {
    const page = await logs.query(ask({ ...query, cursor }))
    pages.push(page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return pages
}

describe('a line that is longer than lists show', () => {
  const whole = async (line: LogLine | undefined) => {
    if (line?.place === undefined) throw new Error('There is no such line')
    return logs.whole({ service: line.service, place: line.place })
  }

  it('is read whole, its pieces joined, whatever was written between them', async () => {
    const run = runOf('web')
    await (await startWriter(logs, run, node, ['long.mjs', 'zwölf Boxkämpfer ', '8000', '10'])).ended
    await logs.finish(run.cookie)
    const { items } = await logs.query(ask({ service: 'web' }))
    const long = items.find(({ truncated }) => truncated)
    expect(long?.text.length).toBeLessThan(70_000)
    expect(await whole(long)).toEqual({ text: 'zwölf Boxkämpfer '.repeat(80_000), truncated: false })
    expect(await whole(items.find(({ text }) => text === 'after'))).toEqual({ text: 'after', truncated: false })
  })

  it('is cut at 16 MiB, and refused when it is not kept or its place is none', async () => {
    await wrote('web', "head -c 17825792 /dev/zero | tr '\\0' a; echo; echo short")
    const { items } = await logs.query(ask({ service: 'web' }))
    const { text, truncated } = await whole(items[0])
    expect([text.length, truncated]).toEqual([16 << 20, true])
    await expect(logs.whole({ service: 'web', place: '1/1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(logs.whole({ service: 'web', place: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(logs.whole({ service: '../web', place: '1/1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is all lines of an entry where several belong together', async () => {
    logs.configure(new Map([['web', { ...plainSpec, multiline: '^\\S' }]]))
    await wrote('web', "echo first; for i in $(seq 500); do printf ' %0300d\\n' $i; done; echo second")
    const { items } = await logs.query(ask({ service: 'web' }))
    expect(items.map(({ truncated }) => truncated ?? false)).toEqual([true, false])
    const { text } = await whole(items[0])
    expect(text.split('\n')).toHaveLength(501)
    expect(text.endsWith('500')).toBe(true)
  })
})

describe('a service that writes', () => {
  it('loses no line while segments rotate under a flood of both streams', async () => {
    const run = runOf('flood', { maxSizeBytes: 200_000, maxFiles: 1000 })
    await (await startWriter(logs, run, node, ['count.mjs', '300000', '50', '0', '100'])).ended
    await logs.finish(run.cookie)
    expectAll(numbersIn('flood', 'out'), 300_000)
    expectAll(numbersIn('flood', 'err'), 60)
    expect(fs.readdirSync(join(dataDir, 'logs', 'flood')).length).toBeGreaterThan(20)
  })

  it('is heard to its last word at once when it dies', async () => {
    const run = runOf('crash')
    await (await startWriter(logs, run, 'sh', ['-c', 'seq -f "out %.0f" 5000; printf "fatal: gone" >&2; exit 1'])).ended
    const lines = await logs.lastLines('crash', 50)
    expect(lines).toHaveLength(50)
    expect(lines.at(-1)).toMatchObject({ text: 'fatal: gone', stream: 'stderr', level: 'fatal' })
    expect(lines.at(-2)).toMatchObject({ text: 'out 5000', seq: 5000 })
  })

  it('may close its output, or leave a child that goes on writing', async () => {
    const run = runOf('quiet')
    const writer = await startWriter(logs, run, 'sh', [
      '-c',
      'echo first; (exec >&-; sleep 0.1); (sleep 0.2; echo late) & exit 0',
    ])
    await writer.ended
    await until(async () => (await logs.lastLines('quiet', 5)).some((line) => line.text === 'late'))
    await logs.finish(run.cookie)
    expect((await logs.lastLines('quiet', 5)).map((line) => line.text)).toEqual(['first', 'late'])
  })

  it('that truncates its own output is told how to keep it', async () => {
    const run = runOf('truncating')
    const goOn = (turn: string): void => fs.writeFileSync(join(dataDir, turn), '')
    const wait = (turn: string): string => `until [ -e ${join(dataDir, turn)} ]; do sleep 0.02; done`
    const script = `seq 1000; ${wait('first')}; echo x > /dev/stdout; ${wait('second')}; echo y`
    const writer = await startWriter(logs, run, 'sh', ['-c', script])
    await until(async () => (await logs.lastLines('truncating', 1))[0]?.text === '1000')
    goOn('first')
    await until(async () => (await logs.lastLines('truncating', 1))[0]?.text === 'x')
    goOn('second')
    await writer.ended
    await logs.finish(run.cookie)
    expect(opened.warnings).toMatchObject([{ instance: 'truncating', code: 'truncated-by-writer' }])
    expect((await logs.lastLines('truncating', 2)).map((line) => line.text)).toEqual(['x', 'y'])
  })

  it('takes no memory for a line without an end', async () => {
    const run = runOf('endless')
    const before = process.memoryUsage.rss()
    await (await startWriter(logs, run, 'head', ['-c', String(128 << 20), '/dev/zero'])).ended
    await logs.finish(run.cookie)
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 << 20)
    const [line] = (await logs.query(ask({ service: 'endless' }))).items
    // Its beginning has left with the oldest segments; what is left of it is no line of its own.
    expect(line).toBeUndefined()
    const last = fs.readdirSync(join(dataDir, 'logs', 'endless'))
    expect(last.length).toBeLessThanOrEqual(10)
  })
})

describe('an agent that is killed', () => {
  it('again and again while services write and segments rotate keeps every line once', async () => {
    const [worker, keeper] = await Promise.all([buildWorker(), buildKeeper()])
    const runs = [
      runOf('fast', { maxSizeBytes: 100_000, maxFiles: 10_000 }),
      runOf('slow', { maxSizeBytes: 2000, maxFiles: 10_000 }),
    ]
    const programs = [
      ['count.mjs', '200000', '20', '0', '400'],
      ['count.mjs', '2000', '1', '1', '7'],
    ]
    let writing = runs.length
    for (const [index, run] of runs.entries()) {
      const fds = await openSpoolFiles(join(dataDir, 'spool'), run.cookie)
      const cwd = join(import.meta.dirname, 'fixtures')
      const stdio = ['ignore', fds.stdoutFd, fds.stderrFd] as const
      spawn(node, programs[index] as string[], { stdio: [...stdio], cwd }).on('exit', () => writing--)
      fds.close()
    }
    let kills = 0
    while (writing > 0 || kills < 8) {
      const agent = spawn(node, [keeper, worker, dataDir, ...runs.map((run) => JSON.stringify(run))])
      await new Promise((resolve) => agent.stdout.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, 5 + ((kills * 37) % 120)))
      agent.kill('SIGKILL')
      await new Promise((resolve) => agent.once('exit', resolve))
      kills++
    }
    for (const run of runs) logs.attach(run)
    await Promise.all(runs.map((run) => logs.finish(run.cookie)))
    expectAll(numbersIn('fast', 'out'), 200_000)
    expectAll(numbersIn('slow', 'out'), 2000)
    expectAll(numbersIn('slow', 'err'), Math.floor(2000 / 7))
    const seqs = (await allPages({ service: 'slow', limit: 500 }))
      .reverse()
      .flat()
      .map((line) => line.seq)
    expectAll(seqs, 2000 + Math.floor(2000 / 7))
  })

  it('leaves no spool behind when its runs are forgotten', async () => {
    const run = await wrote('once', 'seq -f "out %.0f" 10')
    await until(() => fs.readdirSync(join(dataDir, 'spool')).length === 0)
    expectAll(numbersIn('once', 'out'), 10)
    await logs.finish(run.cookie)
  })
})

describe('a worker that dies', () => {
  it('is followed by one that goes on where it was', async () => {
    const run = runOf('web')
    const writer = await startWriter(logs, run, node, ['count.mjs', '3000', '1', '1'])
    await until(async () => (await logs.lastLines('web', 1)).length > 0)
    await opened.workers[0]?.terminate()
    await writer.ended
    await logs.finish(run.cookie)
    expectAll(numbersIn('web', 'out'), 3000)
    expect(opened.warnings.map(({ code }) => code)).toContain('cannot-write')
  })
})

/** A small disk of its own with logs on it; skips where none can be mounted. */
async function onDisk(
  context: { skip(reason: string): void },
  options: string,
  use: (disk: string, small: Awaited<ReturnType<typeof openLogs>>) => Promise<void>,
): Promise<void> {
  const disk = join(dataDir, 'small')
  fs.mkdirSync(disk)
  if ((await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk])) !== 0) {
    return context.skip('a tmpfs cannot be mounted here')
  }
  try {
    const small = await openLogs(disk)
    await use(disk, small).finally(() => small.logs.close())
  } finally {
    await run('umount', [disk])
  }
}

const lastText = async (from: Logs): Promise<string | undefined> => (await from.lastLines('web', 1))[0]?.text

/** Appends numbered lines as the service does that has this descriptor. */
function writeLines(fd: number, from: number, to: number): void {
  for (let n = from; n <= to; n++) fs.writeSync(fd, `out ${n}\n`)
}

describe('a disk', () => {
  it('that is full keeps nothing from running, and all lines come when there is room', async (context) => {
    await onDisk(context, 'size=8m', async (disk, { logs: small, warnings }) => {
      const log = runOf('web', { maxFiles: 1000, maxSizeBytes: 100_000 })
      const fds = await small.openSpool(log)
      writeLines(fds.stdoutFd, 1, 5000)
      const filler = join(disk, 'filler')
      fillDisk(filler)
      small.attach(log)
      await until(() => warnings.length > 0)
      expect(warnings[0]).toMatchObject({ instance: 'web', code: 'cannot-write' })
      expect(warnings[0]?.text).toContain('the disk is full')
      fs.rmSync(filler)
      await until(async () => (await lastText(small)) === 'out 5000')
      writeLines(fds.stdoutFd, 5001, 6000)
      fds.close()
      await small.finish(log.cookie)
      expectAll(numbersIn('web', 'out', disk), 6000)
      expect(warnings.map(({ code }) => code)).toEqual(['cannot-write', 'recovered'])
    })
  })

  it('without inodes goes on with the place of its oldest segments', async (context) => {
    await onDisk(context, 'size=8m,nr_inodes=11', async (disk, { logs: small, warnings }) => {
      const log = runOf('web', { maxFiles: 2, maxSizeBytes: 10_000 })
      const fds = await small.openSpool(log)
      small.attach(log)
      for (let at = 0; at < 20; at++) {
        writeLines(fds.stdoutFd, at * 1000 + 1, (at + 1) * 1000)
        await until(async () => (await lastText(small)) === `out ${(at + 1) * 1000}`)
      }
      expect(warnings).toEqual([])
      const fillers = fillInodes(disk)
      writeLines(fds.stdoutFd, 20_001, 30_000)
      await until(async () => (await lastText(small)) === 'out 30000')
      for (const filler of fillers) fs.rmSync(filler)
      fds.close()
      await small.finish(log.cookie)
      const numbers = numbersIn('web', 'out', disk)
      expectAll(
        numbers.map((number) => number - 30_000 + numbers.length),
        numbers.length,
      )
    })
  })
})

describe('queries', () => {
  it('answer the newest lines, oldest first, and page into the past without gaps', async () => {
    await wrote('a', 'seq -f "out %.0f" 2500')
    await wrote('b', 'seq -f "out %.0f" 2500')
    const pages = await allPages({ limit: 700 })
    expect(pages.map((page) => page.length)).toEqual([700, 700, 700, 700, 700, 700, 700, 100])
    const lines = pages.reverse().flat()
    for (const service of ['a', 'b']) {
      expectAll(
        lines.filter((line) => line.service === service).map((line) => line.seq),
        2500,
      )
    }
    expect(lines.map((line) => line.time)).toEqual(lines.map((line) => line.time).sort())
  })

  it('answer what an earlier agent kept', async () => {
    await wrote('a', 'seq -f "out %.0f" 3')
    await logs.close()
    opened = await openLogs(dataDir)
    logs = opened.logs
    expect((await logs.query(ask({}))).items.map((line) => line.text)).toEqual(['out 1', 'out 2', 'out 3'])
    expect((await logs.lastLines('a', 1)).map((line) => line.seq)).toEqual([3])
  })

  it('page forwards from a time on', async () => {
    await wrote('a', 'seq -f "out %.0f" 100')
    await passes(Date.now())
    const between = new Date().toISOString()
    await passes(Date.parse(between))
    await wrote('a', 'seq -f "out %.0f" 101 350')
    const pages = await allPages({ since: between, limit: 100 })
    expect(pages.flat().map((line) => line.seq)).toEqual(Array.from({ length: 250 }, (_, index) => index + 101))
    const before = await allPages({ until: between, limit: 30 })
    expect(
      before
        .reverse()
        .flat()
        .map((line) => line.seq),
    ).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  it('find replicas by the name of their service', async () => {
    for (const instance of ['web#0', 'web#1', 'website']) await wrote(instance, `echo ${instance}`)
    const texts = async (service: string | string[]): Promise<string[]> =>
      (await logs.query(ask({ service }))).items.map((line) => line.text)
    expect(await texts('web')).toEqual(['web#0', 'web#1'])
    expect(await texts('web#1')).toEqual(['web#1'])
    expect(await texts(['web#0', 'website'])).toEqual(['web#0', 'website'])
    expect(await texts('nobody')).toEqual([])
  })

  it('filter by level and pattern, of which colours are no part', async () => {
    await wrote(
      'web',
      'printf "info a\\n\\033[31mERROR\\033[0m b\\nWARN: c\\n{\\"level\\":\\"error\\",\\"msg\\":\\"d\\"}\\n"',
    )
    const seqs = async (query: Query): Promise<number[]> => (await logs.query(ask(query))).items.map((line) => line.seq)
    expect(await seqs({ level: 'warn' })).toEqual([2, 3, 4])
    expect(await seqs({ level: 'error' })).toEqual([2, 4])
    expect(await seqs({ grep: '^ERROR b$' })).toEqual([2])
    expect(await seqs({ grep: '(?i)error', level: 'fatal' })).toEqual([])
    expect(await seqs({ grep: ['(?i)error', 'd'] })).toEqual([4])
    expect(await seqs({ grep: '"msg":"d"', level: 'error' })).toEqual([4])
  })

  it('join the lines of a record where the service says how one begins', async () => {
    logs.configure(new Map([['java', { ...runOf('java').spec, multiline: '^\\d{4}-' }]]))
    await wrote('java', 'printf "2026-01-01 ERROR x\\n  at a\\n  at b\\n2026-01-02 INFO y\\n"')
    const { items } = await logs.query(ask({ service: 'java' }))
    expect(items.map(({ seq, level, text }) => [seq, level, text])).toEqual([
      [1, 'error', '2026-01-01 ERROR x\n  at a\n  at b'],
      [4, 'info', '2026-01-02 INFO y'],
    ])
    expect((await logs.query(ask({ grep: 'at b' }))).items.map((line) => line.seq)).toEqual([1])
    expect((await allPages({ service: 'java', limit: 1 })).map((page) => page.map((line) => line.seq))).toEqual([
      [4],
      [1],
    ])
  })

  it('answer what is before a line and what is from it on, by its place', async () => {
    await wrote('a', 'seq -f "out %.0f" 300')
    await wrote('b', 'seq -f "out %.0f" 300')
    const all = (await logs.query(ask({}))).items
    const middle = all[250]?.place
    const older = await logs.query(ask({ before: middle, limit: 100 }))
    expect(older.items).toEqual(all.slice(150, 250))
    const newer = await logs.query(ask({ from: middle, limit: 100 }))
    expect(newer.items).toEqual(all.slice(250, 350))
    const rest = await logs.query(ask({ cursor: newer.nextCursor }))
    expect(rest.items).toEqual(all.slice(350))
    expect(rest.nextCursor).toBeUndefined()
    await expect(logs.query(ask({ from: 'a/b' }))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  it('refuse what is no cursor, time or pattern, and say why', async () => {
    const refusals: [Query, string][] = [
      [{ cursor: 'forged' }, 'The cursor is not one that this agent gave'],
      [{ since: 'yesterday' }, '"yesterday" is not a time'],
      [{ grep: '(a' }, 'not a valid regular expression'],
      [{ grep: 'a'.repeat(1 << 20) }, 'at most 1024'],
    ]
    for (const [query, reason] of refusals) {
      await expect(logs.query(ask(query))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining(reason),
      })
    }
  })

  it('with a pattern that explodes are stopped by the loop, which stays free', async () => {
    await wrote('web', `for i in 1 2 3; do echo ${'a'.repeat(64)}!; done`)
    const bombs = ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){25}$']
    // Matched in this loop, none of the first three would end within a life, and nobody could stop it.
    const answers = await Promise.allSettled(bombs.map((grep) => logs.query(ask({ grep }))))
    for (const answer of answers.slice(0, 3)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'BAD_INPUT' } })
    }
    expect((await logs.query(ask({ grep: 'a!' }))).items).toHaveLength(3)
  })
})

describe('hits', () => {
  async function hitsOf(query: LogHitsQuery): Promise<LogHits[]> {
    const messages: LogHits[] = []
    for await (const message of logs.hits(query, new AbortController().signal)) messages.push(message)
    return messages
  }

  it('are the places of all lines that match, newest first, in several services', async () => {
    await wrote('a', 'seq -f "out %.0f" 20000')
    await wrote('b', 'seq -f "out %.0f" 20000')
    const messages = await hitsOf({ pattern: '7$' })
    expect(messages.at(-1)).toMatchObject({ done: true, more: false })
    const places = messages.flatMap((message) => message.places)
    const wanted = (await allPages({ grep: '7$' })).reverse().flat()
    expect(places).toEqual(wanted.map((line) => line.place).reverse())
    expect(places).toHaveLength(4000)
  })

  it('are among the lines that the filter and the level let through', async () => {
    await wrote('web', 'printf "ERROR order=1 x\\nERROR order=2 x\\norder=1 x\\n"')
    const count = async (query: LogHitsQuery): Promise<number> =>
      (await hitsOf(query)).flatMap((message) => message.places).length
    expect(await count({ pattern: 'x' })).toBe(3)
    expect(await count({ pattern: 'x', grep: 'order=1' })).toBe(2)
    expect(await count({ pattern: 'x', grep: 'order=1', level: 'error' })).toBe(1)
    expect(await count({ service: 'nobody', pattern: 'x' })).toBe(0)
  })

  it('end when nobody wants them any more', async () => {
    await wrote('a', 'seq -f "out %.0f" 20000')
    const stop = new AbortController()
    const messages: LogHits[] = []
    for await (const message of logs.hits({ pattern: 'out' }, stop.signal)) {
      messages.push(message)
      stop.abort()
    }
    expect(messages.map(({ done }) => done)).toEqual([false])
    expect(messages[0]?.places.length).toBeLessThan(20_000)
  })

  it('are refused for a pattern that is wrong or explodes', async () => {
    await wrote('web', `echo ${'a'.repeat(64)}!`)
    await expect(hitsOf({ pattern: '(a' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(hitsOf({ pattern: '^(a+)+$' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('a histogram', () => {
  const sum = ({ buckets }: LogHistogram): number[] =>
    buckets.reduce(
      ([lines = 0, warn = 0, error = 0], at) => [lines + at.lines, warn + at.warn, error + at.error],
      [0, 0, 0],
    )

  it('counts every line once, by level, also of segments that grow meanwhile', async () => {
    expect(await logs.histogram({ buckets: 60 })).toMatchObject({ kept: 0, oldest: null, complete: true })
    const small = { maxSizeBytes: 20_000, maxFiles: 1000 }
    const run = runOf('web', small)
    await (await startWriter(logs, run, 'sh', ['-c', 'seq -f "WARN %.0f" 3000; seq -f "error: %.0f" 500; seq 6500']))
      .ended
    await logs.finish(run.cookie)
    await until(async () => (await logs.histogram({ buckets: 60 })).complete)
    const first = await logs.histogram({ buckets: 60 })
    expect(sum(first)).toEqual([10_000, 3000, 500])
    expect(first.kept).toBe(10_000)
    expect(Date.parse(first.oldest ?? '')).toBeLessThanOrEqual(Date.now())
    await wrote('other', 'echo "FATAL: x"; echo y')
    await until(async () => (await logs.histogram({ buckets: 60 })).complete)
    expect(sum(await logs.histogram({ buckets: 60 }))).toEqual([10_002, 3000, 501])
    expect(sum(await logs.histogram({ service: 'other', buckets: 60 }))).toEqual([2, 0, 1])
  })

  it('is of the time that is asked for', async () => {
    await wrote('web', 'echo old')
    const hour = await logs.histogram({ since: '1h', buckets: 60 })
    expect(hour.bucketMs).toBe(60_000)
    expect(Date.parse(hour.to) - Date.parse(hour.from)).toBe(hour.buckets.length * 60_000)
    expect(Date.parse(hour.from) % 60_000).toBe(0)
    expect(sum(hour)[0]).toBe(1)
    await expect(logs.histogram({ since: 'soon', buckets: 60 })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('followers', () => {
  it('get the newest lines first, then what comes, and stop when asked', async () => {
    await wrote('web', 'seq -f "out %.0f" 100')
    const stop = new AbortController()
    const seen: LogBatch[] = []
    const following = (async () => {
      for await (const batch of logs.follow(ask({ limit: 10, service: 'web' }), stop.signal)) seen.push(batch)
    })()
    await until(() => seen.length === 1)
    expect(seen[0]?.items.map((line) => line.seq)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100])
    const run = runOf('web')
    await (await startWriter(logs, run, node, ['count.mjs', '200', '1', '2'])).ended
    await logs.finish(run.cookie)
    await wrote('other', 'echo not asked for')
    await until(() => seen.at(-1)?.items.at(-1)?.seq === 300)
    expectAll(
      seen.flatMap((batch) => batch.items.map((line) => line.seq - 90)),
      210,
    )
    expect(seen.every((batch) => batch.skipped === 0)).toBe(true)
    stop.abort()
    await following
  })

  it('go on from their cursor after a break', async () => {
    const stop = new AbortController()
    await wrote('web', 'seq -f "out %.0f" 5')
    let cursor = ''
    for await (const batch of logs.follow(ask({}), stop.signal)) {
      cursor = batch.cursor
      break
    }
    await wrote('web', 'seq -f "out %.0f" 6 9')
    for await (const batch of logs.follow(ask({ cursor }), stop.signal)) {
      expect(batch.items.map((line) => line.seq)).toEqual([6, 7, 8, 9])
      break
    }
  })

  it('that are slow are told how many lines they missed', async () => {
    const stop = new AbortController()
    const batches = logs.follow(ask({ service: 'flood' }), stop.signal)[Symbol.asyncIterator]()
    expect((await batches.next()).value).toMatchObject({ items: [], skipped: 0 })
    const run = runOf('flood', { maxFiles: 1000 })
    await (await startWriter(logs, run, node, ['count.mjs', '100000', '1000'])).ended
    await logs.finish(run.cookie)
    const { value } = (await batches.next()) as { value: LogBatch }
    expect(value.items.at(-1)?.seq).toBe(100_000)
    expect(value.items.length + value.skipped).toBe(100_000)
    stop.abort()
    expect((await batches.next()).done).toBe(true)
  })

  it('see only what their filter passes', async () => {
    const stop = new AbortController()
    const texts: string[] = []
    const following = (async () => {
      for await (const { items } of logs.follow(ask({ grep: '7$', level: 'info' }), stop.signal)) {
        texts.push(...items.map((line) => line.text))
      }
    })()
    await wrote('web', 'seq -f "out %.0f" 30')
    await until(() => texts.length === 3)
    expect(texts).toEqual(['out 7', 'out 17', 'out 27'])
    stop.abort()
    await following
  })
})

describe('spools', () => {
  it('are the owner’s alone, and never where something was planted', async () => {
    const run = runOf('web')
    const fds = await logs.openSpool(run)
    fds.close()
    for (const ending of ['out', 'err']) {
      expect(fs.statSync(join(dataDir, 'spool', `${run.cookie}.${ending}`)).mode & 0o777).toBe(0o600)
    }
    const paths = ['out', 'err'].map((ending) => join(dataDir, 'spool', `${run.cookie}.${ending}`))
    expect([...(await logs.spools())].sort()).toEqual(paths.map((path) => [path, run.cookie]).sort())
    await expect(logs.openSpool(run)).rejects.toThrow('EEXIST')
    const planted = runOf('web')
    fs.symlinkSync(join(dataDir, 'elsewhere'), join(dataDir, 'spool', `${planted.cookie}.err`))
    await expect(logs.openSpool(planted)).rejects.toThrow('EEXIST')
    expect(fs.existsSync(join(dataDir, 'elsewhere'))).toBe(false)
    expect(fs.existsSync(join(dataDir, 'spool', `${planted.cookie}.out`))).toBe(false)
    await expect(logs.openSpool({ ...run, cookie: '../escape' })).rejects.toThrow('cannot name a spool file')
  })

  it('are gone at once when nothing was started', async () => {
    await (await logs.openSpool(runOf('web'))).discard()
    expect(fs.readdirSync(join(dataDir, 'spool'))).toEqual([])
  })
})

function run(program: string, args: string[]): Promise<number | null> {
  return new Promise((resolve) =>
    spawn(program, args, { stdio: 'ignore' })
      .on('exit', resolve)
      .on('error', () => resolve(null)),
  )
}

function fillDisk(path: string): void {
  for (let bytes = 1 << 20; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) fs.appendFileSync(path, Buffer.alloc(bytes))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

function fillInodes(disk: string): string[] {
  const made: string[] = []
  for (;;) {
    const path = join(disk, `filler-${made.length}`)
    try {
      fs.writeFileSync(path, '')
      made.push(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      return made
    }
  }
}
