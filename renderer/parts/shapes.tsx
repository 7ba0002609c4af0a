import type { ReactNode } from 'react'
import { type Service, type ServiceState, stateWords } from '../../contract/index.ts'
import { isStale } from '../store/index.ts'

/** What a shape can say: the states of a service, two that only a client knows, and severities. */
export type ShapeName = ServiceState | 'unhealthy' | 'disabled' | 'unknown' | 'info' | 'warning' | 'critical'

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 } as const
const sign = { fill: 'none', stroke: 'var(--on-state)', strokeWidth: 1.4, strokeLinecap: 'round' } as const
const arc = <path d="M6 1.25A4.75 4.75 0 1 1 1.25 6" {...line} strokeLinecap="round" />
const triangle = (
  <>
    <path d="M6 1.2 11.2 10.6H.8z" fill="currentColor" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
    <path d="M6 4.6v2.6" {...sign} />
    <circle cx="6" cy="9.2" r=".85" fill="var(--on-state)" />
  </>
)
const diamond = (
  <>
    <path
      d="M6 .4 11.6 6 6 11.6.4 6z"
      fill="currentColor"
      stroke="currentColor"
      strokeWidth=".9"
      strokeLinejoin="round"
    />
    <path d="m4.35 4.35 3.3 3.3m0-3.3-3.3 3.3" {...sign} />
  </>
)
const ring = <circle cx="6" cy="6" r="4.75" {...line} />

/** Drawn on a grid of 12 px. The shape alone tells a state apart, without its colour. */
const shapes: Readonly<Record<ShapeName, ReactNode>> = {
  running: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  starting: <circle cx="6" cy="6" r="1.9" fill="currentColor" />,
  waiting: <path d="M2 6h.01M6 6h.01M10 6h.01" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />,
  stopping: <rect x="4.25" y="4.25" width="3.5" height="3.5" rx=".5" fill="currentColor" />,
  backoff: (
    <>
      {ring}
      <path d="M6 3.4V6l1.8 1.1" {...line} strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  unhealthy: triangle,
  failed: diamond,
  completed: (
    <path d="m1.75 6.5 2.9 2.9 5.6-6.3" {...line} strokeWidth={1.75} strokeLinecap="round" strokeLinejoin="round" />
  ),
  stopped: <rect x="2" y="2" width="8" height="8" rx="1.25" {...line} />,
  disabled: (
    <>
      {ring}
      <path d="m2.9 9.1 6.2-6.2" {...line} />
    </>
  ),
  unknown: <circle cx="6" cy="6" r="4.75" {...line} strokeDasharray="2.4 2.57" strokeDashoffset="1.2" />,
  info: (
    <>
      {ring}
      <path d="M6 5.8v2.4M6 3.7h.01" {...line} strokeLinecap="round" />
    </>
  ),
  warning: triangle,
  critical: diamond,
}

/** Always beside a word that says the same, so it is hidden from assistive technology. */
export function Shape({ name }: { name: ShapeName }) {
  if (name === 'starting' || name === 'stopping') return <TurningShape name={name} />
  return (
    <svg className="s" data-state={name} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
}

/** An arc that turns around a sign. It is a picture of its own, since only a whole picture turns without the page's work. */
function TurningShape({ name }: { name: 'starting' | 'stopping' }) {
  return (
    <span className="s turning" data-state={name} aria-hidden="true">
      <svg className="spin" viewBox="0 0 12 12" aria-hidden="true">
        {arc}
      </svg>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {shapes[name]}
      </svg>
    </span>
  )
}

type Shown = Pick<Service, 'state' | 'health' | 'enabled' | 'lastHeardAt'>

export function shapeOf(service: Shown): ShapeName {
  if (isStale(service)) return 'unknown'
  const { state, health, enabled } = service
  if (state === 'running' && health === 'unhealthy') return 'unhealthy'
  return state === 'stopped' && !enabled ? 'disabled' : state
}

/** The word for a state, with which every shape comes. A disabled service is a stopped one that stays so. */
export function wordOf(service: Shown): string {
  const shape = shapeOf(service)
  if (shape === 'unknown') return 'Unknown'
  return shape === 'unhealthy' ? 'Unhealthy' : stateWords[service.state]
}

export function Pill({ service }: { service: Shown }) {
  const shape = shapeOf(service)
  return (
    <span className="pill" data-state={shape}>
      <Shape name={shape} />
      {wordOf(service)}
    </span>
  )
}

/** Worst first: for sorting by state and for the shape of a group. */
const severity: readonly ShapeName[] = [
  'failed',
  'unhealthy',
  'backoff',
  'unknown',
  'stopping',
  'starting',
  'waiting',
  'stopped',
  'disabled',
  'completed',
  'running',
]
export const rankOf = (service: Shown): number => severity.indexOf(shapeOf(service))
