import { readFileSync } from 'node:fs'

/** USER_HZ, fixed by the kernel for user space. */
const ticksPerSecond = 100

/** Processor seconds of a process and all its threads so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Memory of a process with its share of what it has in common with others, in MiB. */
export function pssMiB(pid: number): number {
  const [, kib] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kib) / 1024
}
