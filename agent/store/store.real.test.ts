/** The store on file systems that fill up, turn read-only, freeze and lose power: real, small ones. Needs root to mount them. */
import { execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { event, run, unit } from './fixtures/records.ts'
import { openStore, type Store } from './index.ts'

let dataDir: string
const stores: Store[] = []
/** Generous: a busy machine is no fault of the store. */
const patience = { timeout: 30_000 }

function mayMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'hxe-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    return false
  } finally {
    rmdirSync(probe)
  }
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', dataDir])
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  execFileSync('umount', ['-l', dataDir])
  rmdirSync(dataDir)
})

async function open(): Promise<Store> {
  const store = await openStore({ dataDir, limits: { retryMs: [20, 100], maxEvents: 100 } })
  stores.push(store)
  return store
}

function fill(): void {
  const fd = openSync(join(dataDir, 'filler'), 'w')
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size))
    } catch {
      // Full to this grain.
    }
  }
  closeSync(fd)
}

const free = (): void => unlinkSync(join(dataDir, 'filler'))

/** Writes until one is refused; the log has some room of its own. */
async function writeUntilRefused(store: Store): Promise<Error> {
  for (let i = 0; i < 10_000; i++) {
    const refused = await store.putRun(run(`c${i % 50}`, { restarts: i })).then(
      () => undefined,
      (error: Error) => error,
    )
    if (refused) return refused
  }
  throw new Error('nothing was refused')
}

describe.runIf(mayMount())('a disk that is full', () => {
  test('rejects writes with the cause, keeps the newest values, and gets them when it has room again', async () => {
    const store = await open()
    await store.putUnit(unit('web'))
    fill()
    expect((await writeUntilRefused(store)).message).toMatch(/the disk is full: .* has \d+ bytes left/)
    expect(store.health().problem).toMatch(/the disk is full/)
    await expect(store.putUnit(unit('web', { desired: 'down' }))).rejects.toThrow(/full/)
    await expect(store.removeRun('c7')).rejects.toThrow(/full/)
    await expect(store.appendEvent(event(1))).rejects.toThrow(/full/)
    expect(await store.events({ limit: 5 })).toEqual([event(1)])
    free()
    await vi.waitFor(() => expect(store.health()).toEqual({ ok: true }), patience)
    await store.close()
    const again = await open()
    const { units, runs } = await again.load()
    expect(units).toEqual([unit('web', { desired: 'down' })])
    expect(runs.map(({ cookie }) => cookie)).not.toContain('c7')
    expect(await again.events({ limit: 5 })).toEqual([event(1)])
  })

  test('costs the oldest events beyond a bound, counted in its health', async () => {
    const store = await open()
    fill()
    await writeUntilRefused(store)
    for (let seq = 1; seq <= 150; seq++) await store.appendEvent(event(seq)).catch(() => undefined)
    await vi.waitFor(() => expect(store.health().problem).toMatch(/\(\d+ events were dropped\)/), patience)
    free()
    await vi.waitFor(() => expect(store.health().ok).toBe(true), patience)
    await store.close()
    const kept = await (await open()).events({ limit: 1000 })
    expect(kept[0]?.seq).toBe(150)
    expect(kept).toHaveLength(100)
  })

  test('lets a store be opened and read', async () => {
    const store = await open()
    await store.putUnit(unit('web'))
    await store.close()
    fill()
    const again = await open()
    expect((await again.load()).units).toEqual([unit('web')])
    await expect(again.putUnit(unit('api'))).rejects.toThrow(/full/)
    free()
    await vi.waitFor(() => expect(again.health().ok).toBe(true), patience)
    await again.close()
    expect((await (await open()).load()).units.map(({ service }) => service)).toEqual(['api', 'web'])
  })
})

describe.runIf(mayMount())('a file system that is read-only', () => {
  const remount = (mode: string): void => void execFileSync('mount', ['-o', `remount,${mode}`, dataDir])

  test('is said in words when the store opens, and changes nothing', async () => {
    const store = await openStore({ dataDir })
    await store.putUnit(unit('web'))
    await store.close()
    const names = readdirSync(dataDir)
    remount('ro')
    await expect(openStore({ dataDir })).rejects.toThrow(/read-only|cannot be written/)
    remount('rw')
    expect(readdirSync(dataDir)).toEqual(names)
    expect((await (await open()).load()).units).toEqual([unit('web')])
  })
})

