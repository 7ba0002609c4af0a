import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { AgentEvent, ConfigStatus } from '../../contract/index.ts'
import { Place, service } from './fixtures/place.ts'

let place: Place

afterEach(() => place.close())

const web = (tag: string, ...more: readonly string[]): string =>
  service('web', 'sleep 1000', `tags = ["${tag}"]`, ...more)
const db = service('db', 'sleep 1000')

const open = async (hcl: string): Promise<void> => {
  place = await Place.open(hcl, 'development')
  await place.running('web')
}
const status = (): ConfigStatus => place.core.config.status()
const tagged = (tag: string): Promise<unknown> => place.until('web', ({ tags }) => tags.includes(tag))
const events = async (): Promise<AgentEvent[]> => place.core.events.list({ limit: 100 })
const stands = (wanted: ConfigStatus['status']): Promise<unknown> =>
  place.eventually(
    () => status().status === wanted,
    () => JSON.stringify(status()),
  )

describe('a file that is saved', () => {
  it('is taken over by itself, as an entry of the history, and what is not touched goes on', async () => {
    await open(web('one') + db)
    const { pid } = await place.running('db')
    place.write(web('two') + db)
    await tagged('two')
    expect(place.service('db').pid).toBe(pid)
    const [newest] = await place.core.config.history({ limit: 1 })
    expect(newest).toMatchObject({ author: 'file watch', kind: 'files', revision: status().revision })
    expect(newest?.text).toContain('main.hcl')
  })

  it('is taken over however the editor writes it', async () => {
    await open(web('one'))
    const beside = join(dirname(place.file), '.main.hcl.swp')
    writeFileSync(beside, web('renamed'))
    renameSync(beside, place.file)
    await tagged('renamed')
    renameSync(place.file, `${place.file}~`)
    writeFileSync(place.file, web('backed-up'))
    await tagged('backed-up')
    truncateSync(place.file)
    appendFileSync(place.file, web('appended'))
    await tagged('appended')
  })

  it('does nothing when only its time is another', async () => {
    await open(web('one'))
    const { revision } = status()
    utimesSync(place.file, new Date(), new Date())
    const later = web('two')
    writeFileSync(place.file, web('one'))
    place.write(later)
    await tagged('two')
    expect(status().revision).toBe(revision + 1)
  })

  it('is not loaded while it is being written, though half of it would be valid', async () => {
    await open(web('one') + db)
    const { pid } = await place.running('db')
    const file = openSync(place.file, 'w')
    writeSync(file, web('two'))
    await place.eventually(() => readFileSync(place.file, 'utf8').length > 0)
    // Longer than what counts as quiet: that it was read and judged to be half shows nowhere.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    writeSync(file, db)
    closeSync(file)
    await tagged('two')
    expect(place.service('db').pid).toBe(pid)
  })
})

describe('a file that is broken', () => {
  it('changes nothing, is told with its place, and is forgotten when it is good again', async () => {
    await open(web('one'))
    const { pid } = place.service('web')
    place.write(`${web('two')}\nservice "x" {\n  command = \n}\n`)
    await stands('invalid')
    expect(status().diagnostics[0]).toMatchObject({ severity: 'error', file: place.file, line: 7 })
    expect(status().changed).toEqual([place.file])
    expect(place.service('web')).toMatchObject({ pid, tags: ['one'] })
    place.write(web('one'))
    await stands('applied')
    expect(status()).toMatchObject({ diagnostics: [], changed: [] })
    const told = (await events()).filter(({ kind }) => kind.startsWith('config.'))
    expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['config.invalid', 'config.mended']))
    expect(told.filter(({ correlationId }) => correlationId === undefined)).toEqual([])
  })

  it('at the start is taken over as soon as it is good', async () => {
    await open(web('one'))
    await place.end('keep')
    place.write('service "web" {')
    await place.begin({ broken: true })
    place.write(web('two', 'nice = 5'))
    await stands('applied')
    await tagged('two')
  })
})

it('leaves nothing running when the agent ends while it takes over what an earlier one left', async () => {
  const named = 'sleep 86413'
  const one = (...more: string[]) => service('web', named, ...more)
  await open(one())
  await place.end('keep')
  place.write('service "web" {')
  await place.begin({ broken: true })
  place.write(one('nice = 5'))
  // In the middle of it: what was found is stopped, to be started as the files have it now.
  while (place.core.listServices()[0]?.state !== 'stopping') await nextTurn()
  await place.end()
  expect(readdirSync('/proc').map(commandOf)).not.toContain(named)
})

/** Nothing for what is no process, or none any more. */
function commandOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    return undefined
  }
}

describe('with config_reload = "ask"', () => {
  const ask = 'agent {\n  config_reload = "ask"\n}\n'

  it('a change waits, with what it would do, until somebody applies it', async () => {
    await open(ask + web('one') + db)
    place.write(ask + web('two', 'nice = 5') + db)
    await stands('pending')
    const { pending, changed } = status()
    expect(changed).toEqual([place.file])
    expect(pending).toMatchObject({ total: 1, actions: [{ service: 'web', action: 'restart' }] })
    expect(pending?.reason).toContain('config_reload')
    expect((await place.core.config.plan(undefined)).actions).toEqual(pending?.actions)
    await place.core.config.apply({ timeoutMs: 20_000, watchMs: 0 }, { author: 'anna', role: 'admin' })
    expect(status()).toMatchObject({ status: 'applied', pending: null, changed: [] })
    expect(place.service('web').tags).toEqual(['two'])
  })

  it('a change that is taken back waits no longer', async () => {
    await open(ask + web('one'))
    place.write(ask + web('two'))
    await stands('pending')
    place.write(ask + web('one'))
    await stands('applied')
    expect(status().pending).toBeNull()
  })
})

