import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os'
import type { DiskUsage, HostSample, PortHolder } from './platform.ts'

/** Loaded when first asked: it is large, and Linux never needs it. */
const information = async () => (await import('systeminformation')).default

/** The machine's figures on systems without /proc. */
export async function sampleMachine(): Promise<HostSample> {
  const si = await information()
  const [memory, network] = await Promise.all([si.mem(), si.networkStats('*')])
  const coreTimes = cpus().map(({ times }) => {
    const busyMs = times.user + times.nice + times.sys + times.irq
    return { busyMs, totalMs: busyMs + times.idle }
  })
  const sum = (field: 'busyMs' | 'totalMs'): number => coreTimes.reduce((total, each) => total + each[field], 0)
  return {
    atMs: performance.now(),
    cpuBusyMs: sum('busyMs'),
    cpuTotalMs: sum('totalMs'),
    coreTimes,
    cores: coreTimes.length,
    load: loadavg(),
    memoryTotalBytes: totalmem(),
    memoryAvailableBytes: memory.available || freemem(),
    swapTotalBytes: memory.swaptotal,
    swapUsedBytes: memory.swapused,
    uptimeMs: uptime() * 1000,
    diskIo: [],
    network: network.map((each) => ({ name: each.iface, rxBytes: each.rx_bytes, txBytes: each.tx_bytes })),
  }
}

export async function listMachineDisks(): Promise<DiskUsage[]> {
  const disks = await (await information()).fsSize()
  return disks.map(({ mount, type, size, used, available }) => ({
    mount,
    fs: type,
    totalBytes: size,
    usedBytes: used,
    availableBytes: available,
  }))
}

/** Who listens, by the system's own list of connections; `rowOf` adds what a process row knows. */
export async function findListener(
  port: number,
  rowOf: (pid: number) => Promise<PortHolder | undefined>,
): Promise<PortHolder | 'hidden' | undefined> {
  const connections = await (await information()).networkConnections()
  const listener = connections.find((each) => each.state === 'LISTEN' && each.localPort === String(port))
  if (!listener) return undefined
  return (listener.pid ? await rowOf(listener.pid) : undefined) ?? 'hidden'
}
