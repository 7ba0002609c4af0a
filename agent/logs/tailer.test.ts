import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runOf, segmentBytes, temporaryFolder, until } from './fixtures/setup.ts'
import { makeSpools, Tailing } from './fixtures/tailing.ts'

let tailing: Tailing

beforeEach(() => {
  tailing = new Tailing(temporaryFolder('tailer'))
})

afterEach(() => {
  tailing.tailer.close()
  fs.rmSync(tailing.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const numbered = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('')
const numbersOf = (texts: readonly string[]): number[] => texts.map((text) => Number(text.replace('line ', '')))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('lines', () => {
  it('are counted from 1 without gaps over streams, runs and restarts', async () => {
    const first = tailing.start('web')
    first.write('a\n')
    tailing.settle()
    first.write('b\n', 'stderr')
    await tailing.tailer.finish(first.cookie)
    const second = tailing.start('web')
    second.write('c\n')
    tailing.settle()
    tailing.crash([second])
    second.write('d\n')
    expect(tailing.lines('web').map(({ seq, stream, text }) => [seq, stream, text])).toEqual([
      [1, 'stdout', 'a'],
      [2, 'stderr', 'b'],
      [3, 'stdout', 'c'],
      [4, 'stdout', 'd'],
    ])
  })

  it('are seen by whoever asks for the last ones, the unfinished included', () => {
    const run = tailing.start('web')
    run.write('whole\nhal')
    expect(tailing.texts('web')).toEqual(['whole', 'hal'])
    run.write('f\n')
    expect(tailing.texts('web')).toEqual(['whole', 'half'])
  })

  it('keep their bytes, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), async (chunks) => {
        const run = tailing.start('binary')
        const before = segmentBytes(tailing.dataDir, 'binary').length
        for (const chunk of chunks) {
          run.write(Buffer.from(chunk))
          tailing.settle()
        }
        await tailing.tailer.finish(run.cookie)
        const written = Buffer.concat(chunks)
        const kept = segmentBytes(tailing.dataDir, 'binary').subarray(before)
        // A run that ended inside a line is set off from the next by a newline of the segment's own.
        const separated = written.length > 0 && kept.length === written.length + 1 && kept[0] === 10
        expect(separated ? kept.subarray(1) : kept).toEqual(written)
      }),
      { numRuns: 30 },
    )
  })

  it('are text with U+FFFD where bytes are not UTF-8, without their carriage return', () => {
    const run = tailing.start('web')
    run.write(Buffer.from([0x61, 0xff, 0x00, 0x0d, 0x0a]))
    run.write('\x1b[31mred\x1b[0m ü\n')
    expect(tailing.texts('web')).toEqual(['a\ufffd\0', '\x1b[31mred\x1b[0m ü'])
  })

  it('are sent as their first 64 KiB when they are longer', async () => {
    const run = tailing.start('web')
    run.write('x'.repeat(70_000))
    tailing.settle()
    run.write('between\n', 'stderr')
    tailing.settle()
    run.write('x'.repeat(200_000))
    tailing.settle()
    run.write('end\nnext\n')
    run.write(`${'ü'.repeat(40_000)}\n`)
    const lines = tailing.lines('web')
    expect(lines.map(({ seq, truncated, text }) => [seq, truncated, text.length])).toEqual([
      [1, true, 65_536],
      [2, undefined, 7],
      [3, undefined, 4],
      [4, true, 32_768],
    ])
    await tailing.tailer.finish(run.cookie)
    const whole = segmentBytes(tailing.dataDir, 'web').toString()
    expect(whole.match(/x{100,}/g)?.map((xs) => xs.length)).toEqual([70_000, 200_000])
    expect(whole).toContain('\nbetween\n')
  })

  it('carry the members of JSON lines unless they are to be text', () => {
    const auto = tailing.start('auto')
    const text = tailing.start('text', { format: 'text' })
    for (const run of [auto, text]) run.write('{"level":"error","msg":"gone"}\n')
    expect(tailing.lines('auto')[0]).toMatchObject({ level: 'error', fields: { msg: 'gone' } })
    expect(tailing.lines('text')[0]?.fields).toBeUndefined()
  })

  it('have the time of their file when no agent looked', () => {
    const run = tailing.start('web')
    run.write('old\n')
    const spool = join(tailing.dataDir, 'spool', `${run.cookie}.out`)
    fs.utimesSync(spool, 1_000_000, 1_000_000)
    expect(tailing.lines('web')[0]?.time).toBe('1970-01-12T13:46:40.000Z')
    run.write('new\n')
    expect(tailing.lines('web')[1]?.time).not.toContain('1970')
  })

  it('stay in order when the wall clock is set back', () => {
    const run = tailing.start('web')
    run.write('line 1\n')
    tailing.aheadMs = 3_600_000
    run.write('line 2\n')
    tailing.settle()
    tailing.aheadMs = -3_600_000
    run.write('line 3\n')
    expect(numbersOf(tailing.texts('web'))).toEqual([1, 2, 3])
  })
})

