export { userName } from './accounts.ts'
export { type Clock, pause, systemClock } from './clock.ts'
export { createPlatform } from './create.ts'
export * from './dial/index.ts'
export { currentEnv } from './env.ts'
export { type ExecuteRequest, execute } from './execute.ts'
export {
  createSecretFile,
  ensurePrivateDir,
  listDir,
  readSecretFile,
  readTextFile,
  readTextNow,
  statOf,
  writeFileAtomic,
} from './files.ts'
export { openSpaceFreer, type SpaceFreer } from './linux/space.ts'
export { type FileMarks, readMarks } from './marks.ts'
export { releaseMemory, tuneHeaps } from './memory.ts'
export * from './platform.ts'
export { freeShare, hasRoom } from './room.ts'
export { openRotatingFile } from './rotating.ts'
export { sampleSelf } from './self.ts'
export { type FileChange, undoUnfinished, writeTogether } from './together.ts'
export { walkTree } from './tree.ts'
export { type Picture, pictureOf, type Watch, type WatchScope, watchOnce } from './watch.ts'
export { distPath, endAhead, openWorker } from './workers.ts'
