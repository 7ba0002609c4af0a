import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listDir, SpawnError, statOf } from '../os/index.ts'
import { rangeAt } from './fixtures/facts.ts'
import { exitFacts, type PortLookup, portFacts, startErrorOf } from './gather.ts'
import { nearest, similarFiles, similarPrograms } from './similar.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'why-gather-'))
  mkdirSync(join(folder, 'bin'))
  for (const name of ['node', 'npm', 'python3', 'run.sh', 'nano']) writeFileSync(join(folder, 'bin', name), '')
  chmodSync(join(folder, 'bin', 'run.sh'), 0o644)
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

describe('near names', () => {
  it.each([
    ['nodee', ['node', 'nano', 'npm'], ['node']],
    ['ndoe', ['node', 'nano'], ['node']],
    ['python', ['python3', 'python3.11', 'perl'], ['python3', 'python3.11']],
    ['Node', ['node'], ['node']],
    ['run', ['run.sh', 'runc'], ['runc', 'run.sh']],
    ['posgres', ['postgres', 'progress'], ['postgres']],
    ['xyzzy', ['node', 'npm'], []],
    ['a', ['b', 'c'], []],
    ['', ['node'], []],
    ['node', ['node'], []],
  ])('of %s among %j are %j', (name, candidates, found) => {
    expect(nearest(name, candidates)).toEqual(found)
  })

  it('are looked for in every folder of the PATH that can be read', async () => {
    const path = `/no/such/folder:${folder}/bin::relative`
    expect(await similarPrograms('nodee', path, listDir)).toEqual(['node'])
  })

  it('are whole paths for a file', async () => {
    expect(await similarFiles(join(folder, 'bin', 'run.hs'), listDir)).toEqual([join(folder, 'bin', 'run.sh')])
    expect(await similarFiles('/no/such/folder/x', listDir)).toEqual([])
  })
})

describe('a failed spawn', () => {
  const attempt = () => ({ program: 'nodee', path: `${folder}/bin`, cwd: folder })
  const failed = (facts: Partial<SpawnError>): SpawnError =>
    new SpawnError('It failed', { code: 'ENOENT', what: 'program', subject: 'nodee', retryable: false, ...facts })

  it('gets the program that was meant and where the name stands', async () => {
    const ranges = { program: rangeAt(14) }
    expect(await startErrorOf(failed({}), { ...attempt(), ranges }, { listDir })).toEqual({
      what: 'program',
      code: 'ENOENT',
      subject: 'nodee',
      message: 'It failed',
      retryable: false,
      range: rangeAt(14),
      similar: ['node'],
    })
  })

  it('gets the directory that was meant', async () => {
    const error = failed({ what: 'directory', subject: join(folder, 'bon') })
    expect((await startErrorOf(error, attempt(), { listDir })).similar).toEqual([join(folder, 'bin')])
  })

  it('gets mode and owner of what may not be run', async () => {
    const error = failed({ what: 'permission', code: 'EACCES', subject: join(folder, 'bin/run.sh') })
    const files = { listDir, stat: statOf, userName: () => 'mira' }
    expect((await startErrorOf(error, attempt(), files)).file).toEqual({ mode: 0o644, owner: 'mira' })
  })

  it('gets the script whose interpreter is missing', async () => {
    const error = failed({ what: 'interpreter', subject: '/opt/bin/pyton3' })
    const found = await startErrorOf(error, { ...attempt(), program: './bin/run.sh' }, { listDir })
    expect(found.scriptOf).toBe(`${folder}/./bin/run.sh`)
    expect(found.similar).toEqual(['python3'])
  })

  it('is told of all the same where nothing can be looked up', async () => {
    const broken = () => Promise.reject(new Error('EIO'))
    for (const what of ['program', 'directory', 'interpreter', 'permission', 'format', 'other'] as const) {
      const found = await startErrorOf(failed({ what }), attempt(), { listDir: broken, stat: broken })
      expect(found.what).toBe(what)
    }
  })
})

describe('a port', () => {
  const holder = { pid: 7, name: 'node', command: 'node x', startTime: '55' }
  const lookup = (patch: Partial<PortLookup>): PortLookup => ({
    platform: { portHolder: async () => holder },
    ownerOf: (cookie) => ({ mine: 'web', other: 'api' })[cookie],
    instance: 'web',
    freePort: () => 3001,
    ...patch,
  })
  const held = (cookie: string): Partial<PortLookup> => ({
    platform: { portHolder: async () => ({ ...holder, cookie }) },
  })

  it('has its holder, a free neighbour and its place', async () => {
    expect(await portFacts(3000, lookup({ declared: { range: rangeAt(15), attribute: 'ports' } }))).toEqual({
      port: 3000,
      freePort: 3001,
      range: rangeAt(15),
      attribute: 'ports',
      holder: { ...holder, leftFromOwnRun: false },
    })
  })

  it('knows whose the holder is', async () => {
    expect((await portFacts(3000, lookup(held('mine')))).holder).toEqual({
      ...holder,
      service: 'web',
      leftFromOwnRun: true,
    })
    expect((await portFacts(3000, lookup(held('other')))).holder).toEqual({
      ...holder,
      service: 'api',
      leftFromOwnRun: false,
    })
    expect((await portFacts(3000, lookup(held('stranger')))).holder).toEqual({ ...holder, leftFromOwnRun: false })
  })

  it('says when the holder is hidden, gone or cannot be asked for', async () => {
    expect(await portFacts(3000, lookup({ platform: { portHolder: async () => 'hidden' } }))).toEqual({
      port: 3000,
      freePort: 3001,
      hidden: true,
    })
    expect(
      await portFacts(3000, lookup({ platform: { portHolder: async () => undefined }, freePort: () => undefined })),
    ).toEqual({ port: 3000 })
    expect(
      await portFacts(3000, lookup({ platform: { portHolder: () => Promise.reject(new Error('no /proc')) } })),
    ).toEqual({ port: 3000, freePort: 3001 })
  })
})

describe('the last lines of a failed run', () => {
  const node = { pid: 7, name: 'node', command: 'node x', startTime: '55' }
  const lookup = {
    platform: { portHolder: async (port: number) => (port === 8000 ? node : undefined) },
    ownerOf: () => undefined,
    instance: 'web',
    freePort: async () => 3001,
    commandLine: 'python3 -m http.server 8000',
    declared: [{ port: 9000, range: rangeAt(15) }],
    serviceOf: (port: number) => ({ 5432: 'database' })[port],
  }

  it('have the port looked up that somebody really holds', async () => {
    const facts = await exitFacts(['OSError: [Errno 98] Address already in use'], lookup)
    expect(facts.port).toEqual({ port: 8000, freePort: 3001, holder: { ...node, leftFromOwnRun: false } })
  })

  it('have the declared port where nobody holds one any more', async () => {
    const facts = await exitFacts(['listen EADDRINUSE: address already in use :::9000'], lookup)
    expect(facts.port).toEqual({ port: 9000, freePort: 3001, range: rangeAt(15) })
  })

  it('name our service behind a port of this machine that refuses', async () => {
    const refused = { host: '127.0.0.1', port: 5432, service: 'database' }
    expect(await exitFacts(['connect ECONNREFUSED 127.0.0.1:5432'], lookup)).toEqual({ refused })
    const elsewhere = { host: '10.0.0.4', port: 5432 }
    expect(await exitFacts(['connect ECONNREFUSED 10.0.0.4:5432'], lookup)).toEqual({ refused: elsewhere })
  })

  it('ask for nothing where they say nothing of ports', async () => {
    expect(await exitFacts(['bye'], lookup)).toEqual({})
  })
})
