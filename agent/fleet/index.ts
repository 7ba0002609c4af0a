export { alone } from './alone.ts'
export type { FleetAccess } from './connect.ts'
export { devServerCommand, installHint, natsProgram } from './devserver.ts'
export { type HostEvents, mergeEvents } from './events.ts'
export type { Fleet, SelfIdentity, SelfReport } from './fleet.ts'
export { judge } from './gate.ts'
export type { HostTaken } from './mirror.ts'
export { isRepeated } from './operation.ts'
export type { EventHistory } from './outbox.ts'
export { afterCommand, type CommandEvent, isCommandOpen, isExpired, sayExpired } from './queued.ts'
export { afterStep, afterTurn, decide, type RolloutEvent, type StepEvent, stepsOf, type Target } from './rollout.ts'
export type { Standing } from './standing.ts'
export type {
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
