import { expect, test } from 'vitest'
import type { HostSample } from '../os/platform.ts'
import { hostFrom } from './host.ts'

const nothingSlow = { disks: [], temperatureCelsius: undefined }

const sample = (change: Partial<HostSample>): HostSample => ({
  atMs: 1_000_000,
  cpuBusyMs: 20_000,
  cpuTotalMs: 200_000,
  cores: 2,
  load: [0, 0, 0],
  memoryTotalBytes: 1000,
  memoryAvailableBytes: 400,
  swapTotalBytes: 0,
  swapUsedBytes: 0,
  uptimeMs: 100_000,
  network: [{ name: 'eth0', rxBytes: 500_000, txBytes: 0 }],
  diskIo: [],
  ...change,
})

test('a first look tells of the time since the machine began, and draws no zero', () => {
  const host = hostFrom('laptop', 'linux', undefined, sample({}), nothingSlow)
  expect(host.cpu.percent).toBe(10)
  expect(host.network).toEqual([{ name: 'eth0', rxBytesPerSecond: 5000, txBytesPerSecond: 0 }])
})

test('a later look tells of the time since the one before', () => {
  const later = sample({
    atMs: 1_002_000,
    cpuBusyMs: 22_000,
    cpuTotalMs: 204_000,
    network: [{ name: 'eth0', rxBytes: 504_000, txBytes: 1_000 }],
  })
  const host = hostFrom('laptop', 'linux', sample({}), later, nothingSlow)
  expect(host.cpu.percent).toBe(50)
  expect(host.network).toEqual([{ name: 'eth0', rxBytesPerSecond: 2000, txBytesPerSecond: 500 }])
})

test('a link that is new has no rate, whatever it counted before it was seen', () => {
  const now = sample({ atMs: 1_002_000, network: [{ name: 'tun0', rxBytes: 9_000_000, txBytes: 9_000_000 }] })
  expect(hostFrom('laptop', 'linux', sample({}), now, nothingSlow).network).toEqual([
    { name: 'tun0', rxBytesPerSecond: 0, txBytesPerSecond: 0 },
  ])
})

test('the kinds of CPU time, cores and disks have figures of their own', () => {
  const first = sample({
    cpuKinds: { userMs: 10_000, systemMs: 5_000, iowaitMs: 0, stealMs: 0 },
    coreTimes: [
      { busyMs: 10_000, totalMs: 100_000 },
      { busyMs: 10_000, totalMs: 100_000 },
    ],
    diskIo: [{ device: 'sda1', readBytes: 1_000, writtenBytes: 2_000 }],
  })
  const later = sample({
    atMs: 1_002_000,
    cpuBusyMs: 22_000,
    cpuTotalMs: 204_000,
    cpuKinds: { userMs: 11_000, systemMs: 6_000, iowaitMs: 400, stealMs: 0 },
    coreTimes: [
      { busyMs: 12_000, totalMs: 102_000 },
      { busyMs: 10_000, totalMs: 102_000 },
    ],
    diskIo: [{ device: 'sda1', readBytes: 1_000, writtenBytes: 6_000 }],
  })
  const size = { fs: 'ext4', totalBytes: 100, usedBytes: 50, availableBytes: 40 }
  const disks = [
    { ...size, mount: '/', device: 'sda1', inodes: { total: 1_000, used: 250 } },
    { ...size, mount: '/far', fs: 'nfs' },
  ]
  const host = hostFrom('laptop', 'linux', first, later, { disks, temperatureCelsius: 51.5 })
  expect(host.cpu).toMatchObject({ kinds: { user: 25, system: 25, iowait: 10, steal: 0 }, perCore: [100, 0] })
  expect(host.temperatureCelsius).toBe(51.5)
  expect(host.disks).toEqual([
    { ...size, mount: '/', inodesPercent: 25, readBytesPerSecond: 0, writeBytesPerSecond: 2_000 },
    { ...size, mount: '/far', fs: 'nfs' },
  ])
})
