import { createHash } from 'node:crypto'
import { type Reading, readFile } from './body.ts'
import type { Source } from './source.ts'

/** What was read last, by the hash of its text: of many files mostly one has changed since. */
const readings = new Map<string, { reading: Reading; length: number }>()
/** Characters of text whose trees are kept; a tree takes some ten bytes for each. */
const maxKept = 2 * 2 ** 20
let kept = 0

/** The tree of a file, kept from the last time where its text is the same. */
export function readCached(source: Source): Reading {
  const key = createHash('sha256').update(source.text).digest('base64')
  const { length } = source.text
  const known = readings.get(key)
  const reading = known?.reading ?? readFile(source)
  if (known === undefined) kept += length
  readings.delete(key)
  readings.set(key, { reading, length })
  for (const [oldest, entry] of readings) {
    if (kept <= maxKept) break
    readings.delete(oldest)
    kept -= entry.length
  }
  return reading
}