describe('segments', () => {
  it('are begun at their size and removed beyond their number, index and all', () => {
    const run = tailing.start('web', { maxSizeBytes: 10_000, maxFiles: 3 })
    for (let at = 0; at < 20; at++) {
      run.write(numbered(at * 200 + 1, 200))
      tailing.settle()
    }
    const files = fs.readdirSync(tailing.folder('web')).sort()
    expect(files).toHaveLength(6)
    for (const file of tailing.segments('web')) {
      expect(fs.statSync(join(tailing.folder('web'), file)).size).toBeLessThanOrEqual(10_000)
    }
    const numbers = numbersOf(tailing.texts('web'))
    expect(numbers.at(-1)).toBe(4000)
    expect(numbers).toEqual(numbers.map((_, index) => 4000 - numbers.length + 1 + index))
    expect(tailing.lines('web').at(-1)?.seq).toBe(4000)
  })

  it('are removed by age, with the count going on', async () => {
    const run = tailing.start('web', { maxAgeMs: 60_000 })
    run.write('old\n')
    tailing.settle()
    await tailing.tailer.finish(run.cookie)
    tailing.tailer.close()
    tailing.crash([])
    tailing.aheadMs = 3_600_000
    const next = tailing.start('web', { maxAgeMs: 60_000 })
    tailing.settle()
    const specs = new Map([['web', { ...next.spec, maxAgeMs: 60_000 }]])
    tailing.tailer.configure(specs)
    tailing.tailer.retainNow()
    expect(tailing.texts('web')).toEqual([])
    next.write('new\n')
    expect(tailing.lines('web').map(({ seq, text }) => [seq, text])).toEqual([[2, 'new']])
  })

  it('are readable by their owner alone, whatever the umask', () => {
    const umask = process.umask(0)
    try {
      const run = tailing.start('web', { maxSizeBytes: 1000 })
      run.write(numbered(1, 500))
      tailing.settle()
      const spool = join(tailing.dataDir, 'spool')
      expect(fs.statSync(spool).mode & 0o777).toBe(0o700)
      expect(fs.statSync(tailing.folder('web')).mode & 0o777).toBe(0o700)
      for (const file of fs.readdirSync(spool)) expect(fs.statSync(join(spool, file)).mode & 0o777).toBe(0o600)
      for (const file of fs.readdirSync(tailing.folder('web'))) {
        expect(fs.statSync(join(tailing.folder('web'), file)).mode & 0o777).toBe(0o600)
      }
    } finally {
      process.umask(umask)
    }
  })
})

