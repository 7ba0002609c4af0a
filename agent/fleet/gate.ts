import type { Service } from '../../contract/index.ts'

export type GateCondition = 'running' | 'healthy' | 'stopped'
export type Judged = { is: 'reached' } | { is: 'never' | 'not-yet'; text: string }

const resting: ReadonlySet<Service['state']> = new Set(['stopped', 'completed', 'failed'])

/** Whether services are what a rollout waits for, as it is seen from afar: by what their host says of them. */
export function judge(services: readonly Service[], condition: GateCondition): Judged {
  const open = services.filter((service) => !isAt(service, condition))
  const hopeless = open.find((service) => isNever(service, condition))
  const [first = hopeless] = hopeless ? [hopeless] : open
  if (!first) return { is: 'reached' }
  const health = condition === 'healthy' && first.state === 'running' ? ` and ${first.health}` : ''
  const why = first.why?.sentence ?? first.reason.text
  const text = `${first.name} is ${first.state}${health}, not ${condition}${why ? `: ${why}` : ''}`
  return { is: hopeless ? 'never' : 'not-yet', text }
}

function isAt({ state, health, type }: Service, condition: GateCondition): boolean {
  if (condition === 'stopped') return resting.has(state)
  if (state === 'completed') return true
  // A job waits for its next run.
  if (type === 'cron' && state === 'waiting') return true
  return state === 'running' && (condition === 'running' || health === 'healthy' || health === 'none')
}

function isNever({ state, desired }: Service, condition: GateCondition): boolean {
  return condition !== 'stopped' && (state === 'failed' || (state === 'stopped' && desired === 'down'))
}

/** What has no health check is well when it has run for a moment: that it was started says nothing. */
const steadyMs = 2_000

export function judgeSteady(services: readonly Service[]): Judged {
  const young = services.find(
    ({ state, health, uptimeMs }) =>
      state === 'running' && health === 'none' && uptimeMs !== null && uptimeMs < steadyMs,
  )
  return young ? { is: 'not-yet', text: `${young.name} has not run for ${steadyMs / 1000} s` } : { is: 'reached' }
}
