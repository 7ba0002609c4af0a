import { readFileSync, statSync } from 'node:fs'
import type { ProcessDetail } from '../platform.ts'
import { isRow, readStat, ticksPerSecond } from './proc.ts'
import type { ProcTable } from './table.ts'
import { pageBytes, ticksOf } from './usage.ts'

const msPerTick = 1000 / ticksPerSecond

/** For a service's process list; processes that have ended meanwhile are left out. */
export async function describeProcesses(pids: readonly number[], table: ProcTable): Promise<ProcessDetail[]> {
  const bootedAtMs = Date.now() - Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 1000
  const users = userNames()
  const details: ProcessDetail[] = []
  for (const pid of pids) {
    const stat = readStat(pid)
    const uid = ownerOf(pid)
    const row = isRow(stat) ? await table.row(stat) : undefined
    if (!isRow(stat) || !row || uid === undefined) continue
    details.push({
      ...row,
      command: (await table.command(pid)) || stat.name,
      user: users.get(uid) ?? String(uid),
      threads: stat.threads,
      memoryBytes: stat.residentPages * pageBytes(),
      cpuTimeMs: ticksOf(stat) * msPerTick,
      startedAtMs: Math.round(bootedAtMs + Number(stat.startTime) * msPerTick),
    })
  }
  return details
}

function ownerOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid
  } catch {
    return undefined
  }
}

function userNames(): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid] = line.split(':')
    if (name && uid !== undefined) names.set(Number(uid), name)
  }
  return names
}
