import type { Reason } from '../../contract/index.ts'
import type { ServiceSpec } from '../config/index.ts'
import { isResting, mayHaveProcess, type Phase } from '../supervisor/index.ts'

/** What one instance needs so that it is as its file says. */
export interface Step {
  /** `update`: taken over in place, no process is touched. */
  action: 'start' | 'stop' | 'restart' | 'update'
  reason: Reason
}

export interface Standing {
  phase: Phase
  /** Whether the new files and what a person said let it start at all. */
  enabled: boolean
  /** Whether it shall run under the new files. */
  wanted: boolean
}

/** The smallest step that suffices; `undefined` where nothing about the service has changed. */
export function stepFor(old: ServiceSpec, spec: ServiceSpec, { phase, enabled, wanted }: Standing): Step | undefined {
  if (old.fingerprint === spec.fingerprint) return undefined
  const inPlace: Step = {
    action: 'update',
    reason: { code: 'configuration-changed', text: 'Its configuration changed' },
  }
  if (!enabled)
    return isResting(phase) ? inPlace : { action: 'stop', reason: { code: 'disabled', text: 'Disabled in its file' } }
  if (old.runFingerprint !== spec.runFingerprint && mayHaveProcess(phase)) {
    const text = 'Restarted: its configuration changed'
    return { action: 'restart', reason: { code: 'configuration-changed', text } }
  }
  // The service itself changed, so what a person stopped or what gave up gets another chance.
  if (isResting(phase) && phase !== 'completed' && wanted) {
    const text = 'Started: its configuration changed'
    return { action: 'start', reason: { code: 'configuration-changed', text } }
  }
  return inPlace
}
