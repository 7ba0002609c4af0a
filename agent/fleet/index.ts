export { alone } from './alone.ts'
export type { BundleBucket } from './bucket.ts'
export {
  decideBundle,
  type Head,
  judgeBundle,
  matches,
  newHead,
  revisionFor,
  standingOf,
  type Word,
  wantedOn,
  withHost,
  withoutRollout,
  withRollout,
} from './bundle.ts'
export type { FleetAccess } from './connect.ts'
export { devServerCommand, installHint, natsProgram } from './devserver.ts'
export { type HostEvents, mergeEvents } from './events.ts'
export type { Fleet } from './fleet.ts'
export { type Judged, judge, judgeSteady } from './gate.ts'
export { isRepeated } from './operation.ts'
export type { SelfIdentity, SelfReport } from './options.ts'
export type { EventHistory } from './outbox.ts'
export { afterCommand, type CommandEvent, isCommandOpen, isExpired, sayExpired } from './queued.ts'
export {
  afterStep,
  afterTurn,
  decide,
  hasCanary,
  type RolloutEvent,
  type StepEvent,
  stepsOf,
  type Target,
} from './rollout.ts'
export type { Standing } from './standing.ts'
export type {
  BundleDesk,
  CommandDesk,
  ConnectionDesk,
  DevServerDesk,
  FleetDesk,
  FleetSide,
  Operation,
  RolloutDesk,
} from './types.ts'

/** What speaks NATS is loaded only by agents that belong to a fleet. */
export async function loadFleet() {
  const [{ Fleet }, { idOfCredential, signerOf }, { tryAccess }] = await Promise.all([
    import('./fleet.ts'),
    import('./sign.ts'),
    import('./trial.ts'),
  ])
  return { Fleet, idOfCredential, signerOf, tryAccess }
}
