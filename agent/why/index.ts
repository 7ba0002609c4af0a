export { describeExit, describeExitCode, type Exit } from './codes.ts'
export { explain } from './explain.ts'
export type { ServiceFacts } from './facts.ts'
export { type FormatOptions, formatWhy } from './format.ts'
export {
  type ExitLookup,
  exitFacts,
  type PortLookup,
  type ProgramFiles,
  portFacts,
  type StartAttempt,
  startErrorOf,
} from './gather.ts'
export { portsIn, refusedIn, takenPorts } from './ports.ts'
export { describeSignal } from './signals.ts'
export { type ListDir, similarPrograms } from './similar.ts'
