import { readFileSync } from 'node:fs'
import type { PortHolder } from '../platform.ts'
import { descriptorsOf, targetOf } from './descriptors.ts'
import { isRow, listPids, readStat } from './proc.ts'
import { Slices } from './slices.ts'
import type { ProcTable } from './table.ts'

const listening = '0A'

/** Who listens on a TCP port: socket inodes from the kernel's table, then whose descriptors name one of them. */
export async function findPortHolder(port: number, table: ProcTable): Promise<PortHolder | 'hidden' | undefined> {
  const inodes = new Set([...listeningInodes('/proc/net/tcp', port), ...listeningInodes('/proc/net/tcp6', port)])
  if (inodes.size === 0) return undefined
  const wanted = new Set([...inodes].map((inode) => `socket:[${inode}]`))
  const slices = new Slices()
  for (const pid of listPids()) {
    if (await holdsOne(pid, wanted, slices)) return await holderOf(pid, table)
  }
  return 'hidden'
}

function listeningInodes(path: string, port: number): string[] {
  let text: string
  try {
    text = readFileSync(path, 'latin1')
  } catch {
    // A kernel without IPv6 has no tcp6.
    return []
  }
  return parseListening(text, port)
}

export function parseListening(text: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes: string[] = []
  for (const line of text.split('\n').slice(1)) {
    if (!line.includes(suffix)) continue
    const fields = line.trim().split(/\s+/)
    if (fields[1]?.endsWith(suffix) && fields[3] === listening && fields[9]) inodes.push(fields[9])
  }
  return inodes
}

async function holdsOne(pid: number, sockets: ReadonlySet<string>, slices: Slices): Promise<boolean> {
  // Of another user's there are none to be seen: when nobody else is found the answer is "hidden".
  for (const path of descriptorsOf(pid)) {
    if (sockets.has(targetOf(path) ?? '')) return true
    const pause = slices.breathe()
    if (pause) await pause
  }
  return false
}

async function holderOf(pid: number, table: ProcTable): Promise<PortHolder | 'hidden'> {
  const stat = readStat(pid)
  const row = isRow(stat) ? await table.row(stat) : undefined
  if (!row) return 'hidden'
  const { name, startTime, cookie } = row
  const command = (await table.command(pid)) || name
  return { pid, name, command, startTime, ...(cookie === undefined ? {} : { cookie }) }
}
