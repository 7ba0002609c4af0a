// The one part of logs that opens files in the agent's own thread: a service cannot be started before its output has a
// place. A pool thread does the work, as making a file waits for the disk: one that is frozen would hold up the agent.
import fs from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePrivateDir } from '../os/index.ts'
import { cookieOf, isCookie, spoolFile } from './names.ts'
import type { SpoolFds } from './types.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = fs.constants
/** Plain descriptors, which a child inherits. */
const open = promisify(fs.open)

/**
 * Makes the two files that a run's processes write their output to. They must not be there yet: what was planted in their
 * place, a link or a pipe, is refused. @throws the system's error, or why the cookie is not one
 */
export async function openSpoolFiles(folder: string, cookie: string): Promise<SpoolFds> {
  if (!isCookie(cookie)) throw new Error(`"${cookie}" cannot name a spool file`)
  const stdoutPath = join(folder, spoolFile(cookie, 'stdout'))
  const stderrPath = join(folder, spoolFile(cookie, 'stderr'))
  const stdoutFd = await openForAppend(stdoutPath)
  let stderrFd: number
  try {
    stderrFd = await openForAppend(stderrPath)
  } catch (error) {
    fs.closeSync(stdoutFd)
    await rm(stdoutPath, { force: true })
    throw error
  }
  let isOpen = true
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    fs.closeSync(stdoutFd)
    fs.closeSync(stderrFd)
  }
  return {
    stdoutFd,
    stderrFd,
    close,
    async discard() {
      close()
      // What cannot be removed now is empty, and goes when the next agent looks at the spools.
      await Promise.allSettled([stdoutPath, stderrPath].map((path) => rm(path, { force: true })))
    },
  }
}

/** The spool files of a folder by path, with the cookies of their runs. */
export async function listSpools(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return new Map(
    names.flatMap((name) => {
      const cookie = cookieOf(name)
      return cookie === undefined ? [] : [[join(folder, name), cookie] as const]
    }),
  )
}

async function openForAppend(path: string): Promise<number> {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW
  try {
    return await open(path, flags, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // Somebody has removed the folder; the next service shall start all the same.
    ensurePrivateDir(dirname(path))
    return open(path, flags, 0o600)
  }
}
