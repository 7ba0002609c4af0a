import { relative, sep } from 'node:path'
import picomatch from 'picomatch'

/** What changes while one works without being part of the program: histories, what is installed or built, what editors leave. */
const always = [
  ...['.git', '.hg', '.svn', '.jj', 'node_modules', '__pycache__', '.venv', '.cache', '.idea', '.vscode'],
  ...['*~', '*.sw?', '.#*', '#*#', '4913', '.DS_Store', '*.tmp'],
  ...['*.log', '*.pid', '*.sock', '*.db', '*.sqlite*', '*-journal', '*-wal', '*-shm'],
]

/** A watched path: where to look, and of what is there, what counts. */
export interface WatchedPath {
  root: string
  counts: (path: string) => boolean
}

/** A path as it was written, `src` or `src/*.ts`, already absolute. */
export function watchedPath(path: string): WatchedPath {
  const { base, isGlob } = picomatch.scan(path)
  return isGlob
    ? { root: base === '' ? sep : base, counts: picomatch(path, { dot: true }) }
    : { root: path, counts: () => true }
}

/**
 * Whether a path is left out: by a pattern for names (`*.log`, `dist`), which holds at any depth, or by one with a slash
 * (`assets/**`), which is relative to where the service runs.
 */
export function ignoring(patterns: readonly string[], cwd: string): (path: string) => boolean {
  const trimmed = [...always, ...patterns].map((pattern) => pattern.replace(/^\.\//, '').replace(/\/$/, ''))
  const names = picomatch(
    trimmed.filter((pattern) => !pattern.includes('/')),
    { dot: true },
  )
  const paths = picomatch(
    trimmed.filter((pattern) => pattern.includes('/')),
    { dot: true },
  )
  return (path) => {
    const from = relative(cwd, path).split(sep).join('/')
    return names(from.slice(from.lastIndexOf('/') + 1)) || paths(from) || paths(path)
  }
}
