import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, systemClock } from '../os/index.ts'
import { event, run, unit } from './fixtures/records.ts'
import { openStore, type Store, type StoreOptions } from './index.ts'
import { migrations } from './migrations.ts'

let dataDir: string
const cleanups: (() => Promise<void> | void)[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-store-'))
})
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

async function open(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ dataDir, limits: { retryMs: [20, 50] }, ...options })
  cleanups.push(() => store.close())
  return store
}

const database = (): string => join(dataDir, 'hxe.db')
const asideNames = (): string[] => readdirSync(dataDir).filter((name) => name.startsWith('hxe.db.damaged-'))

/** A closed database with five units. */
async function withUnits(): Promise<void> {
  const store = await openStore({ dataDir })
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => store.putUnit(unit(name))))
  await store.close()
}

describe('what is stored', () => {
  test('comes back after the store is opened again', async () => {
    const store = await open()
    const why = { sentence: 'Exited with code 1', chain: [], fixes: [] }
    const failure = { instance: 'web#0', reason: { code: 'crash-loop', text: 'gave up' }, atMs: 5, why }
    await Promise.all([
      store.putUnit(unit('web', { enabledByPerson: false })),
      store.putUnit(unit('gone')),
      store.putRun(run('c1')),
      store.putRun(run('c1', { pid: 99, stopping: true })),
      store.putFailure(failure),
    ])
    await store.removeUnit('gone')
    await store.close()
    expect(await (await open()).load()).toEqual({
      units: [unit('web', { enabledByPerson: false })],
      runs: [run('c1', { pid: 99, stopping: true })],
      failures: [failure],
      lastRevision: 0,
    })
  })

  test('keeps the newest revisions of the configuration, and none that is damaged', async () => {
    const store = await open()
    const startedAtMs = Date.now()
    const entry = (revision: number) => ({
      revision,
      at: new Date(startedAtMs + revision).toISOString(),
      author: 'anna',
      kind: 'apply' as const,
      text: 'Applied',
      files: ['/c/a.hcl'],
      texts: { '/c/a.hcl': `# ${revision}` },
    })
    for (let revision = 1; revision <= 3; revision += 1) await store.addRevision(entry(revision))
    await store.close()
    const db = new DatabaseSync(database())
    db.exec("UPDATE revision SET texts = '{}' WHERE revision = 2")
    db.close()
    const again = await open()
    expect((await again.load()).lastRevision).toBe(3)
    expect((await again.revisions({ limit: 2 })).map(({ revision }) => revision)).toEqual([3, 2])
    expect((await again.revisions({ limit: 5, before: 2 })).map(({ revision }) => revision)).toEqual([1])
    expect(await again.revision(1)).toEqual(entry(1))
    expect(await again.revision(2)).toBeUndefined()
    await again.addRevision(entry(502))
    expect((await again.revisions({ limit: 5 })).map(({ revision }) => revision)).toEqual([502, 3])
  })

  test('says nothing on disk of what the files of the history say, nor of what an earlier version left there', async () => {
    const canary = 'canary-91c2'
    const entry = (revision: number) => ({
      revision,
      at: new Date(Date.now() + revision).toISOString(),
      author: 'anna',
      kind: 'apply' as const,
      text: 'Applied',
      files: ['/c/a.hcl'],
      texts: { '/c/a.hcl': `# ${canary} ${revision}` },
    })
    const onDisk = (): string =>
      readdirSync(dataDir)
        .map((name) => readFileSync(join(dataDir, name), 'latin1'))
        .join('')
    const store = await open()
    await store.addRevision(entry(1))
    await store.addRevision(entry(2))
    expect(onDisk()).not.toContain(canary)
    await store.close()
    const { texts, ...head } = entry(1)
    const [value, plain] = [JSON.stringify(head), JSON.stringify(texts)]
    const sum = createHash('sha256').update(`${value}\0${plain}`).digest('hex')
    const db = new DatabaseSync(database())
    // No prepared statement: one that is not collected yet keeps the database locked.
    db.exec(`UPDATE revision SET value = '${value}', texts = '${plain}', sum = '${sum}' WHERE revision = 1`)
    db.close()
    expect(onDisk()).toContain(canary)
    const again = await open()
    await vi.waitFor(() => expect(onDisk()).not.toContain(canary), { timeout: 15_000, interval: 20 })
    expect(await again.revision(1)).toEqual({ ...entry(1), at: head.at })
    expect((await again.revision(2))?.texts).toEqual(entry(2).texts)
  })

  test('has no history to read without the key that it was sealed with', async () => {
    const store = await open()
    const texts = { '/c/a.hcl': 'x' }
    const at = new Date().toISOString()
    await store.addRevision({ revision: 1, at, author: 'anna', kind: 'apply', text: 'Applied', files: [], texts })
    await store.putUnit(unit('web'))
    await store.close()
    writeFileSync(join(dataDir, 'secrets.key'), 'damaged')
    const again = await open()
    await expect(again.revision(1)).rejects.toThrow('holds no key')
    expect((await again.revisions({ limit: 5 })).map(({ revision }) => revision)).toEqual([1])
    expect((await again.load()).units).toEqual([unit('web')])
  })

  test('may have names that reach into prototypes', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', "'; DROP TABLE record; --", 'größe ✓']
    const store = await open()
    await Promise.all(names.map((name) => store.putUnit(unit(name))))
    await store.close()
    const units = (await (await open()).load()).units
    expect(units.map(({ service }) => service).sort()).toEqual([...names].sort())
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  test('is readable by its owner alone, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      const store = await open()
      await store.putUnit(unit('web'))
      for (const name of readdirSync(dataDir))
        expect([name, statSync(join(dataDir, name)).mode & 0o777]).toEqual([name, 0o600])
    } finally {
      process.umask(before)
    }
  })

  test('that was answered survives kill -9 of its writer', async () => {
    for (let round = 0; round < 4; round++) {
      const script = join(import.meta.dirname, 'fixtures/writes-until-killed.ts')
      const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir, String(round * 1_000_000)])
      let said = ''
      child.stdout.on('data', (chunk) => {
        said += chunk
      })
      await vi.waitFor(() => expect(said.split('\n').length).toBeGreaterThan(5 + round * 7), {
        timeout: 15_000,
        interval: 3,
      })
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      const answered = said.split('\n').slice(0, -1)
      const store = await openStore({ dataDir })
      const { runs, units } = await store.load()
      await store.close()
      const kept = new Set(runs.map(({ cookie }) => cookie))
      expect(answered.filter((cookie) => !kept.has(cookie))).toEqual([])
      const lastAnswered = Number(answered.at(-1)?.replace('run-', ''))
      expect(Number(units[0]?.fingerprint)).toBeGreaterThanOrEqual(lastAnswered)
      expect(store.health().setAside).toBeUndefined()
    }
  }, 60_000)
})