describe('what belongs to the configuration', () => {
  it('is followed as well: files that come into an included folder, and its end', async () => {
    await open(`include = ["more/*.hcl"]\n${web('one')}`)
    const folder = join(dirname(place.file), 'more')
    mkdirSync(folder)
    writeFileSync(join(folder, 'db.hcl'), db)
    await place.eventually(() => place.core.listServices().some(({ name }) => name === 'db'))
    rmSync(folder, { recursive: true })
    await place.eventually(() => place.core.listServices().every(({ name }) => name !== 'db'))
  })

  it('is followed as well: env files, which a service is restarted for', async () => {
    place = await Place.open(web('one', 'env_file = [".env"]'), 'development')
    await place.until('web', ({ reason }) => reason.code === 'missing-value')
    const file = join(dirname(place.file), '.env')
    writeFileSync(file, 'A=1\n')
    const { pid } = await place.running('web')
    writeFileSync(file, 'A=2\n')
    await place.until('web', (now) => now.state === 'running' && now.pid !== pid)
  })

  it('is followed as well where a value is read from it, and restarts what runs by it alone', async () => {
    const secret = 'environment = { PASSWORD = "file:secret.txt" }'
    const stop = 'stop {\n command = "file:farewell.txt"\n}'
    const other = service('other', 'sleep 1000', stop)
    place = await Place.open(({ file }) => {
      for (const name of ['secret.txt', 'farewell.txt']) writeFileSync(join(dirname(file), name), 'one\n')
      return web('one', secret) + other
    }, 'development')
    const { pid } = await place.running('web')
    const still = await place.running('other')
    writeFileSync(join(dirname(place.file), 'secret.txt'), 'two\n')
    await place.until('web', (now) => now.state === 'running' && now.pid !== pid)
    const { appliedAt } = status()
    writeFileSync(join(dirname(place.file), 'farewell.txt'), 'two\n')
    await place.eventually(() => status().appliedAt !== appliedAt)
    expect(place.service('other').pid).toBe(still.pid)
  })

  it('is followed through links that are swapped', async () => {
    await open(web('one'))
    const folder = dirname(place.file)
    for (const [version, tag] of [
      ['v1', 'linked'],
      ['v2', 'swapped'],
    ] as const) {
      mkdirSync(join(folder, version))
      writeFileSync(join(folder, version, 'main.hcl'), web(tag))
    }
    symlinkSync('v1', join(folder, '..data'))
    rmSync(place.file)
    symlinkSync('..data/main.hcl', place.file)
    await tagged('linked')
    symlinkSync('v2', join(folder, '..tmp'))
    renameSync(join(folder, '..tmp'), join(folder, '..data'))
    await tagged('swapped')
  })

  it('never stops every service by itself when it is emptied', async () => {
    await open(web('one'))
    const { pid } = place.service('web')
    truncateSync(place.file)
    await stands('pending')
    expect(status().pending?.reason).toContain('No service is left')
    expect(place.service('web').pid).toBe(pid)
    rmSync(place.file)
    await stands('invalid')
    expect(place.service('web').pid).toBe(pid)
    place.write(web('two'))
    await tagged('two')
  })
})

it('a folder that is taken away changes nothing, and is followed again when it is back', async () => {
  await open(web('one'))
  const { pid } = place.service('web')
  await place.end('keep')
  await place.begin({ whole: true })
  const folder = dirname(place.file)
  renameSync(folder, `${folder}-away`)
  await stands('invalid')
  renameSync(`${folder}-away`, folder)
  await stands('applied')
  expect((await place.running('web')).pid).toBe(pid)
  place.write(web('two'))
  await tagged('two')
})

it('a pipe or a circle of links in place of the file changes nothing and holds nothing up', async () => {
  await open(web('one'))
  const { pid } = place.service('web')
  rmSync(place.file)
  execFileSync('mkfifo', [place.file])
  await stands('invalid')
  rmSync(place.file)
  symlinkSync(place.file, place.file)
  expect(status().diagnostics[0]?.message).toContain('not a regular file')
  expect(place.service('web').pid).toBe(pid)
  rmSync(place.file)
  place.write(web('two'))
  await tagged('two')
})

it('what the agent wrote itself is not taken over a second time', async () => {
  await open(web('one'))
  const caller = { author: 'anna', role: 'admin' } as const
  await place.core.createService({ name: 'made', command: 'sleep 1000' }, caller)
  const made = status().revision
  place.write(`${readFileSync(place.file, 'utf8')}${db}`)
  await place.eventually(() => place.core.listServices().some(({ name }) => name === 'db'))
  expect(status().revision).toBe(made + 1)
})
