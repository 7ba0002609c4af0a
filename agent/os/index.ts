export { type Clock, systemClock } from './clock.ts'
export { createPlatform, type PlatformOptions } from './create.ts'
export { currentEnv } from './env.ts'
export { type ExecuteRequest, type ExecuteResult, execute } from './execute.ts'
export {
  createSecretFile,
  type DirEntry,
  ensurePrivateDir,
  listDir,
  type PathStat,
  readSecretFile,
  readTextFile,
  readTextNow,
  statOf,
  writeFileAtomic,
} from './files.ts'
export { type HolePuncher, openHolePuncher } from './linux/holes.ts'
export * from './platform.ts'
export { openRotatingFile, type RotatingFile, type RotatingOptions } from './rotating.ts'

export { distPath, openWorker, type WorkerName } from './workers.ts'
