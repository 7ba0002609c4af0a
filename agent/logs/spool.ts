// The one part of logs that opens files on the agent's own loop: a service cannot be started before its output has a place.
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { ensurePrivateDir } from '../os/index.ts'
import { isCookie, spoolFile } from './names.ts'
import type { SpoolFds } from './types.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = fs.constants

/**
 * Makes the two files that a run's processes write their output to. They must not be there yet: what was planted in their
 * place, a link or a pipe, is refused. @throws the system's error, or why the cookie is not one
 */
export function openSpoolFiles(folder: string, cookie: string): SpoolFds {
  if (!isCookie(cookie)) throw new Error(`"${cookie}" cannot name a spool file`)
  const stdoutFd = openForAppend(join(folder, spoolFile(cookie, 'stdout')))
  let stderrFd: number
  try {
    stderrFd = openForAppend(join(folder, spoolFile(cookie, 'stderr')))
  } catch (error) {
    fs.closeSync(stdoutFd)
    fs.rmSync(join(folder, spoolFile(cookie, 'stdout')), { force: true })
    throw error
  }
  let open = true
  return {
    stdoutFd,
    stderrFd,
    close() {
      if (!open) return
      open = false
      fs.closeSync(stdoutFd)
      fs.closeSync(stderrFd)
    },
  }
}

function openForAppend(path: string): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW
  try {
    return fs.openSync(path, flags, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // Somebody has removed the folder; the next service shall start all the same.
    ensurePrivateDir(dirname(path))
    return fs.openSync(path, flags, 0o600)
  }
}
