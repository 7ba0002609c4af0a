import { createLinux } from './linux/index.ts'
import type { Platform } from './platform.ts'

export { type Clock, systemClock } from './clock.ts'
export { currentEnv } from './env.ts'
export { type ExecuteRequest, type ExecuteResult, execute } from './execute.ts'
export {
  createSecretFile,
  type DirEntry,
  ensurePrivateDir,
  exists,
  FileError,
  listDir,
  openAppendPrivate,
  type PathStat,
  readSecretFile,
  readTextFile,
  realPathInside,
  statOf,
  writeFileAtomic,
} from './files.ts'
export { type HolePuncher, openHolePuncher } from './linux/holes.ts'
export * from './platform.ts'
export { watchDir } from './watch.ts'

export function createPlatform(options: { dataDirId: string; force?: 'fallback' }): Platform {
  const platform = createLinux(options)
  if (!platform) throw new Error('no platform')
  return platform
}
