import { children } from './children.ts'
import { clocks } from './clocks.ts'
import { configs } from './configs.ts'
import { deaths } from './deaths.ts'
import { devices } from './devices.ts'
import { disks } from './disks.ts'
import { files } from './files.ts'
import type { Fault } from './harness.ts'
import { jumps } from './jumps.ts'
import { limits } from './limits.ts'
import { outputs } from './outputs.ts'
import { probes } from './probes.ts'
import { records } from './records.ts'
import { refusals } from './refusals.ts'
import { reloads } from './reloads.ts'
import { writes } from './writes.ts'

export const faults: readonly Fault[] = [
  ...deaths,
  ...children,
  ...outputs,
  ...probes,
  ...records,
  ...refusals,
  ...limits,
  ...disks,
  ...files,
  ...devices,
  ...configs,
  ...reloads,
  ...clocks,
  ...jumps,
  ...writes,
].sort((a, b) => a.id - b.id)
