/** What this process uses itself. */
export interface SelfUsage {
  memoryBytes: number
  cpuTimeMs: number
  uptimeSeconds: number
}

export function sampleSelf(): SelfUsage {
  const { user, system } = process.cpuUsage()
  return {
    memoryBytes: process.memoryUsage.rss(),
    cpuTimeMs: (user + system) / 1000,
    uptimeSeconds: Math.round(process.uptime()),
  }
}
