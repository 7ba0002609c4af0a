import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createSecretFile,
  ensurePrivateDir,
  listDir,
  openAppendPrivate,
  readSecretFile,
  readTextFile,
  realPathInside,
  statOf,
  writeFileAtomic,
} from './files.ts'

let folder: string
const at = (name: string): string => join(folder, name)
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

/** Planted where a private file is to be: each must be refused, and what it leads to left alone. */
const plantVictim = (): void => writeFileSync(at('victim'), 'mine', { mode: 0o600 })
const plants: [string, (path: string) => void][] = [
  [
    'a symbolic link',
    (path) => {
      plantVictim()
      symlinkSync(at('victim'), path)
    },
  ],
  ['a link to nothing', (path) => symlinkSync(at('victim'), path)],
  [
    'a second name of another file',
    (path) => {
      plantVictim()
      linkSync(at('victim'), path)
    },
  ],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdirSync(path)],
]

describe('a secret file', () => {
  it.each(['000', '077'])('is for its owner alone, with umask %s', (mask) => {
    const before = process.umask(Number.parseInt(mask, 8))
    createSecretFile(at('token'), 'secret')
    process.umask(before)
    expect(modeOf(at('token'))).toBe('600')
    expect(readSecretFile(at('token'))?.toString()).toBe('secret')
  })

  it('is never written over', () => {
    createSecretFile(at('token'), 'first')
    expect(() => createSecretFile(at('token'), 'second')).toThrow('EEXIST')
    expect(readSecretFile(at('none'))).toBeUndefined()
  })

  it('is refused when others can read it, with what to do', () => {
    writeFileSync(at('token'), 'x')
    chmodSync(at('token'), 0o644)
    expect(() => readSecretFile(at('token'))).toThrow(`chmod 600 ${at('token')}`)
  })

  it.each(plants)('is not read, made or appended to through %s', (_name, plant) => {
    plant(at('token'))
    expect(() => createSecretFile(at('token'), 'x')).toThrow()
    expect(() => readSecretFile(at('token'))).toThrow()
    expect(() => openAppendPrivate(at('token'))).toThrow()
    if (readdirSync(folder).includes('victim')) expect(readFileSync(at('victim'), 'utf8')).toBe('mine')
  })
})

describe('an atomic write', () => {
  it('replaces a file, a link included, and leaves nothing beside it', async () => {
    writeFileSync(at('other'), 'other')
    symlinkSync(at('other'), at('file'))
    await writeFileAtomic(at('file'), 'new', { mode: 0o640 })
    expect(readFileSync(at('file'), 'utf8')).toBe('new')
    expect(readFileSync(at('other'), 'utf8')).toBe('other')
    expect(lstatSync(at('file')).isFile()).toBe(true)
    expect(modeOf(at('file'))).toBe('640')
    expect(readdirSync(folder).sort()).toEqual(['file', 'other'])
  })

  it('leaves the old file when it fails', async () => {
    mkdirSync(at('file'))
    await expect(writeFileAtomic(at('file'), 'new')).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('a private folder', () => {
  it('is closed to others, also when it was open', () => {
    mkdirSync(at('data'), { mode: 0o755 })
    ensurePrivateDir(at('data'))
    ensurePrivateDir(at('new/deep'))
    expect([modeOf(at('data')), modeOf(at('new/deep'))]).toEqual(['700', '700'])
  })

  it('is refused as a link or a file', () => {
    mkdirSync(at('real'))
    symlinkSync(at('real'), at('link'))
    expect(() => ensurePrivateDir(at('link'))).toThrow('symbolic link')
    writeFileSync(at('file'), '')
    expect(() => ensurePrivateDir(at('file'))).toThrow()
  })
})

describe('reading', () => {
  it('appends to what is there', () => {
    for (const text of ['one\n', 'two\n']) writeSync(openAppendPrivate(at('log')), text)
    expect(readFileSync(at('log'), 'utf8')).toBe('one\ntwo\n')
    expect(modeOf(at('log'))).toBe('600')
  })

  it('has a bound, and takes no pipe for a file', async () => {
    writeFileSync(at('big'), 'x'.repeat(100))
    await expect(readTextFile(at('big'), 99)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    execFileSync('mkfifo', [at('pipe')])
    await expect(readTextFile(at('pipe'))).rejects.toMatchObject({ code: 'NOT_REGULAR' })
  })

  it('lists and describes what is there, and says so of what is not', async () => {
    writeFileSync(at('b'), 'xx')
    mkdirSync(at('a'))
    expect(await listDir(folder)).toEqual([
      { name: 'a', kind: 'directory' },
      { name: 'b', kind: 'file' },
    ])
    expect(await statOf(at('b'))).toMatchObject({ kind: 'file', sizeBytes: 2 })
    expect(await statOf(at('none'))).toBeUndefined()
    expect(await listDir(at('none'))).toEqual([])
  })

  it.each([
    ['..', 'outside'],
    ['../../etc/passwd', 'outside'],
    ['out', 'outside'],
    ['none', 'missing'],
  ])('keeps %s %s of a root', async (path, problem) => {
    mkdirSync(at('root'))
    symlinkSync('/etc', at('root/out'))
    expect(await realPathInside(at('root'), path)).toEqual({ problem })
  })

  it('keeps what is inside a root', async () => {
    mkdirSync(at('root'))
    writeFileSync(at('root/file'), '')
    expect(await realPathInside(at('root'), './x/../file')).toEqual({ path: at('root/file') })
    mkdirSync(at('root-beside'))
    expect(await realPathInside(at('root'), '../root-beside')).toEqual({ problem: 'outside' })
  })
})
