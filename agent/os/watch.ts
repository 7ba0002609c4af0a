import { type FSWatcher, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const pollMs = 2_000

/**
 * Tells that something in a folder changed, files written in place included. When the machine has no watches left
 * it goes on by looking every two seconds, after saying why once. Returns the clean-up.
 */
export function watchDir(
  path: string,
  onChange: (name: string | undefined) => void,
  onProblem: (text: string) => void = () => undefined,
): () => void {
  let stopPolling: (() => void) | undefined
  let watcher: FSWatcher | undefined
  const fallBack = (error: unknown): void => {
    watcher?.close()
    if (stopPolling) return
    onProblem(explain(path, error))
    stopPolling = pollDir(path, onChange)
  }
  try {
    watcher = watch(path, (_event, name) => onChange(name ?? undefined))
    watcher.on('error', fallBack)
  } catch (error) {
    fallBack(error)
  }
  return () => {
    watcher?.close()
    stopPolling?.()
  }
}

function explain(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return `The machine has no file watches left, so ${path} is looked at every ${pollMs / 1000} s instead; more are allowed by: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`
  }
  return `${path} cannot be watched (${message}), so it is looked at every ${pollMs / 1000} s instead`
}

function pollDir(path: string, onChange: (name: string | undefined) => void): () => void {
  let last: string | undefined
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    const now = await pictureOf(path)
    looking = false
    if (last !== undefined && now !== last) onChange(undefined)
    last = now
  }, pollMs)
  return () => clearInterval(timer)
}

async function pictureOf(path: string): Promise<string> {
  try {
    const names = (await readdir(path)).sort()
    const parts = await Promise.all(
      names.map(async (name) => {
        const stats = await stat(join(path, name)).catch(() => undefined)
        return `${name}:${stats?.ino}:${stats?.size}:${stats?.mtimeMs}`
      }),
    )
    return parts.join('\n')
  } catch {
    // The folder is gone for now; that it comes back is a change.
    return ''
  }
}
