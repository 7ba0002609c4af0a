import type { AgentEvent, EventKind } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

const shapes: Readonly<Partial<Record<EventKind, ShapeName>>> = {
  'agent.started': 'running',
  'agent.stopping': 'stopping',
  'config.applied': 'completed',
  'config.invalid': 'failed',
  'service.starting': 'starting',
  'service.started': 'running',
  'service.adopted': 'running',
  'service.stopping': 'stopping',
  'service.stopped': 'stopped',
  'service.completed': 'completed',
  'service.backoff': 'backoff',
  'service.failed': 'failed',
  'service.waiting': 'waiting',
  'service.enabled': 'completed',
  'service.disabled': 'disabled',
  'service.unkillable': 'failed',
}

/** The shape before an event: of the state it led to, else of its severity. */
export const shapeOfEvent = ({ kind, severity }: AgentEvent): ShapeName => shapes[kind] ?? severity

/** Whom an event speaks of, as its first word. */
export function subjectOf({ service, kind }: AgentEvent): string {
  if (service !== undefined) return service
  return kind.startsWith('config.') ? 'configuration' : 'agent'
}

/** The text without the subject in front of it, which is shown apart. */
export function factOf(event: AgentEvent): string {
  const subject = subjectOf(event).toLowerCase()
  const { text } = event
  const article = /^the /i.test(text) ? 4 : 0
  const behind = article + subject.length
  const isSaid = text.slice(article, behind).toLowerCase() === subject && /^:? /.test(text.slice(behind))
  return isSaid ? text.slice(behind).replace(/^:? /, '') : lowerFirst(text)
}

/** `Exited 1` reads on as `exited 1` after a name; `SIGTERM` and `HTTP` stay. */
const lowerFirst = (text: string): string =>
  /^\p{Lu}(?=[\p{Ll} ])/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
