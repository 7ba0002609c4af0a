import type { Configuration, ServiceSpec } from '../config/index.ts'
import type { Phase } from '../supervisor/index.ts'

/** One instance as it is now. */
export interface PlanUnit {
  instance: string
  service: string
  phase: Phase
}

export interface PlanQuestion {
  before: Configuration | undefined
  after: Configuration
  /** Every instance that is known, those that run once without a file left out. */
  units: readonly PlanUnit[]
  instancesOf: (spec: ServiceSpec) => readonly { instance: string }[]
  /** Whether it may start, and whether it shall run, under that description of it. */
  isEnabled: (spec: ServiceSpec) => boolean
  isWanted: (instance: string, spec: ServiceSpec) => boolean
}