describe('events', () => {
  test('come newest first and page back through memory and database without a gap', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 3500 }, (_, i) => store.appendEvent(event(i + 1))))
    const seen: number[] = []
    for (let before: number | undefined; ; ) {
      const page = await store.events({ limit: 700, ...(before !== undefined && { before }) })
      seen.push(...page.map(({ seq }) => seq))
      before = page.at(-1)?.seq
      if (page.length < 700) break
    }
    expect(seen).toEqual(Array.from({ length: 3500 }, (_, i) => 3500 - i))
  })

  test('beyond a count or an age are removed a slice at a time, and the newest thousand stay whatever their age', async () => {
    const pruning: (() => void)[] = []
    const clock: Clock = {
      ...systemClock,
      after(delayMs, run) {
        if (delayMs < 60_000) return systemClock.after(delayMs, run)
        pruning.push(run)
        return () => undefined
      },
    }
    const day = 86_400_000
    const pruned = async (store: Store): Promise<void> => {
      await vi.waitFor(() => expect(pruning).toHaveLength(1), { timeout: 15_000 })
      pruning.shift()?.()
      await vi.waitFor(() => expect(pruning).toHaveLength(1), { timeout: 15_000 })
      pruning.length = 0
      await store.close()
    }
    /** How many there are, and the first and the last: asked of a store that has only some of them in memory. */
    const rows = async (): Promise<(number | undefined)[]> => {
      const store = await openStore({ dataDir })
      const seqs = (await store.events({ limit: 10_000 })).map(({ seq }) => seq)
      await store.close()
      return [seqs.length, seqs.at(-1), seqs[0]]
    }
    const options = { dataDir, clock, events: { maxRows: 2500, maxAgeMs: day } }
    const store = await openStore(options)
    const time = new Date().toISOString()
    await Promise.all(Array.from({ length: 3700 }, (_, i) => store.appendEvent(event(i + 1, { time }))))
    // All of them are within the age: only those beyond the count are too many.
    await pruned(store)
    expect(await rows()).toEqual([2500, 1201, 3700])
    // A clock that jumped ahead makes all of them old.
    clock.nowMs = () => Date.now() + 10 * day
    await pruned(await openStore(options))
    expect(await rows()).toEqual([1000, 2701, 3700])
  }, 60_000)

  test('are found by service with its instances, kind, time and number, in memory as in the database', async () => {
    const store = await open()
    const writes: Promise<void>[] = []
    for (let seq = 1; seq <= 2500; seq++) {
      const service = ['web', 'web#0', 'web#10', 'web-2', 'api'][seq % 5] ?? ''
      writes.push(store.appendEvent(event(seq, { service, kind: seq % 2 ? 'service.started' : 'service.exited' })))
    }
    await Promise.all(writes)
    const web = await store.events({ limit: 5000, service: 'web' })
    expect(web).toHaveLength(1500)
    expect(new Set(web.map(({ service }) => service))).toEqual(new Set(['web', 'web#0', 'web#10']))
    const chosen = await store.events({ limit: 10, kind: 'service.exited', after: 100, before: 200, service: 'api' })
    expect(chosen.map(({ seq }) => seq)).toEqual([194, 184, 174, 164, 154, 144, 134, 124, 114, 104])
    const atMs = (seq: number): number => 1_700_000_000_000 + seq * 1000
    const inTime = await store.events({ limit: 100, sinceMs: atMs(50), untilMs: atMs(53) })
    expect(inTime.map(({ seq }) => seq)).toEqual([52, 51, 50])
  })

  test('go on with numbers that were never given, also after damage', async () => {
    const store = await open()
    expect(store.nextEventSeq()).toBe(1)
    await store.appendEvent(event(7))
    expect(store.nextEventSeq()).toBe(8)
    await store.close()
    const again = await open()
    expect(again.nextEventSeq()).toBeGreaterThan(8)
    await again.close()
    truncateSync(database(), 0)
    expect((await open()).nextEventSeq()).toBeGreaterThan(1_000_000)
  })
})

