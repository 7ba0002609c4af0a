import { expect, test } from 'vitest'
import type { HostSample } from '../os/platform.ts'
import { hostFrom } from './host.ts'

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
  ...change,
})

test('a first look tells of the time since the machine began, and draws no zero', () => {
  const host = hostFrom('laptop', 'linux', undefined, sample({}), [])
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
  const host = hostFrom('laptop', 'linux', sample({}), later, [])
  expect(host.cpu.percent).toBe(50)
  expect(host.network).toEqual([{ name: 'eth0', rxBytesPerSecond: 2000, txBytesPerSecond: 500 }])
})

test('a link that is new has no rate, whatever it counted before it was seen', () => {
  const now = sample({ atMs: 1_002_000, network: [{ name: 'tun0', rxBytes: 9_000_000, txBytes: 9_000_000 }] })
  expect(hostFrom('laptop', 'linux', sample({}), now, []).network).toEqual([
    { name: 'tun0', rxBytesPerSecond: 0, txBytesPerSecond: 0 },
  ])
})
