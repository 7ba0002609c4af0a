import { children } from './children.ts'
import { clocks } from './clocks.ts'
import { configs } from './configs.ts'
import { deaths } from './deaths.ts'
import { disks } from './disks.ts'
import type { Fault } from './harness.ts'
import { limits } from './limits.ts'
import { reloads } from './reloads.ts'
import { writes } from './writes.ts'

export const faults: readonly Fault[] = [
  ...deaths,
  ...children,
  ...limits,
  ...disks,
  ...configs,
  ...reloads,
  ...clocks,
  ...writes,
].sort((a, b) => a.id - b.id)
