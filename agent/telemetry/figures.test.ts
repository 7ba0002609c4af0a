import { expect, test } from 'vitest'
import type { Service } from '../../contract/index.ts'
import { figuresOf, piecesOf } from './figures.ts'

const web = { service: 'web', name: 'web', state: 'running', restarts: 3 } as Service
const replica = { service: 'api', name: 'api#1', replica: 1, state: 'failed', restarts: 0 } as Service
const found = figuresOf({
  services: [web, replica],
  sweep: {
    atMs: 2_000,
    services: new Map([['web', { up: 1, cpu_percent: 200, memory_bytes: 1024, threads: 4, memory_percent: 5 }]]),
    host: { cpu_percent: 50, memory_percent: 25, load1: 1.5 },
    agent: { cpu_percent: 4, store_queue: 7 },
    labelled: [
      { on: 'host', subject: 'atlas', metric: 'disk_percent', labels: { mount: '/' }, value: 80 },
      { on: 'service', subject: 'web', metric: 'requests_total', labels: {}, value: 1 },
    ],
  },
  alerts: { firing: 3, critical: 1, silenced: 2 },
  cores: 4,
  atMs: 2_000,
  startMs: 1_000,
})
const pointsOf = (name: string) =>
  found.find((item) => item.name === name)?.points.map(({ attributes, value }) => [attributes, value])

test('what the semantic conventions know has their name, unit and scale', () => {
  expect(pointsOf('process.cpu.utilization')).toEqual([
    [{ 'hxe.service': 'web' }, 0.5],
    [{}, 0.01],
  ])
  expect(pointsOf('process.memory.usage')).toEqual([[{ 'hxe.service': 'web' }, 1024]])
  expect(pointsOf('system.cpu.utilization')).toEqual([[{}, 0.5]])
  expect(pointsOf('system.memory.utilization')).toEqual([[{ 'system.memory.state': 'used' }, 0.25]])
  expect(pointsOf('system.filesystem.utilization')).toEqual([[{ 'system.filesystem.mountpoint': '/' }, 0.8]])
})

test('all else is called as Prometheus is told, with dots', () => {
  expect(pointsOf('hxe.service.memory_percent')).toEqual([[{ 'hxe.service': 'web' }, 5]])
  expect(pointsOf('hxe.host.load1')).toEqual([[{}, 1.5]])
  expect(pointsOf('hxe.agent.store_queue')).toEqual([[{}, 7]])
  expect(pointsOf('hxe.alerts.active')).toEqual([
    [{ 'hxe.severity': 'critical' }, 1],
    [{ 'hxe.severity': 'warning' }, 2],
  ])
})

test('each instance has its state, and its restarts as a sum that only grows', () => {
  expect(pointsOf('hxe.service.up')).toEqual([
    [{ 'hxe.service': 'web' }, 1],
    [{ 'hxe.service': 'api', 'hxe.instance': 'api#1' }, 0],
  ])
  expect(pointsOf('hxe.service.state')?.[1]).toEqual([
    { 'hxe.service': 'api', 'hxe.instance': 'api#1', 'hxe.state': 'failed' },
    1,
  ])
  expect(found.find(({ name }) => name === 'hxe.service.restarts')?.isSum).toBe(true)
})

test('what services tell themselves is left to whoever reads them', () => {
  expect(found.some(({ name }) => name.includes('requests_total'))).toBe(false)
})

test('many points are cut into pieces, and none is lost', () => {
  const [first] = found
  if (!first) throw new Error('nothing was found')
  const points = Array.from({ length: 2_500 }, (_, value) => ({ attributes: {}, value }))
  const pieces = piecesOf([{ ...first, points }])
  expect(pieces.map((piece) => piece.points.length)).toEqual([1_000, 1_000, 500])
  expect(pieces.flatMap((piece) => piece.points)).toEqual(points)
})
