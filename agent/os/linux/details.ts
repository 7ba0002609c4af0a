import { readdirSync, statSync } from 'node:fs'
import type { TreeDetails } from '../platform.ts'
import { readWhole } from './proc.ts'

/** Of a larger tree the rest is not looked at: each process costs two reads. */
const mostProcesses = 64

/** Whether the size of `/proc/PID/fd` is how many there are, as it is since Linux 6.2. Before that it is zero. */
let sizeIsCount: boolean | undefined

export function openFilesOf(pid: number | 'self'): number {
  const folder = `/proc/${pid}/fd`
  sizeIsCount ??= statSync('/proc/self/fd').size > 0
  return sizeIsCount ? statSync(folder).size : readdirSync(folder).length
}

/** Open files and disk traffic of the processes of a tree; undefined where none of them may be looked into. */
export function readDetails(pids: Iterable<number>, atMs: number): TreeDetails | undefined {
  const details = { atMs, openFiles: 0, readBytes: 0, writtenBytes: 0 }
  let seen = 0
  let tried = 0
  for (const pid of pids) {
    if (tried++ === mostProcesses) break
    try {
      const io = parseIo(readWhole(`/proc/${pid}/io`))
      details.openFiles += openFilesOf(pid)
      details.readBytes += io.readBytes
      details.writtenBytes += io.writtenBytes
      seen++
    } catch {
      // It has ended, or belongs to another user, whose files are not shown.
    }
  }
  return seen > 0 ? details : undefined
}

/** What came from and went to disks; what was only in memory, or a pipe, is not in it. */
export function parseIo(text: string): { readBytes: number; writtenBytes: number } {
  const of = (line: RegExp): number => Number(line.exec(text)?.[1] ?? 0)
  const writtenBytes = of(/^write_bytes: (\d+)$/m) - of(/^cancelled_write_bytes: (\d+)$/m)
  return { readBytes: of(/^read_bytes: (\d+)$/m), writtenBytes: Math.max(0, writtenBytes) }
}
