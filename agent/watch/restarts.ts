import { relative } from 'node:path'

/** A program that changes what is watched when it starts would be restarted for ever. */
const mostRestarts = 10
const windowMs = 60_000
/** Names that a reason has. */
const mostNamed = 1

/** The restarts of late with one more, and whether they are too many to go on. */
export function oneMore(timesMs: readonly number[], nowMs: number): { timesMs: number[]; isLoop: boolean } {
  const recent = [...timesMs.filter((atMs) => nowMs - atMs < windowMs), nowMs]
  return { timesMs: recent, isLoop: recent.length > mostRestarts }
}

/** What changed, in words: files before the folders that they are in. */
export function changeText(changed: readonly string[], folders: ReadonlySet<string>, cwd: string): string {
  const files = changed.filter((path) => !folders.has(path))
  const named = (files.length > 0 ? files : changed).map((path) => relative(cwd, path) || '.')
  const more = named.length - mostNamed
  return more > 0 ? `${named[0]} and ${more} more changed` : `${named[0] ?? 'a file'} changed`
}
