import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CredentialShelf, Credentials, type Keychain } from './credentials.ts'
import { openVault } from './vault.ts'

let dataDir: string
let rows: Map<string, string>
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hxe-credentials-'))
  rows = new Map()
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const shelf: CredentialShelf = {
  kept: () => [...rows.values()],
  async keep(_kind, key, value) {
    if (value === null) rows.delete(key)
    else rows.set(key, value)
  },
}
/** The desktop's, which is not to be had here: what it gives out nobody else can open. */
const keychain = (usable: boolean): Keychain => ({
  look: () => ({ usable, name: 'the keyring of your desktop' }),
  seal: (text) => `keyring ${Buffer.from(text).toString('base64')}`,
  open: (sealed) => Buffer.from(sealed.replace('keyring ', ''), 'base64').toString('utf8'),
})
const open = (desktop?: Keychain) => new Credentials({ shelf, vault: openVault(dataDir), keychain: desktop })

test('a secret is there for the next agent, and not in the clear', async () => {
  await open().set('fleet-password', 's3cret ✓')
  expect([...rows.values()].join()).not.toContain('s3cret')
  expect(open().get('fleet-password')).toBe('s3cret ✓')
})

test('a secret of the keychain cannot be had without the window, and that is said', async () => {
  const withWindow = open(keychain(true))
  expect(withWindow.keeper()).toMatchObject({ kind: 'keychain', text: expect.stringContaining('keyring of your') })
  await withWindow.set('fleet-token', 's3cret')
  expect(open(keychain(true)).get('fleet-token')).toBe('s3cret')
  const without = open()
  expect(without.get('fleet-token')).toBeUndefined()
  expect(without.whyNot('fleet-token')).toContain('open HXE')
  expect(without.whyNot('fleet-other')).toBeUndefined()
})

test('a keychain that protects nothing is not used, and that is said', async () => {
  const credentials = open(keychain(false))
  expect(credentials.keeper()).toMatchObject({ kind: 'vault', text: expect.stringContaining('no keychain') })
  await credentials.set('fleet-token', 's3cret')
  expect([...rows.values()].join()).toContain('hxe1:')
})

test('what was removed is gone, and one cannot stand in for another', async () => {
  const credentials = open()
  await credentials.set('a', 'one')
  await credentials.set('b', 'two')
  rows.set('b', (rows.get('a') ?? '').replace('"name":"a"', '"name":"b"'))
  await credentials.remove('a')
  const next = open()
  expect(next.get('a')).toBeUndefined()
  expect(next.get('b')).toBeUndefined()
  expect(next.whyNot('b')).toContain('Give it once more')
})
