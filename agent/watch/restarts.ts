import { relative } from 'node:path'

/** A program that changes what is watched when it starts would be restarted for ever. */
const mostRestarts = 10
const windowMs = 60_000

/** The restarts of late with one more, and whether they are too many to go on. */
export function oneMore(timesMs: readonly number[], nowMs: number): { timesMs: number[]; isLoop: boolean } {
  const recent = [...timesMs.filter((atMs) => nowMs - atMs < windowMs), nowMs]
  return { timesMs: recent, isLoop: recent.length > mostRestarts }
}

/** What changed, in words: files before the folders that they are in. */
export function changeText(changed: readonly string[], folders: ReadonlySet<string>, cwd: string): string {
  const files = changed.filter((path) => !folders.has(path))
  const [first, ...more] = files.length > 0 ? files : changed
  const named = first === undefined ? 'a file' : relative(cwd, first) || '.'
  return more.length > 0 ? `${named} and ${more.length} more changed` : `${named} changed`
}
