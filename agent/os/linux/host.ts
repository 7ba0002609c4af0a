import { readFileSync, realpathSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DiskUsage, HostSample } from '../platform.ts'
import { readWhole, ticksPerSecond } from './proc.ts'

const msPerTick = 1000 / ticksPerSecond

export function sampleHost(): HostSample {
  const stat = readWhole('/proc/stat')
  const coreTimes = parseCores(stat)
  const memory = parseMemory(readWhole('/proc/meminfo'))
  return {
    atMs: performance.now(),
    ...parseCpu(stat),
    cores: coreTimes.length || 1,
    coreTimes,
    load: readWhole('/proc/loadavg').split(' ', 3).map(Number),
    ...memory,
    uptimeMs: Math.round(Number.parseFloat(readWhole('/proc/uptime')) * 1000),
    network: parseNetwork(readWhole('/proc/net/dev')),
    diskIo: parseDiskIo(readWhole('/proc/diskstats')),
  }
}

const ticksOf = (line: string): number[] => line.split(/\s+/).slice(1, 9).map(Number)

/** user nice system idle iowait irq softirq steal; guest time is within user time. */
function timesOf(ticks: readonly number[]): { busyMs: number; totalMs: number } {
  const total = ticks.reduce((sum, each) => sum + each, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { busyMs: (total - idle) * msPerTick, totalMs: total * msPerTick }
}

/** The first line, which sums all cores. */
export function parseCpu(text: string): Pick<HostSample, 'cpuBusyMs' | 'cpuTotalMs' | 'cpuKinds'> {
  const ticks = ticksOf(text.split('\n', 1)[0] ?? '')
  const { busyMs, totalMs } = timesOf(ticks)
  const [user = 0, nice = 0, system = 0, , iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks
  const cpuKinds = {
    userMs: (user + nice) * msPerTick,
    systemMs: (system + irq + softirq) * msPerTick,
    iowaitMs: iowait * msPerTick,
    stealMs: steal * msPerTick,
  }
  return { cpuBusyMs: busyMs, cpuTotalMs: totalMs, cpuKinds }
}

/** The lines of single cores: `os.cpus()` would read the whole of cpuinfo and a file of each core's clock besides. */
export function parseCores(text: string): { busyMs: number; totalMs: number }[] {
  return (text.match(/^cpu\d+ .*$/gm) ?? []).map((line) => timesOf(ticksOf(line)))
}

/** The kernel counts in sectors of this size, whatever the disk has. */
const sectorBytes = 512

/** Files that are mounted as disks, and memory, are left out. */
export function parseDiskIo(text: string): HostSample['diskIo'] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const device = fields[2]
    if (device === undefined || /^(?:loop|ram|zram)\d/.test(device)) return []
    const readBytes = Number(fields[5] ?? 0) * sectorBytes
    const writtenBytes = Number(fields[9] ?? 0) * sectorBytes
    return [{ device, readBytes, writtenBytes }]
  })
}

export function parseMemory(
  text: string,
): Pick<HostSample, 'memoryTotalBytes' | 'memoryAvailableBytes' | 'swapTotalBytes' | 'swapUsedBytes'> {
  const of = (line: RegExp): number => Number(line.exec(text)?.[1] ?? 0) * 1024
  const swapTotalBytes = of(/^SwapTotal:\s+(\d+) kB$/m)
  return {
    memoryTotalBytes: of(/^MemTotal:\s+(\d+) kB$/m),
    memoryAvailableBytes: of(/^MemAvailable:\s+(\d+) kB$/m),
    swapTotalBytes,
    swapUsedBytes: swapTotalBytes - of(/^SwapFree:\s+(\d+) kB$/m),
  }
}

export function parseNetwork(text: string): HostSample['network'] {
  const interfaces: HostSample['network'] = []
  for (const line of text.split('\n').slice(2)) {
    const [name, numbers] = line.split(':')
    if (name === undefined || numbers === undefined) continue
    const fields = numbers.trim().split(/\s+/).map(Number)
    interfaces.push({ name: name.trim(), rxBytes: fields[0] ?? 0, txBytes: fields[8] ?? 0 })
  }
  return interfaces
}

export interface Mount {
  source: string
  mount: string
  fs: string
}

/** File systems on disks, each device once; memory, kernel and image file systems tell nothing about a disk. */
export function parseMounts(text: string): Mount[] {
  const bySource = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [source = '', path = '', fs = ''] = line.split(' ').map(unescapeMount)
    if (!isOnDisk(source, fs)) continue
    const known = bySource.get(source)
    // Bind mounts repeat a device; the shortest path is the one that people know.
    if (!known || path.length < known.mount.length) bySource.set(source, { source, mount: path, fs })
  }
  return [...bySource.values()]
}

const onDisk = new Set([
  'zfs',
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'ceph',
  'overlay',
  '9p',
  'virtiofs',
  'fuse.sshfs',
  'rootfs',
])
const readOnlyImages = new Set(['squashfs', 'iso9660', 'erofs'])

function isOnDisk(source: string, fs: string): boolean {
  return !readOnlyImages.has(fs) && (source.startsWith('/dev/') || onDisk.has(fs))
}

function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** So long one file system may take to answer before the others are shown without it. */
const patienceMs = 1_000
/** Those that have been asked and have not answered: a thread waits for each, so none is asked twice. */
const unanswered = new Map<string, Promise<DiskUsage | undefined>>()

export async function listDisks(
  mounts = parseMounts(readFileSync('/proc/self/mounts', 'utf8')),
  ask = usageOf,
): Promise<DiskUsage[]> {
  const disks = await Promise.all(mounts.map((mount) => inTime(mount, ask)))
  return disks.filter((disk) => disk !== undefined).sort((a, b) => a.mount.localeCompare(b.mount))
}

/** A file system whose server is gone may never answer. */
async function inTime(mount: Mount, ask: typeof usageOf): Promise<DiskUsage | undefined> {
  const answer = unanswered.get(mount.mount) ?? ask(mount).finally(() => unanswered.delete(mount.mount))
  unanswered.set(mount.mount, answer)
  const enough = new AbortController()
  const late = delay(patienceMs, undefined, { ref: false, signal: enough.signal }).catch(() => undefined)
  try {
    return await Promise.race([answer, late])
  } finally {
    enough.abort()
  }
}

/** The kernel's name of a device: a link such as /dev/mapper/root leads to it. */
function deviceOf(source: string): string | undefined {
  if (!source.startsWith('/dev/')) return undefined
  try {
    return basename(realpathSync(source))
  } catch {
    // A name that only the kernel uses, as /dev/root.
    return undefined
  }
}

async function usageOf({ source, mount, fs }: Mount): Promise<DiskUsage | undefined> {
  try {
    const { blocks, bfree, bavail, bsize, files, ffree } = await statfs(mount)
    if (blocks === 0) return undefined
    const device = deviceOf(source)
    return {
      mount,
      fs,
      ...(device === undefined ? {} : { device }),
      totalBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      availableBytes: bavail * bsize,
      ...(files > 0 ? { inodes: { total: files, used: files - ffree } } : {}),
    }
  } catch {
    // Mounted where this user may not look, or gone since; it is not shown.
    return undefined
  }
}
