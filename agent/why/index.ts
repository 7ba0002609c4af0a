export { describeExit } from './codes.ts'
export { explain } from './explain.ts'
export type { ServiceFacts } from './facts.ts'

export {
  exitFacts,
  type PortLookup,
  portFacts,
  startErrorOf,
} from './gather.ts'
export { bytes as describeBytes } from './words.ts'
