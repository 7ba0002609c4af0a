import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../testing.ts'
import { CarefulReader } from './careful.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hxe-careful-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

it('gives up a read that hangs, goes on with others, and does not let it hold up the end of the agent', async () => {
  // A pipe with a writer who says nothing stands for a process whose memory cannot be read.
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const writer = openSync(pipe, 'r+')
  writeFileSync(join(folder, 'file'), 'x'.repeat(200_000))
  const exitListeners = process.listenerCount('exit')
  const reader = new CarefulReader()
  const [hung, whole] = await Promise.all([reader.read(pipe), reader.read(join(folder, 'file'))])
  expect(hung).toBe('stuck')
  expect(whole.length).toBe(200_000)
  // Not a second thread for the same one.
  expect(await reader.read(pipe)).toBe('stuck')
  expect(await reader.read(join(folder, 'none'))).toBe('gone')
  expect(process.listenerCount('exit')).toBe(exitListeners + 1)
  writeSync(writer, 'late')
  closeSync(writer)
  await until(() => process.listenerCount('exit') === exitListeners)
})
