import type { Host } from '../../contract/index.ts'
import type { HostSample } from '../os/platform.ts'

type Counters = Pick<HostSample, 'atMs' | 'cpuBusyMs' | 'cpuTotalMs' | 'network'>

/** The counters of a machine count from its boot. So a first look has figures too, as `top` has, where a 0 would be drawn as one. */
const atBoot = (now: HostSample): Counters => ({
  atMs: now.atMs - now.uptimeMs,
  cpuBusyMs: 0,
  cpuTotalMs: 0,
  network: now.network.map(({ name }) => ({ name, rxBytes: 0, txBytes: 0 })),
})

/** What the machine does, from its counters at two moments; `before` is absent at the first look. */
export function hostFrom(
  name: string,
  os: string,
  before: HostSample | undefined,
  now: HostSample,
  disks: Host['disks'],
): Host {
  const since = before ?? atBoot(now)
  const busyMs = now.cpuBusyMs - since.cpuBusyMs
  const totalMs = now.cpuTotalMs - since.cpuTotalMs
  const elapsedS = (now.atMs - since.atMs) / 1000
  const perSecond = (bytes: number, earlier: number | undefined): number =>
    elapsedS > 0 && earlier !== undefined ? Math.max(0, Math.round((bytes - earlier) / elapsedS)) : 0
  return {
    name,
    os,
    uptimeMs: now.uptimeMs,
    cpu: {
      percent: totalMs > 0 ? Math.round((1000 * busyMs) / totalMs) / 10 : 0,
      cores: now.cores,
      load: now.load,
    },
    memory: {
      totalBytes: now.memoryTotalBytes,
      usedBytes: Math.max(0, now.memoryTotalBytes - now.memoryAvailableBytes),
      availableBytes: now.memoryAvailableBytes,
    },
    swap: { totalBytes: now.swapTotalBytes, usedBytes: now.swapUsedBytes },
    disks,
    network: now.network.map((link) => {
      const earlier = since.network.find((other) => other.name === link.name)
      return {
        name: link.name,
        rxBytesPerSecond: perSecond(link.rxBytes, earlier?.rxBytes),
        txBytesPerSecond: perSecond(link.txBytes, earlier?.txBytes),
      }
    }),
  }
}