describe('an agent that was killed', () => {
  it('before the index was written moves the lines again, once', () => {
    const run = tailing.start('web')
    run.write(numbered(1, 100))
    tailing.settle()
    const index = join(tailing.folder('web'), '00000001.idx')
    const before = fs.statSync(index).size
    run.write(numbered(101, 100))
    tailing.settle()
    fs.truncateSync(index, before)
    tailing.crash([run])
    expect(numbersOf(tailing.texts('web'))).toEqual(upTo(200))
    expect(segmentBytes(tailing.dataDir, 'web').toString()).toBe(numbered(1, 200))
  })

  it('at any byte of a segment or its index goes on with every line once', () => {
    const run = tailing.start('web')
    const index = join(tailing.folder('web'), '00000001.idx')
    const data = join(tailing.folder('web'), '00000001.log')
    run.write(numbered(1, 10))
    tailing.settle()
    const whole = { index: fs.statSync(index).size, data: fs.statSync(data).size }
    let count = 10
    for (let cut = 1; cut <= 130; cut += 7) {
      run.write(numbered(count + 1, 10))
      run.write(numbered(count + 11, 10))
      count += 20
      tailing.settle()
      // Bytes are written before the record that tells of them, so a kill can leave the index shorter, never longer.
      const size = fs.statSync(index).size
      fs.truncateSync(index, Math.max(whole.index, size - cut))
      tailing.crash([run])
      expect(numbersOf(tailing.texts('web'))).toEqual(upTo(count))
      whole.index = fs.statSync(index).size
    }
  })

  it('while it began a segment goes on with the one before', () => {
    const run = tailing.start('web')
    run.write(numbered(1, 10))
    tailing.settle()
    fs.writeFileSync(join(tailing.folder('web'), '00000002.log'), '')
    fs.writeFileSync(join(tailing.folder('web'), '00000002.idx'), 'HXELOG1\nhalf')
    tailing.crash([run])
    run.write(numbered(11, 10))
    expect(numbersOf(tailing.texts('web'))).toEqual(upTo(20))
  })

  it('inside a long line goes on with it', async () => {
    const run = tailing.start('web', { maxSizeBytes: 100_000, maxFiles: 50 })
    for (let at = 0; at < 5; at++) {
      run.write('y'.repeat(80_000))
      tailing.settle()
      tailing.crash([run])
    }
    run.write('\nnext\n')
    await tailing.tailer.finish(run.cookie)
    expect(tailing.lines('web').map(({ seq, text }) => [seq, text.length])).toEqual([
      [1, 65_536],
      [2, 4],
    ])
    expect(segmentBytes(tailing.dataDir, 'web').equals(Buffer.from(`${'y'.repeat(400_000)}\nnext\n`))).toBe(true)
  })

  it('knows where a quiet stream was read to after its segments are gone', () => {
    const run = tailing.start('web', { maxSizeBytes: 2000, maxFiles: 1 })
    run.write('once\n', 'stderr')
    tailing.settle()
    run.write(numbered(1, 2000))
    tailing.settle()
    tailing.crash([run])
    run.write('line 2001\n')
    expect(tailing.texts('web')).not.toContain('once')
    expect(tailing.lines('web').at(-1)).toMatchObject({ seq: 2002, text: 'line 2001' })
  })

  it('moves what is left of runs that have ended, and removes their spools', async () => {
    const known = tailing.start('web')
    const lost = tailing.start('worker')
    lost.write('line 1\n')
    tailing.settle()
    lost.write('line 2\nhalf')
    tailing.crash([])
    await tailing.tailer.sweepSpools(new Set([lost.cookie]))
    expect(tailing.texts('worker')).toEqual(['line 1', 'line 2', 'half'])
    tailing.tailer.close()
    expect(fs.readdirSync(join(tailing.dataDir, 'spool')).sort()).toEqual([
      `${known.cookie}.err`,
      `${known.cookie}.out`,
    ])
  })

  it('leaves alone a run that begins meanwhile and is told of only after that', async () => {
    const before = tailing.start('web')
    before.write('before\n')
    tailing.settle()
    tailing.crash([])
    // Its output has a place before its process is there, and it writes before anybody is told of it.
    const begun = runOf('web')
    makeSpools(tailing.dataDir, begun.cookie)
    const write = (text: string): void => fs.appendFileSync(join(tailing.dataDir, 'spool', `${begun.cookie}.out`), text)
    write('first\n')
    await tailing.tailer.sweepSpools(new Set([before.cookie]))
    tailing.tailer.attach(begun)
    write('second\n')
    await tailing.tailer.finish(begun.cookie)
    expect(tailing.texts('web')).toEqual(['before', 'first', 'second'])
  })
})

