import { createHash } from 'node:crypto'
import { type Reading, readFile } from './body.ts'
import { Kept } from './kept.ts'
import type { Source } from './source.ts'

/** By the hash of their text, in characters of it: of many files mostly one has changed since. A tree takes some ten bytes for each. */
const readings = new Kept<Reading>(2 * 2 ** 20)

/** The tree of a file, kept from the last time where its text is the same. */
export function readCached(source: Source): Reading {
  const key = createHash('sha256').update(source.text).digest('base64')
  const reading = readings.get(key) ?? readFile(source)
  readings.set(key, reading, source.text.length)
  return reading
}
