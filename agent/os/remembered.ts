import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const lineEnd = '\n'

/**
 * Short words that are known from one run to the next, in a file of the user's cache. Nothing depends on it: where it
 * cannot be read or written, or is not ours to trust, they are known for as long as the process lasts.
 *
 * It is read and appended to at once rather than with a promise, so it is for workers and commands, not for the thread
 * that supervises.
 */
export class Remembered {
  private readonly path: string
  private readonly most: number
  private words: Set<string> | undefined
  private left: number

  /** @param most how many are kept; a file of more than twice as many is cut to the newest */
  constructor(path: string, most: number) {
    this.path = path
    this.most = most
    this.left = most
  }

  get isEmpty(): boolean {
    return this.known().size === 0
  }

  has(word: string): boolean {
    return this.known().has(word)
  }

  /** @param word without white space */
  add(word: string): void {
    const known = this.known()
    if (known.has(word)) return
    known.add(word)
    this.left -= 1
    if (this.left < 0) return
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 })
      appendFileSync(this.path, word + lineEnd, { mode: 0o600 })
    } catch {
      // A full or read-only disk: it is found out once more next time.
    }
  }

  private known(): Set<string> {
    this.words ??= new Set(this.read())
    return this.words
  }

  private read(): string[] {
    try {
      if (!isTrusted(this.path)) return []
      const words = readFileSync(this.path, 'utf8').split(lineEnd).filter(Boolean)
      if (words.length <= 2 * this.most) return words
      const newest = words.slice(-this.most)
      const fresh = `${this.path}.${process.pid}`
      writeFileSync(fresh, newest.join(lineEnd) + lineEnd, { mode: 0o600 })
      renameSync(fresh, this.path)
      return newest
    } catch {
      // The first run, or a place that cannot be read.
      return []
    }
  }
}

/** Whether only this user can have written it. */
function isTrusted(path: string): boolean {
  if (process.platform === 'win32') return true
  const { uid, mode } = statSync(path)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}
