import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeServerBlock, ensureToken, readAgentFile, readToken, writeAgentFile } from './index.ts'

let dataDir: string
const path = (): string => join(dataDir, 'token')

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-datadir-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

describe('the token', () => {
  test('is made on the first start and kept, for its owner alone whatever the umask', async () => {
    const umask = process.umask(0)
    try {
      expect(readToken(dataDir)).toBeUndefined()
      const token = await ensureToken(dataDir)
      expect(token).toMatch(/^hxe_[\w-]{43}$/)
      expect(statSync(path()).mode & 0o777).toBe(0o600)
      expect(await ensureToken(dataDir)).toBe(token)
      expect(readToken(dataDir)).toBe(token)
    } finally {
      process.umask(umask)
    }
  })

  test('is one token when two starts race', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => ensureToken(dataDir)))
    expect(new Set(made).size).toBe(1)
  })

  test('is made again where a start was killed before it filled the file', async () => {
    writeFileSync(path(), '', { mode: 0o600 })
    const token = await ensureToken(dataDir)
    expect(readFileSync(path(), 'utf8')).toBe(`${token}\n`)
  })

  test('is refused where it is a link, a pipe, open to others, or no token', async () => {
    const other = join(dataDir, 'other')
    writeFileSync(other, 'x'.repeat(40), { mode: 0o600 })
    const plants: [RegExp, () => void][] = [
      [/symbolic link/, () => symlinkSync(other, path())],
      [/symbolic link/, () => symlinkSync(join(dataDir, 'nowhere'), path())],
      [/second name/, () => linkSync(other, path())],
      [/not a regular file/, () => void execFileSync('mkfifo', ['-m', '600', path()])],
      [
        /can be read by others; run: chmod 600/,
        () => {
          writeFileSync(path(), 'x'.repeat(40))
          chmodSync(path(), 0o644)
        },
      ],
      [/holds no token/, () => writeFileSync(path(), 'two words', { mode: 0o600 })],
    ]
    for (const [message, plant] of plants) {
      plant()
      await expect(ensureToken(dataDir)).rejects.toThrow(message)
      rmSync(path())
    }
    expect(readFileSync(other, 'utf8')).toBe('x'.repeat(40))
  })
})

test('the agent’s address is a private file that is whole or not there', async () => {
  expect(readAgentFile(dataDir)).toBeUndefined()
  await writeAgentFile(dataDir, { url: 'http://127.0.0.1:7420', pid: 12, version: '0.1.0' })
  expect(readAgentFile(dataDir)).toEqual({ url: 'http://127.0.0.1:7420', pid: 12, version: '0.1.0' })
  expect(statSync(join(dataDir, 'agent.json')).mode & 0o777).toBe(0o600)
  writeFileSync(join(dataDir, 'agent.json'), '{"url":', { mode: 0o600 })
  expect(readAgentFile(dataDir)).toBeUndefined()
})

test('a server block says why its listener is closed', () => {
  const range = { file: 'server.hcl', line: 3, column: 1, endLine: 9, endColumn: 2 }
  const block = { host: '0.0.0.0', port: 8443, cors: { allowedOrigins: [], allowedMethods: [] }, range }
  expect(describeServerBlock(undefined)).toBeUndefined()
  expect(describeServerBlock(block)).toBe(
    '0.0.0.0:8443 is closed (server.hcl:3): it has no tls block with enabled = true, and there are no users yet who could sign in. The agent answers on loopback only.',
  )
  expect(describeServerBlock({ ...block, tls: { enabled: true } })).toMatch(/names no cert_file and key_file, and/)
})
