import type { Host } from '../../contract/index.ts'
import type { DiskUsage, HostSample } from '../os/platform.ts'

type Counters = Pick<HostSample, 'atMs' | 'cpuBusyMs' | 'cpuTotalMs' | 'cpuKinds' | 'coreTimes' | 'network' | 'diskIo'>

/** What changes so slowly that it is looked at now and then. */
export interface SlowSample {
  disks: readonly DiskUsage[]
  temperatureCelsius: number | undefined
}

const noKinds = { userMs: 0, systemMs: 0, iowaitMs: 0, stealMs: 0 }

/** The counters of a machine count from its boot. So a first look has figures too, as `top` has, where a 0 would be drawn as one. */
const atBoot = (now: HostSample): Counters => ({
  atMs: now.atMs - now.uptimeMs,
  cpuBusyMs: 0,
  cpuTotalMs: 0,
  cpuKinds: noKinds,
  coreTimes: now.coreTimes?.map(() => ({ busyMs: 0, totalMs: 0 })) ?? [],
  network: now.network.map(({ name }) => ({ name, rxBytes: 0, txBytes: 0 })),
  diskIo: now.diskIo.map(({ device }) => ({ device, readBytes: 0, writtenBytes: 0 })),
})

const percentOf = (part: number, whole: number): number => (whole > 0 ? Math.round((1000 * part) / whole) / 10 : 0)

/** What the machine does, from its counters at two moments; `before` is absent at the first look. */
export function hostFrom(
  name: string,
  os: string,
  before: HostSample | undefined,
  now: HostSample,
  slow: SlowSample,
): Host {
  const since = before ?? atBoot(now)
  const elapsedS = (now.atMs - since.atMs) / 1000
  const perSecond = (bytes: number, earlier: number | undefined): number =>
    elapsedS > 0 && earlier !== undefined ? Math.max(0, Math.round((bytes - earlier) / elapsedS)) : 0
  return {
    name,
    os,
    uptimeMs: now.uptimeMs,
    cpu: cpuFrom(since, now),
    memory: {
      totalBytes: now.memoryTotalBytes,
      usedBytes: Math.max(0, now.memoryTotalBytes - now.memoryAvailableBytes),
      availableBytes: now.memoryAvailableBytes,
    },
    swap: { totalBytes: now.swapTotalBytes, usedBytes: now.swapUsedBytes },
    disks: slow.disks.map((disk) => diskFrom(disk, since, now, perSecond)),
    ...(slow.temperatureCelsius === undefined ? {} : { temperatureCelsius: slow.temperatureCelsius }),
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

function cpuFrom(since: Counters, now: HostSample): Host['cpu'] {
  const totalMs = now.cpuTotalMs - since.cpuTotalMs
  const share = (kind: keyof typeof noKinds): number =>
    percentOf(Math.max(0, (now.cpuKinds?.[kind] ?? 0) - (since.cpuKinds?.[kind] ?? 0)), totalMs)
  const perCore = now.coreTimes?.map((core, index) => {
    const earlier = since.coreTimes?.[index]
    return earlier ? percentOf(core.busyMs - earlier.busyMs, core.totalMs - earlier.totalMs) : 0
  })
  return {
    percent: percentOf(now.cpuBusyMs - since.cpuBusyMs, totalMs),
    cores: now.cores,
    load: now.load,
    ...(now.cpuKinds
      ? {
          kinds: {
            user: share('userMs'),
            system: share('systemMs'),
            iowait: share('iowaitMs'),
            steal: share('stealMs'),
          },
        }
      : {}),
    ...(perCore ? { perCore } : {}),
  }
}

function diskFrom(
  { mount, fs, device, totalBytes, usedBytes, availableBytes, inodes }: DiskUsage,
  since: Counters,
  now: HostSample,
  perSecond: (bytes: number, earlier: number | undefined) => number,
): Host['disks'][number] {
  const io = device === undefined ? undefined : now.diskIo.find((each) => each.device === device)
  const earlier = since.diskIo.find((each) => each.device === device)
  return {
    mount,
    fs,
    totalBytes,
    usedBytes,
    availableBytes,
    ...(inodes ? { inodesPercent: percentOf(inodes.used, inodes.total) } : {}),
    ...(io
      ? {
          readBytesPerSecond: perSecond(io.readBytes, earlier?.readBytes),
          writeBytesPerSecond: perSecond(io.writtenBytes, earlier?.writtenBytes),
        }
      : {}),
  }
}
