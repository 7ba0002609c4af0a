import { describe, expect, it } from 'vitest'
import type { ProcessInfo } from '../../../contract/index.ts'
import { treeOf } from './tree.ts'

const process = (pid: number, parentPid: number, main = false): ProcessInfo => ({
  pid,
  parentPid,
  name: `p${pid}`,
  command: '',
  user: 'mira',
  cpuPercent: 0,
  memoryBytes: 0,
  threads: 1,
  startTime: '1',
  startedAt: '2026-01-01T00:00:00Z',
  state: 'S',
  main,
})
const shape = (...processes: ProcessInfo[]) => treeOf(processes).map(({ process: { pid }, depth }) => [pid, depth])

describe('treeOf', () => {
  it('puts children under their parents', () => {
    expect(shape(process(3, 2), process(1, 0, true), process(2, 1))).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ])
  })

  it('shows the main process before what has left its tree', () => {
    expect(shape(process(9, 1000), process(10, 1000, true))).toEqual([
      [10, 0],
      [9, 0],
    ])
  })

  it('ends on a circle that a recycled pid makes', () => {
    expect(shape(process(1, 2), process(2, 1), process(3, 0))).toEqual([[3, 0]])
  })
})
