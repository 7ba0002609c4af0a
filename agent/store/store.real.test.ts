/** The store on file systems that fill up and turn read-only: real ones, small, in memory. Needs root to mount them. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmdirSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { event, run, unit } from './fixtures/records.ts'
import { openStore, type Store } from './index.ts'

let dataDir: string
const stores: Store[] = []

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
    await vi.waitFor(() => expect(store.health()).toEqual({ ok: true }), { timeout: 5000 })
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
    await vi.waitFor(() => expect(store.health().problem).toMatch(/\(\d+ events were dropped\)/))
    free()
    await vi.waitFor(() => expect(store.health().ok).toBe(true), { timeout: 5000 })
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
    await vi.waitFor(() => expect(again.health().ok).toBe(true), { timeout: 5000 })
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
    remount('ro')
    await expect(openStore({ dataDir })).rejects.toThrow(/read-only|cannot be written/)
    remount('rw')
    expect(readdirSync(dataDir)).toEqual(['hxe.db'])
    expect((await (await open()).load()).units).toEqual([unit('web')])
  })
})
