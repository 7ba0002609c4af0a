import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place | undefined
let mounted: string | undefined

afterEach(async () => {
  await place?.close().catch(() => undefined)
  if (mounted) execFileSync('umount', ['-l', mounted])
  if (place) rmSync(place.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

/** A small disk of its own for the data directory; this takes root. */
function mount(folder: string): void {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', folder])
  mounted = folder
}

/** Writes until nothing more goes in. */
function fill(folder: string): string {
  const file = join(folder, 'filler')
  for (let size = 1 << 20; size >= 512; size /= 2) {
    for (;;) {
      try {
        writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
      } catch {
        break // It is full for pieces of this size.
      }
    }
  }
  return file
}

/** Ends with an error when it cannot write. */
const writer = (file: string): string =>
  `while dd if=/dev/zero of=${file} bs=64k count=1 status=none; do rm ${file}; sleep 0.05; done; exit 1`
const manyRetries = 'restart {\n delay = "10ms"\n max_retries = 1\n}'

describe.runIf(process.getuid?.() === 0)('a full disk', () => {
  it('is no crash of a service that cannot write, which runs again when there is room', async () => {
    place = await Place.open(({ dataDir }) => {
      mount(dataDir)
      return service('talks', writer(join(dataDir, 'own')), 'shell = true', manyRetries)
    })
    await place.running('talks')
    const { dataDir } = place
    const filler = fill(dataDir)
    const waits = await place.until('talks', ({ state }) => {
      // What it had written when the disk became full is room again when it has removed that.
      fill(dataDir)
      return state === 'backoff'
    })
    expect(waits.reason.code).toBe('resources')
    expect(waits.why?.sentence).toContain('full')
    // Longer than its retries would last if the disk counted.
    await place.until('talks', ({ restarts }) => restarts >= 2)
    rmSync(filler)
    await place.running('talks')
  })
})
