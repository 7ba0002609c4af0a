import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../../contract/failure.ts'
import { createSecretFile, readSecretFile } from '../os/index.ts'
import { type About, keyBytes, SealError, seal, unseal } from './seal.ts'

/** Keeps texts from whoever sees the database, a copy of it or a backup, but not the key beside it. */
export interface Vault {
  /** Why nothing can be sealed or opened, if so. */
  problem: string | undefined
  /** @throws {SealError} where there is no key */
  seal(text: string, about: About): string
  /** @throws {SealError} where there is no key, it is another one, or the text was changed or is of something else */
  open(sealed: string, about: About): string
}

const keyPath = (dataDir: string): string => join(dataDir, 'secrets.key')
const keyFile = /^hxe-key-1:([\w-]{43})\n?$/

/** The vault of a folder that is private to this user. Its key is made on the first start; one that is damaged is left as it is, and said. */
export function openVault(dataDir: string): Vault {
  const path = keyPath(dataDir)
  let key: Buffer | undefined
  let problem: string | undefined
  try {
    key = readKey(path) ?? makeKey(path)
  } catch (error) {
    problem = messageOf(error)
  }
  const usable = (): Buffer => {
    if (key === undefined) throw new SealError(problem)
    return key
  }
  return {
    problem,
    seal: (text, about) => seal(text, about, usable()),
    open: (sealed, about) => unseal(sealed, about, usable()),
  }
}

function readKey(path: string): Buffer | undefined {
  const text = readSecretFile(path)?.toString('utf8')
  if (text === undefined) return undefined
  const key = Buffer.from(keyFile.exec(text)?.[1] ?? '', 'base64url')
  if (key.length === keyBytes) return key
  throw new Error(
    `${path} holds no key, so what was sealed with it cannot be read. Put the file back from a backup; or delete it, and a new key is made for what comes.`,
  )
}

function makeKey(path: string): Buffer {
  const key = randomBytes(keyBytes)
  createSecretFile(path, `hxe-key-1:${key.toString('base64url')}\n`)
  return key
}
