export { describeExit, type Exit } from './codes.ts'
export { explain } from './explain.ts'
export type { ServiceFacts } from './facts.ts'
export type { FormatOptions } from './format.ts'
export {
  type ExitLookup,
  exitFacts,
  type PortLookup,
  type ProgramFiles,
  portFacts,
  type StartAttempt,
  startErrorOf,
} from './gather.ts'

export type { ListDir } from './similar.ts'
