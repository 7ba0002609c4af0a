import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { DiskUsage, HostSample } from '../platform.ts'
import { ticksPerSecond } from './proc.ts'

const msPerTick = 1000 / ticksPerSecond

export function sampleHost(): HostSample {
  const stat = readFileSync('/proc/stat', 'latin1')
  const memory = parseMemory(readFileSync('/proc/meminfo', 'latin1'))
  return {
    atMs: Date.now(),
    ...parseCpu(stat),
    cores: parseCores(stat),
    load: readFileSync('/proc/loadavg', 'latin1').split(' ', 3).map(Number),
    ...memory,
    uptimeMs: Math.round(Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 1000),
    network: parseNetwork(readFileSync('/proc/net/dev', 'latin1')),
  }
}

/** The first line sums all cores: user nice system idle iowait irq softirq steal; guest time is within user time. */
export function parseCpu(text: string): { cpuBusyMs: number; cpuTotalMs: number } {
  const ticks = (text.split('\n', 1)[0] ?? '').split(/\s+/).slice(1, 9).map(Number)
  const total = ticks.reduce((sum, each) => sum + each, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { cpuBusyMs: (total - idle) * msPerTick, cpuTotalMs: total * msPerTick }
}

/** The lines of single cores: `os.cpus()` would read the whole of cpuinfo and a file of each core's clock besides. */
export function parseCores(text: string): number {
  return text.match(/^cpu\d+ /gm)?.length ?? 1
}

export function parseMemory(
  text: string,
): Pick<HostSample, 'memoryTotalBytes' | 'memoryAvailableBytes' | 'swapTotalBytes' | 'swapUsedBytes'> {
  const bytes = new Map<string, number>()
  for (const [, name = '', kib] of text.matchAll(/^(\w+):\s+(\d+) kB$/gm)) bytes.set(name, Number(kib) * 1024)
  const of = (name: string): number => bytes.get(name) ?? 0
  return {
    memoryTotalBytes: of('MemTotal'),
    memoryAvailableBytes: of('MemAvailable'),
    swapTotalBytes: of('SwapTotal'),
    swapUsedBytes: of('SwapTotal') - of('SwapFree'),
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

export async function listDisks(): Promise<DiskUsage[]> {
  const mounts = parseMounts(readFileSync('/proc/self/mounts', 'utf8'))
  const disks = await Promise.all(mounts.map(usageOf))
  return disks.filter((disk) => disk !== undefined).sort((a, b) => a.mount.localeCompare(b.mount))
}

async function usageOf({ mount, fs }: Mount): Promise<DiskUsage | undefined> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(mount)
    if (blocks === 0) return undefined
    return {
      mount,
      fs,
      totalBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      availableBytes: bavail * bsize,
    }
  } catch {
    // Mounted where this user may not look, or gone since; it is not shown.
    return undefined
  }
}
