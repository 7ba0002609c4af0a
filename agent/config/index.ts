export { type ConfigWorker, openConfigWorker } from './client.ts'
export { splitCommand, UnclosedQuote } from './command.ts'
export { type ConfigItem, type ConfigPlace, describeConfig } from './describe.ts'
export {
  type EditAnswer,
  type JsonObject,
  natsHcl,
  plainStyle,
  printBlock,
  quoteText,
  type Style,
} from './edit/index.ts'
export { evaluateFile, evaluateText } from './eval.ts'
export { fleetFileName, fleetFolderName } from './files/fleet.ts'
export { formatFile } from './format/index.ts'
export { type LateContext, LateTexts, type MissingValue } from './late.ts'
export { type LoadOptions, type LoadResult, loadConfiguration } from './load.ts'
export * from './model.ts'
export { defaultConfigPaths } from './paths.ts'
export { describeProbe, type ResolvedProbe, resolveProbe } from './probe.ts'
export { renderDiagnostic } from './render.ts'
export {
  type ResolvedCommand,
  type ResolvedHook,
  type ResolvedService,
  resolveService,
} from './resolve.ts'
export { type AttributeType, alertSchema, serviceSchema } from './schema/index.ts'
export { secretValues } from './secrets.ts'
export type { TrialResult } from './texts.ts'
export { looksSecret, mask, maskAddress } from './values/secrets.ts'
