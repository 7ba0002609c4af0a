export { type ConfigWorker, type ConfigWorkerOptions, openConfigWorker } from './client.ts'

export { describeConfig } from './describe.ts'
export type { EditResult, EditValue } from './edit.ts'
export { type LoadOptions, type LoadResult, loadConfiguration } from './load.ts'
export * from './model.ts'
export { defaultConfigPaths } from './paths.ts'
export { type Paint, renderDiagnostic } from './render.ts'
export {
  type MissingValue,
  type Resolution,
  type ResolveContext,
  type ResolvedCommand,
  type ResolvedHook,
  type ResolvedService,
  resolveService,
} from './resolve.ts'
export type { Override } from './settings/overrides.ts'
