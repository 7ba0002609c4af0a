import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { faultOf } from './faults.ts'

const folder = mkdtempSync(join(tmpdir(), 'hxe-store-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sqlite = (errcode: number, errstr: string): Error =>
  Object.assign(new Error(errstr), { code: 'ERR_SQLITE_ERROR', errcode, errstr })
const system = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code })

it.each([
  [sqlite(8, 'attempt to write a readonly database'), 'read-only now', 'attempt to write a readonly database'],
  [sqlite(778, 'disk I/O error'), 'reports errors', 'disk I/O error'],
  [system('EROFS'), 'read-only now', 'EROFS: refused'],
  [system('EACCES'), 'has no right to', 'EACCES: refused'],
  [sqlite(13, 'database or disk is full'), 'the disk is full', 'database or disk is full'],
])('%s is told in a person’s words, and what it was called is kept beside them', (error, words, technical) => {
  const fault = faultOf(error, folder)
  expect(fault).toMatchObject({ kind: 'disk', technical })
  expect(fault.message).toContain(words)
  expect(fault.message).toContain(folder)
  expect(fault.message).not.toContain(technical)
})

it('a folder that has gone is told of, whatever SQLite calls it', () => {
  const fault = faultOf(sqlite(14, 'unable to open database file'), join(folder, 'gone'))
  expect(fault.message).toContain('it is not there any more')
})
