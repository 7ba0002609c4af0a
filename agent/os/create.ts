import { createDarwin } from './darwin.ts'
import { Fallback } from './fallback.ts'
import { Leaders } from './leaders.ts'
import { createLinux } from './linux/index.ts'
import { ProcSource } from './linux/source.ts'
import type { Platform } from './platform.ts'
import { createWindows } from './win32.ts'

export interface PlatformOptions {
  /** Tells the control groups and job objects of one data directory's agent from another's. */
  dataDirId: string
  /** On `child_process` alone, even where the C library can be called. */
  force?: 'fallback'
}

export function createPlatform(options: PlatformOptions): Platform {
  const native = options.force === 'fallback' ? undefined : createLinux(options)
  return native ?? createFallback(options)
}

function createFallback({ dataDirId }: PlatformOptions): Platform {
  if (process.platform === 'darwin') return createDarwin()
  if (process.platform === 'win32') return createWindows(dataDirId)
  const leaders = new Leaders()
  return new Fallback(new ProcSource(leaders), leaders, { name: 'fallback' })
}
