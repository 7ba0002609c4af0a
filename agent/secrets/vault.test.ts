import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openVault, SealError } from './index.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-vault-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const keyFile = (): string => join(dataDir, 'secrets.key')
const text = 'password = "s3cret ✓"\n'

test('what was sealed is opened by the next agent, and says nothing meanwhile', () => {
  const sealed = openVault(dataDir).seal(text, ['test', 'a'])
  expect(sealed).not.toContain('s3cret')
  expect(Buffer.from(sealed.slice('hxe1:'.length), 'base64url').toString('latin1')).not.toContain('s3cret')
  expect(openVault(dataDir).open(sealed, ['test', 'a'])).toBe(text)
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
})

test('the same text is never sealed the same way twice', () => {
  const vault = openVault(dataDir)
  expect(new Set(Array.from({ length: 1000 }, () => vault.seal(text, ['test']))).size).toBe(1000)
})

test('one text cannot take the place of another', () => {
  const vault = openVault(dataDir)
  const sealed = vault.seal(text, ['test', 'a', 'b'])
  for (const about of [
    ['test', 'a', 'c'],
    ['test', 'ab'],
    ['other', 'a', 'b'],
    ['test', 'a'],
  ] as const)
    expect(() => vault.open(sealed, about)).toThrow(SealError)
})

test('a change of any bit is found, and told in the same words as a wrong key', () => {
  const vault = openVault(dataDir)
  const sealed = vault.seal('ab', ['test'])
  const bytes = Buffer.from(sealed.slice('hxe1:'.length), 'base64url')
  const words = 'This was sealed with another key, or has been changed since.'
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(() => vault.open(`hxe1:${changed.toString('base64url')}`, ['test'])).toThrow(words)
  }
  for (const short of ['', 'hxe1:', 'hxe1:AAAA', 'hxe2:AAAA', sealed.slice(0, -4)])
    expect(() => vault.open(short, ['test'])).toThrow(words)
  unlinkSync(keyFile())
  const other = openVault(dataDir)
  expect(() => other.open(sealed, ['test'])).toThrow(words)
})

test('a damaged key, or one that others can read, is left as it is and said', () => {
  openVault(dataDir)
  const before = readFileSync(keyFile())
  chmodSync(keyFile(), 0o644)
  expect(openVault(dataDir).problem).toContain('chmod 600')
  chmodSync(keyFile(), 0o600)
  for (const damaged of ['', 'hxe-key-1:short\n', before.subarray(0, 20), `${before}more`]) {
    writeFileSync(keyFile(), damaged)
    const vault = openVault(dataDir)
    expect(vault.problem).toContain('holds no key')
    expect(() => vault.seal(text, ['test'])).toThrow('holds no key')
    expect(readFileSync(keyFile(), 'utf8')).toBe(damaged.toString())
  }
})