/** An ext4 in a file, mounted through a loop device; undefined where that is not to be had. */
function mountImage(folder: string): { image: string; mount: string } | undefined {
  const image = join(folder, 'image')
  const mount = join(folder, 'mount')
  mkdirSync(mount)
  try {
    execFileSync('truncate', ['-s', '24M', image])
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' })
    execFileSync('mount', ['-o', 'loop', image, mount], { stdio: 'ignore' })
    return { image, mount }
  } catch {
    return undefined
  }
}

describe.runIf(mayMount())('a disk of its own', () => {
  let folder: string
  let disk: { image: string; mount: string } | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hxe-disk-'))
    disk = mountImage(folder)
  })
  afterEach(() => {
    if (disk) execFileSync('umount', ['-l', disk.mount])
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })

  test('that freezes holds writes up, but not reading, and is said to be slow', async ({ skip }) => {
    if (!disk) return skip('no loop devices here')
    const store = await openStore({ dataDir: disk.mount, limits: { slowMs: 200 } })
    // More than memory holds, so that the second page has to come from the frozen disk.
    await Promise.all(Array.from({ length: 2500 }, (_, i) => store.appendEvent(event(i + 1))))
    // Another process thaws it again when its input ends, which it does whatever becomes of this one.
    const freezing = 'fsfreeze -f "$0" && echo frozen && timeout -s KILL 80 cat; fsfreeze -u "$0"'
    const freezer = spawn('sh', ['-c', freezing, disk.mount])
    const thawed = new Promise((resolve) => freezer.once('close', resolve))
    await new Promise((resolve) => freezer.stdout.once('data', resolve))
    let written = false
    const writing = store.putUnit(unit('web')).then(() => {
      written = true
    })
    await vi.waitFor(() => expect(store.health().problem).toMatch(/the database is slow/), patience)
    expect((await store.events({ limit: 100 })).map(({ seq }) => seq)[0]).toBe(2500)
    expect((await store.events({ limit: 5000 })).length).toBeGreaterThanOrEqual(1000)
    expect((await store.load()).units).toEqual([unit('web')])
    expect(written).toBe(false)
    freezer.stdin.end()
    await thawed
    await writing
    await vi.waitFor(() => expect(store.health()).toEqual({ ok: true }), patience)
    expect(await store.events({ limit: 5000 })).toHaveLength(2500)
    await store.close()
  })

  test('that loses power keeps every write that was answered', async ({ skip }) => {
    if (!disk) return skip('no loop devices here')
    const store = await openStore({ dataDir: disk.mount })
    let answered = 0
    let going = true
    const writing = (async () => {
      for (let i = 1; going; i++) {
        await Promise.all([store.putRun(run(`c${i}`)), store.putUnit(unit('web', { fingerprint: String(i) }))])
        answered = i
      }
    })()
    const copies: { path: string; answered: number }[] = []
    for (let i = 0; i < 5; i++) {
      const before = answered
      await vi.waitFor(() => expect(answered).toBeGreaterThan(before + 20), { ...patience, interval: 5 })
      // What the copy holds is what the disk held: the file system's own memory is not in it.
      const path = join(folder, `cut-${i}`)
      const known = answered
      copyFileSync(disk.image, path)
      copies.push({ path, answered: known })
    }
    going = false
    await writing
    await store.close()
    for (const { path, answered: known } of copies) {
      const mount = `${path}-mount`
      mkdirSync(mount)
      execFileSync('mount', ['-o', 'loop', path, mount])
      try {
        const after = await openStore({ dataDir: mount })
        const { runs, units } = await after.load()
        await after.close()
        const cookies = new Set(runs.map(({ cookie }) => cookie))
        const lost = Array.from({ length: known }, (_, i) => `c${i + 1}`).filter((cookie) => !cookies.has(cookie))
        expect(lost).toEqual([])
        expect(Number(units[0]?.fingerprint)).toBe(runs.length)
        expect(after.health().setAside).toBeUndefined()
      } finally {
        execFileSync('umount', ['-l', mount])
      }
    }
  })
})
