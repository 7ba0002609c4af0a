import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIo } from './details.ts'
import { parseMountInfo, parseOwnGroups } from './hierarchies.ts'
import {
  listDisks,
  type Mount,
  parseCores,
  parseCpu,
  parseDiskIo,
  parseMemory,
  parseMounts,
  parseNetwork,
} from './host.ts'
import { parseListening } from './ports.ts'
import { parseFigures, parseStat } from './proc.ts'

const statOf = (text: string) => parseStat(Buffer.from(text), Buffer.byteLength(text))
const none = { state: '', ownTicks: 0, childTicks: 0, threads: 0, residentPages: 0 }
const tail = `S 1 812 812 0 -1 4194560 1500 20 0 0 7 3 11 2 20 0 6 0 310368 9000000 379 18446744073709551615 ${'1 '.repeat(22)}140721 140800 140900 141000 0`

describe('/proc/PID/stat', () => {
  it('gives what the agent uses', () => {
    expect(statOf(`812 (node) ${tail}`)).toEqual({
      pid: 812,
      name: 'node',
      state: 'S',
      parentPid: 1,
      groupId: 812,
      sessionId: 812,
      startTime: '310368',
      ownTicks: 10,
      childTicks: 13,
      threads: 6,
      residentPages: 379,
      environmentStart: 140900,
      environmentEnd: 141000,
    })
  })

  it('is read right whatever the name holds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        const stat = statOf(`812 (${name}) ${tail}`)
        expect(stat).toMatchObject({ pid: 812, state: 'S', startTime: '310368' })
        expect(stat?.name).toBe(Buffer.from(name).toString())
      }),
    )
  })

  it('gives the same figures when read for them alone', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), fc.constantFrom('S', 'R', 'Z'), (name, state) => {
        const bytes = Buffer.from(`812 (${name}) ${state}${tail.slice(1)}`)
        const whole = parseStat(bytes, bytes.length)
        const figures = { ...none }
        expect(parseFigures(bytes, bytes.length, figures)).toBe(true)
        expect(figures).toEqual({
          state,
          ownTicks: whole?.ownTicks,
          childTicks: whole?.childTicks,
          threads: whole?.threads,
          residentPages: whole?.residentPages,
        })
      }),
    )
  })

  it('is nothing when cut short, and never throws', () => {
    expect(statOf('812 (node) S 1 812')).toBeUndefined()
    expect(parseFigures(Buffer.from('812 (node) S 1 812'), 18, { ...none })).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        parseStat(Buffer.from(bytes), bytes.length)
        parseFigures(Buffer.from(bytes), bytes.length, { ...none })
      }),
    )
  })
})

describe('/proc/PID/io', () => {
  it('gives what went to disks, without what was taken back before it did', () => {
    const text =
      'rchar: 9\nwchar: 8\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 4096\n'
    expect(parseIo(text)).toEqual({ readBytes: 4_096, writtenBytes: 4_096 })
  })
})

describe("the machine's figures", () => {
  it('count idle and waiting for disk as not busy, and guests once', () => {
    const cpuKinds = { userMs: 1_100, systemMs: 550, iowaitMs: 400, stealMs: 20 }
    expect(parseCpu('cpu  100 10 50 800 40 0 5 2 60 1\ncpu0 …')).toEqual({
      cpuBusyMs: 1_670,
      cpuTotalMs: 10_070,
      cpuKinds,
    })
    expect(parseCores('cpu  3 1\ncpu0 1 0 1 7\ncpu1 2 0\nintr 5\n')).toEqual([
      { busyMs: 20, totalMs: 90 },
      { busyMs: 20, totalMs: 20 },
    ])
  })

  it('have what went to and from each disk, in bytes', () => {
    const text = ' 254  0 vda 627 66 200 796 19 13 300 16 0 62 27\n 7  1 loop1 5 0 8 0 0 0 0 0 0 0 0\n'
    expect(parseDiskIo(text)).toEqual([{ device: 'vda', readBytes: 102_400, writtenBytes: 153_600 }])
  })

  it('take the kernel’s own word for available memory', () => {
    expect(
      parseMemory('MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable:  400 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n'),
    ).toEqual({
      memoryTotalBytes: 1_024_000,
      memoryAvailableBytes: 409_600,
      swapTotalBytes: 51_200,
      swapUsedBytes: 30_720,
    })
  })

  it('name each network interface', () => {
    const text = 'Inter-|\n face |\n    lo: 95 1 0 0 0 0 0 0 96 1 0 0 0 0 0 0\n eth0:7 1 0 0 0 0 0 0 8 1\n'
    expect(parseNetwork(text)).toEqual([
      { name: 'lo', rxBytes: 95, txBytes: 96 },
      { name: 'eth0', rxBytes: 7, txBytes: 8 },
    ])
  })

  it('show a disk once, by its shortest path, and no kernel file systems', () => {
    const text =
      '/dev/sda1 /mnt/a\\040b ext4 rw 0 0\n/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/loop1 /snap/x squashfs ro 0 0\ntank/data /data zfs rw 0 0\n'
    expect(parseMounts(text).map((each) => each.mount)).toEqual(['/', '/data'])
    expect(parseMounts('/dev/sdb1 /mnt/a\\040b ext4 rw 0 0')[0]?.mount).toBe('/mnt/a b')
  })
})

describe('listening sockets', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000',
    '   1: 0100007F:0BB8 0100007F:E000 01 00000000:00000000 00:00000000 00000000  1000        0 4343 1 0000',
    '   2: 0100007F:E000 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1000        0 4444 1 0000',
  ].join('\n')

  it('are told from connections of the same port', () => {
    expect(parseListening(table, 3000)).toEqual(['4242'])
    expect(parseListening(table, 300)).toEqual([])
  })
})

describe('control group mounts', () => {
  it('are read in both versions', () => {
    const text = [
      '30 24 0:26 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory',
      '31 24 0:27 /user.slice /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate',
      '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
    ].join('\n')
    expect(parseMountInfo(text)).toEqual([
      { version: 'v1', mountPoint: '/sys/fs/cgroup/memory', root: '/', controllers: ['rw', 'memory'] },
      { version: 'v2', mountPoint: '/sys/fs/cgroup/unified', root: '/user.slice', controllers: [] },
    ])
    expect([...parseOwnGroups('4:cpu,cpuacct:/a:b\n0::/user.slice\n')]).toEqual([
      ['cpu', '/a:b'],
      ['cpuacct', '/a:b'],
      ['', '/user.slice'],
    ])
  })
})

describe('disks', () => {
  it('are shown without a file system that never answers, which is not asked again', async () => {
    const mounts = ['/', '/dead'].map((mount) => ({ source: mount, mount, fs: 'nfs' }))
    const asked: string[] = []
    const ask = async ({ mount, fs }: Mount) => {
      asked.push(mount)
      if (mount === '/dead') await new Promise(() => undefined)
      return { mount, fs, totalBytes: 2, usedBytes: 1, availableBytes: 1 }
    }
    for (let time = 0; time < 2; time++) expect((await listDisks(mounts, ask)).map(({ mount }) => mount)).toEqual(['/'])
    expect(asked).toEqual(['/', '/dead', '/'])
  })
})