const emptyFiles = (folder: string): void => {
  for (const file of fs.readdirSync(folder)) fs.truncateSync(join(folder, file))
}

describe('what nobody claims', () => {
  it('is kept as the lines of nobody known', async () => {
    const folder = join(tailing.dataDir, 'spool')
    makeSpools(tailing.dataDir, 'never-tailed')
    fs.writeFileSync(join(folder, 'never-tailed.out'), 'last words\n')
    makeSpools(tailing.dataDir, 'empty')
    await tailing.tailer.sweepSpools(new Set(['never-tailed', 'empty']))
    expect(tailing.texts('(unknown)')).toEqual(['last words'])
    tailing.tailer.close()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it("is its service's where the cookie says whose it was", async () => {
    const folder = join(tailing.dataDir, 'spool')
    makeSpools(tailing.dataDir, 'dir.web.1')
    fs.writeFileSync(join(folder, 'dir.web.1.out'), 'never tailed\n')
    const spec = { maxSizeBytes: 1 << 20, maxFiles: 2, format: 'auto', capture: 'file' } as const
    const owner = { cookiePrefix: 'dir.web.', instance: 'web', service: 'web', spec }
    await tailing.tailer.sweepSpools(new Set(['dir.web.1']), [owner])
    expect(tailing.texts('web')).toEqual(['never tailed'])
  })

  it('goes thirty days after its last line', async () => {
    const kept = tailing.start('kept')
    const gone = tailing.start('one-off')
    for (const run of [kept, gone]) {
      run.write('line 1\n')
      await tailing.tailer.finish(run.cookie)
    }
    tailing.tailer.close()
    tailing.crash([])
    tailing.tailer.configure(new Map([['kept', kept.spec]]))
    tailing.aheadMs = 29 * 86_400_000
    tailing.tailer.retainNow()
    expect(tailing.texts('one-off')).toEqual(['line 1'])
    tailing.aheadMs = 31 * 86_400_000
    tailing.tailer.retainNow()
    expect(fs.readdirSync(join(tailing.dataDir, 'logs'))).toEqual(['kept'])
  })
})

function linkElsewhere(path: string): void {
  const target = join(path, '..', '..', 'elsewhere')
  fs.mkdirSync(target)
  fs.symlinkSync(target, path)
}

describe('a log that somebody meddles with', () => {
  const damages: [string, (folder: string) => void][] = [
    ['removed', (folder) => fs.rmSync(folder, { recursive: true })],
    ['emptied', emptyFiles],
    ['renamed', (folder) => fs.renameSync(folder, `${folder}.old`)],
    ['appended to', (folder) => fs.appendFileSync(join(folder, '00000001.log'), 'forged\n')],
    ['without its index', (folder) => fs.rmSync(join(folder, '00000001.idx'))],
    ['unreadable', (folder) => fs.chmodSync(folder, 0)],
  ]
  it.each(damages)('when it is %s goes on with every later line', (_name, damage) => {
    const run = tailing.start('web')
    run.write(numbered(1, 10))
    tailing.settle()
    damage(tailing.folder('web'))
    // The place of a segment is looked at four times a second.
    tailing.aheadMs += 1000
    run.write(numbered(11, 10))
    expect(numbersOf(tailing.texts('web')).slice(-10)).toEqual(upTo(20).slice(10))
    expect(tailing.lines('web').at(-1)?.seq).toBe(20)
  })

  const replacements: [string, (path: string) => void][] = [
    ['a file', (path) => fs.writeFileSync(path, 'not a folder')],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a symbolic link', (path) => linkElsewhere(path)],
  ]
  it.each(replacements)('keeps lines in the spool while its folder is %s', (kind, replace) => {
    const run = tailing.start('web')
    run.write(numbered(1, 10))
    tailing.settle()
    const folder = tailing.folder('web')
    fs.rmSync(folder, { recursive: true })
    replace(folder)
    run.write(numbered(11, 10))
    tailing.settle()
    expect(tailing.warnings).toMatchObject([{ instance: 'web', code: 'cannot-write' }])
    expect(tailing.warnings[0]?.text).toContain(`${folder} is ${kind}, not a folder`)
    if (kind === 'a symbolic link') expect(fs.readdirSync(fs.realpathSync(folder))).toEqual([])
    fs.rmSync(folder)
    tailing.aheadMs += 1000
    expect(numbersOf(tailing.texts('web'))).toEqual(upTo(20).slice(10))
    expect(tailing.warnings.map(({ code }) => code)).toEqual(['cannot-write', 'recovered'])
  })

  it.each(['log', 'idx'])('takes another name where a link waits for the next %s', (ending) => {
    const target = join(tailing.dataDir, 'target')
    fs.writeFileSync(target, 'untouched')
    const run = tailing.start('web', { maxSizeBytes: 1000 })
    run.write(numbered(1, 10))
    tailing.settle()
    fs.symlinkSync(target, join(tailing.folder('web'), `00000002.${ending}`))
    run.write(numbered(11, 200))
    expect(numbersOf(tailing.texts('web')).at(-1)).toBe(210)
    expect(fs.readFileSync(target, 'utf8')).toBe('untouched')
  })
})

describe('a spool', () => {
  it('that its writer truncates is read from its beginning, and said', () => {
    const run = tailing.start('web')
    run.write(numbered(1, 5))
    tailing.settle()
    fs.truncateSync(join(tailing.dataDir, 'spool', `${run.cookie}.out`))
    run.write('line 6\n')
    expect(numbersOf(tailing.texts('web'))).toEqual(upTo(6))
    expect(tailing.warnings).toMatchObject([{ code: 'truncated-by-writer' }])
    expect(tailing.warnings[0]?.text).toContain('logs { capture = "pipe" }')
    tailing.crash([run])
    run.write('line 7\n')
    expect(numbersOf(tailing.texts('web'))).toEqual(upTo(7))
  })

  it('is read without being asked, also when the watch was flooded by files of others', async () => {
    const run = tailing.start('web')
    // More than the system keeps for a watch that nobody listens to meanwhile; what comes after is lost.
    for (let at = 0; at < 20_000; at++) fs.appendFileSync(join(tailing.dataDir, 'spool', 'other'), '.')
    run.write('line 1\n')
    await until(() => segmentBytes(tailing.dataDir, 'web').length > 0)
    expect(segmentBytes(tailing.dataDir, 'web').toString()).toBe('line 1\n')
  })

  it('gives back what was moved', async () => {
    const run = tailing.start('web')
    const path = join(tailing.dataDir, 'spool', `${run.cookie}.out`)
    for (let at = 0; at < 40; at++) {
      run.write(`${'z'.repeat(1 << 20)}\n`)
      tailing.settle()
    }
    const { size, blocks } = fs.statSync(path)
    expect(size).toBe(40 * ((1 << 20) + 1))
    expect(blocks * 512).toBeLessThan(12 << 20)
    await tailing.tailer.finish(run.cookie)
  })

  it('that cannot be found is said, and others go on', async () => {
    const run = tailing.start('web')
    const other = tailing.start('db')
    fs.rmSync(join(tailing.dataDir, 'spool', `${run.cookie}.out`))
    other.write('fine\n')
    expect(tailing.texts('db')).toEqual(['fine'])
    tailing.settle()
    expect(tailing.warnings[0]).toMatchObject({ instance: 'web', code: 'cannot-write' })
    await tailing.tailer.finish(run.cookie)
  })

  it('whose log folder was deleted with the agent away begins behind what was freed', () => {
    const run = tailing.start('web')
    run.write(`${'z'.repeat(10 << 20)}\n`)
    tailing.settle()
    fs.rmSync(tailing.folder('web'), { recursive: true })
    tailing.crash([run])
    run.write('after\n')
    const texts = tailing.texts('web')
    expect(texts.at(-1)).toBe('after')
    expect(texts.join('')).not.toContain('\0')
  })
})