describe('a database that is damaged', () => {
  const damages: [string, () => void][] = [
    ['has no bytes', () => truncateSync(database(), 0)],
    ['is cut short', () => truncateSync(database(), 3 * 4096 - 100)],
    ['is another kind of file', () => writeFileSync(database(), 'not a database, '.repeat(1000))],
    [
      'has its header overwritten',
      () => writeFileSync(database(), Buffer.concat([Buffer.alloc(100, 1), readFileSync(database()).subarray(100)])),
    ],
  ]
  test.each(damages)('is set aside and a new one opened when it %s', async (_how, damage) => {
    await withUnits()
    damage()
    const damaged = readFileSync(database())
    const store = await open()
    const { setAside } = store.health()
    expect(setAside).toMatch(/^hxe\.db\.damaged-\d{8}T\d{6}Z$/)
    expect(readFileSync(join(dataDir, setAside ?? '')).equals(damaged)).toBe(true)
    expect((await store.load()).units).toEqual([])
    await store.putUnit(unit('new'))
  })

  test('never gives a record that differs from what was written, whichever bit flips', async () => {
    await withUnits()
    const good = readFileSync(database())
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(good)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        writeFileSync(database(), flipped)
        for (const suffix of ['-wal', '-shm']) rmSync(database() + suffix, { force: true })
        const outcome = await openStore({ dataDir }).catch((error: Error) => error)
        if (outcome instanceof Error) {
          // A flip in the format number reads as a newer HXE.
          expect(outcome.message).toMatch(/newer HXE/)
          return
        }
        const { units } = await outcome.load()
        await outcome.close()
        for (const found of units) expect(found).toEqual(unit(found.service))
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test('loses only the record whose own checksum is wrong, and says which', async () => {
    await withUnits()
    const bytes = readFileSync(database())
    const at = bytes.indexOf('"service":"c"')
    bytes.write('x', at + 11)
    writeFileSync(database(), bytes)
    const store = await open()
    expect((await store.load()).units.map(({ service }) => service)).toEqual(['a', 'b', 'd', 'e'])
    expect(store.health()).toEqual({ ok: true, notes: ['the stored unit "c" is damaged and was left out'] })
  })

  test('opens when its log is deleted, cut or empty', async () => {
    const store = await open()
    await store.putUnit(unit('web'))
    const copy = mkdtempSync(join(tmpdir(), 'hxe-copy-'))
    cleanups.push(() => rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
    for (const harm of [
      (path: string) => unlinkSync(path),
      (path: string) => truncateSync(path, 0),
      (path: string) => truncateSync(path, 1000),
    ]) {
      for (const name of ['', '-wal']) cpSync(database() + name, join(copy, `hxe.db${name}`))
      harm(join(copy, 'hxe.db-wal'))
      const other = await openStore({ dataDir: copy })
      await other.putUnit(unit('later'))
      await other.close()
      rmSync(join(copy, 'hxe.db'))
    }
  })

  test('is made anew with all that is known when it is deleted under the agent', async () => {
    const store = await open()
    await Promise.all([store.putUnit(unit('web')), store.putRun(run('c1')), store.appendEvent(event(1))])
    for (const name of readdirSync(dataDir)) unlinkSync(join(dataDir, name))
    await store.putUnit(unit('api'))
    await store.close()
    const again = await open()
    const { units, runs } = await again.load()
    expect(units.map(({ service }) => service)).toEqual(['api', 'web'])
    expect(runs).toEqual([run('c1')])
    expect(await again.events({ limit: 5 })).toEqual([event(1)])
  })

  test('is set aside and written anew when its pages break under the agent', async () => {
    const first = await open()
    const text = 'long '.repeat(200)
    await Promise.all(Array.from({ length: 5000 }, (_, i) => first.appendEvent(event(i + 1, { text }))))
    await Promise.all([first.putUnit(unit('web')), first.putRun(run('c1'))])
    await first.close()
    const store = await open()
    const bytes = readFileSync(database())
    // Written in place: the agent has this very file open.
    writeFileSync(database(), Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]))
    expect(await store.events({ limit: 5000, before: 3000 })).toEqual([])
    expect(store.health().setAside).toBeDefined()
    await store.putUnit(unit('api'))
    await store.close()
    const last = await open()
    const { units, runs } = await last.load()
    expect(units.map(({ service }) => service)).toEqual(['api', 'web'])
    expect(runs).toEqual([run('c1')])
    expect(await last.events({ limit: 9999 })).toHaveLength(1000)
  })
})

describe('what is planted where the database belongs', () => {
  test('as a symbolic or hard link is set aside and its target left alone', async () => {
    for (const plant of [symlinkSync, linkSync]) {
      const target = join(dataDir, 'precious')
      writeFileSync(target, 'precious', { mode: 0o644 })
      plant(target, database())
      const store = await openStore({ dataDir })
      await store.putUnit(unit('web'))
      await store.close()
      expect(store.health().setAside).toBeDefined()
      expect(readFileSync(target, 'utf8')).toBe('precious')
      rmSync(database())
    }
  })
  test('as a pipe or a folder is set aside', async () => {
    for (const plant of [() => execFileSync('mkfifo', [database()]), () => mkdirSync(database())]) {
      plant()
      const store = await openStore({ dataDir })
      expect(store.health().setAside).toBeDefined()
      await store.close()
      rmSync(database())
    }
    expect(asideNames()).toHaveLength(2)
  })
})

describe('a database of a newer version', () => {
  const snapshot = (): Record<string, string> =>
    Object.fromEntries(readdirSync(dataDir).map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')]))

  test('is refused with both versions named and not a byte changed', async () => {
    await withUnits()
    const db = new DatabaseSync(database())
    db.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    const before = snapshot()
    await expect(openStore({ dataDir })).rejects.toThrow(
      `written by a newer HXE: it has format 99, this version knows formats up to ${migrations.length}`,
    )
    expect(snapshot()).toEqual(before)
  })

  test('is refused also when only its log says so', async () => {
    await withUnits()
    const source = mkdtempSync(join(tmpdir(), 'hxe-newer-'))
    cleanups.push(() => rmSync(source, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
    cpSync(dataDir, source, { recursive: true })
    const db = new DatabaseSync(join(source, 'hxe.db'))
    db.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 42')
    cpSync(source, dataDir, { recursive: true })
    db.close()
    expect(existsSync(`${database()}-wal`)).toBe(true)
    const before = snapshot()
    await expect(openStore({ dataDir })).rejects.toThrow(/format 42/)
    expect(snapshot()).toEqual(before)
  })
})

describe('another process', () => {
  const script = join(import.meta.dirname, 'fixtures/holds-lock.mjs')

  test('that holds the database is waited for when the store opens, within a limit', async () => {
    await withUnits()
    const child = spawn(process.execPath, [script, database()])
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    await expect(openStore({ dataDir, openLimitMs: 700 })).rejects.toThrow(/locked by another process|did not open/)
    const opening = openStore({ dataDir })
    child.stdin.end()
    const store = await opening
    expect((await store.load()).units).toHaveLength(5)
    await store.close()
  })

  test('cannot lock the database while the store is open', async () => {
    const store = await open()
    await store.putUnit(unit('web'))
    const child = spawn(process.execPath, [script, database()], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect([code, said]).toEqual([1, expect.stringMatching(/database is locked/)])
    await store.putUnit(unit('api'))
  })
})

test('a store that is closed is not opened again by who still asks', async () => {
  const store = await open()
  await store.putUnit(unit('web'))
  await store.close()
  await expect(store.series.tend({ rawMs: 1, minuteMs: 1, hourMs: 1, bytes: 1 })).rejects.toThrow(/closed/)
  const next = await openStore({ dataDir })
  expect((await next.load()).units).toHaveLength(1)
  await next.close()
})

describe('what waits', () => {
  test('is one transaction while another is under way', async () => {
    const store = await open()
    const order: string[] = []
    await Promise.all([
      store.putUnit(unit('a')).then(() => order.push('a')),
      store.putUnit(unit('b')).then(() => order.push('b')),
    ])
    expect(order).toEqual(['a', 'b'])
  })

  test('is refused once the store is closed', async () => {
    const store = await open()
    await store.close()
    await expect(store.putUnit(unit('a'))).rejects.toThrow('the store is closed')
  })
})

test('a folder that cannot be written is said in words', async () => {
  if (process.getuid?.() === 0) return
  chmodSync(dataDir, 0o500)
  cleanups.push(() => chmodSync(dataDir, 0o700))
  await expect(openStore({ dataDir })).rejects.toThrow(/cannot be written/)
})
