import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(() => place.close())

const watched = (...more: readonly string[]): string =>
  service('web', 'sleep 1000', 'watch {', '  debounce = "50ms"', ...more, '}')
const at = (path: string): string => join(dirname(place.file), path)

/** A place whose `src/app.js` is there already. */
async function open(hcl: string, mode: 'development' | 'production' = 'development'): Promise<number> {
  const prepare = (made: Place): string => {
    mkdirSync(join(dirname(made.file), 'src'))
    writeFileSync(join(dirname(made.file), 'src/app.js'), '1')
    return hcl
  }
  place = await Place.open(prepare, mode)
  return (await place.running('web')).pid ?? 0
}

/**
 * Changes the file until the service is restarted for it, since the watch may be set only after it runs: the reason, and
 * the pid. A restart for a change before that, on a busy machine, is not the one that is meant.
 */
async function touchedUntilRestarted(
  pid: number,
  file: string,
  write: (text: string) => void,
): Promise<{ text: string; pid: number }> {
  let version = 0
  let lastAtMs = Number.NEGATIVE_INFINITY
  return place.eventually(() => {
    if (performance.now() - lastAtMs > 1_500) {
      lastAtMs = performance.now()
      write(String(version++))
    }
    const { state, pid: now, reason } = place.service('web')
    return (
      state === 'running' &&
      now !== null &&
      now !== pid &&
      reason.text.includes(file) && { text: reason.text, pid: now }
    )
  })
}

it('restarts a service when a file changes, and says which', async () => {
  const pid = await open(watched('  paths = ["src"]'))
  const { text } = await touchedUntilRestarted(pid, 'src/app.js', (version) => writeFileSync(at('src/app.js'), version))
  expect(text).toBe('Restarted: src/app.js changed')
  const events = await place.core.events.list({ limit: 50 })
  expect(events.map((event) => event.text)).toContain('web is being stopped: restarted: src/app.js changed')
})

it('sees new files, those that are renamed over, and links in a circle do no harm', async () => {
  let pid = await open(watched())
  symlinkSync('.', at('src/again'))
  ;({ pid } = await touchedUntilRestarted(pid, 'src/new', (version) => writeFileSync(at(`src/new${version}.js`), '')))
  const { text } = await touchedUntilRestarted(pid, 'src/app.js', (version) => {
    writeFileSync(at('src/app.js.tmp'), version)
    renameSync(at('src/app.js.tmp'), at('src/app.js'))
  })
  expect(text).toContain('src/app.js')
})

it('is not moved by what is ignored, nor in production', async () => {
  const pid = await open(watched('  ignore = ["data"]'))
  await touchedUntilRestarted(pid, 'src/app.js', (version) => writeFileSync(at('src/app.js'), version))
  const { pid: now } = place.service('web')
  for (const name of ['node_modules', 'data', '.git']) mkdirSync(at(name))
  for (const path of ['node_modules/a.js', 'data/b', '.git/c', 'app.log']) writeFileSync(at(path), '')
  // What counts comes after what does not: when it is seen, the others have been passed over.
  const { text } = await touchedUntilRestarted(now ?? 0, 'src/app.js', (version) =>
    writeFileSync(at('src/app.js'), `after ${version}`),
  )
  expect(text).toBe('Restarted: src/app.js changed')
})

it('starts again what failed, and leaves alone what a person stopped', async () => {
  await open(watched('  paths = ["src"]'))
  await place.act('web', 'stop')
  await place.until('web', ({ state }) => state === 'stopped')
  writeFileSync(at('src/app.js'), 'stopped')
  rmSync(at('src/app.js'))
  await place.act('web', 'start')
  const { pid, reason } = await place.running('web')
  expect(reason.code).toBe('started-by-user')
  const { text } = await touchedUntilRestarted(pid ?? 0, 'src/app.js', (version) =>
    writeFileSync(at('src/app.js'), version),
  )
  expect(text).toContain('src/app.js')
})
