import { openFilesOf } from './linux/details.ts'

/** What this process uses itself. */
export interface SelfUsage {
  memoryBytes: number
  cpuTimeMs: number
  uptimeSeconds: number
  /** Undefined where the system does not tell. */
  openFiles: number | undefined
}

export function sampleSelf(): SelfUsage {
  const { user, system } = process.cpuUsage()
  return {
    memoryBytes: process.memoryUsage.rss(),
    cpuTimeMs: (user + system) / 1000,
    uptimeSeconds: process.uptime(),
    openFiles: countOpenFiles(),
  }
}

function countOpenFiles(): number | undefined {
  try {
    return openFilesOf('self')
  } catch {
    // No /proc on this system.
    return undefined
  }
}
