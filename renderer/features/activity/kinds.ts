import { type AgentEvent, type EventKind, localName } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

const shapes: Readonly<Partial<Record<EventKind, ShapeName>>> = {
  'agent.started': 'running',
  'agent.stopping': 'stopping',
  'config.applied': 'completed',
  'config.invalid': 'failed',
  'config.mended': 'completed',
  'config.pending': 'waiting',
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
  'service.healthy': 'running',
  'service.recovered': 'completed',
  'alert.resolved': 'completed',
  'agent.recovered': 'completed',
}

/** In words, in the order of a list to choose from. */
const kindWords: Readonly<Record<EventKind, string>> = {
  'service.failed': 'Failed',
  'service.exited': 'Exited',
  'service.backoff': 'Backing off',
  'service.starting': 'Starting',
  'service.started': 'Started',
  'service.adopted': 'Found running',
  'service.stopping': 'Stopping',
  'service.stopped': 'Stopped',
  'service.completed': 'Completed',
  'service.waiting': 'Waiting',
  'service.skipped': 'Run skipped',
  'service.enabled': 'Enabled',
  'service.disabled': 'Disabled',
  'service.unkillable': 'Cannot be ended',
  'service.warning': 'Warning of a service',
  'service.healthy': 'Healthy',
  'service.unhealthy': 'Unhealthy',
  'service.recovered': 'Put right by itself',
  'alert.pending': 'Alert pending',
  'alert.firing': 'Alert fires',
  'alert.resolved': 'Alert resolved',
  'alert.acknowledged': 'Alert acknowledged',
  'silence.created': 'Silence made',
  'silence.ended': 'Silence ended',
  'delivery.failed': 'Notice not delivered',
  'hook.failed': 'Hook failed',
  'process.ended': 'Process ended',
  'config.applied': 'Configuration applied',
  'config.invalid': 'Configuration invalid',
  'config.mended': 'Configuration mended',
  'config.pending': 'Configuration waits to be applied',
  'agent.started': 'Agent started',
  'agent.stopping': 'Agent stopping',
  'agent.warning': 'Warning of the agent',
  'agent.recovered': 'Put right by the agent',
  'host.joined': 'Host reached',
  'host.lost': 'Host lost',
  'events.missing': 'Events missing',
  'rollout.started': 'Rollout begun',
  'rollout.changed': 'Rollout paused or resumed',
  'rollout.ended': 'Rollout ended',
  'command.queued': 'Command waits for its host',
  'command.ended': 'Waiting command settled',
}
export const kinds = Object.entries(kindWords) as [EventKind, string][]
export const kindOf = (text: string): EventKind | undefined => kinds.find(([kind]) => kind === text)?.[0]

/** The shape before an event: of the state it led to, else of its severity. */
export const shapeOfEvent = ({ kind, severity }: AgentEvent): ShapeName => shapes[kind] ?? severity

/** Whom an event speaks of, as its first word. */
export function subjectOf({ service, kind }: AgentEvent): string {
  if (service !== undefined) return localName(service)
  if (kind.startsWith('config.')) return 'configuration'
  return /^(host|events|rollout|command)\./.test(kind) ? 'fleet' : 'agent'
}

/** The text without the subject in front of it, which is shown apart; of an alert, its rule comes last. */
export function factOf(event: AgentEvent): string {
  const { kind, text } = event
  const subject = subjectOf(event)
  const ofAlert = kind === 'alert.firing' || kind === 'alert.resolved' ? alertWords.exec(text) : null
  if (!ofAlert) return behindSubject(text, subject)
  const [, rule, end = '', said = ''] = ofAlert
  return `${lowerFirst(end)}${behindSubject(said, subject)} (${rule})`
}

/** `memory-high: Resolved: web: memory is …`: the rule, whether it is over, and its sentence. */
const alertWords = /^([^\s:]+): (Resolved: )?(.+)$/s

/** A sentence behind the name of its subject: `web: memory is …` and `The web is …` go on as `memory is …` and `is …`. */
export function behindSubject(text: string, subject: string): string {
  const article = /^the /i.test(text) ? 4 : 0
  const behind = article + subject.length
  const isSaid = text.slice(article, behind).toLowerCase() === subject.toLowerCase() && /^:? /.test(text.slice(behind))
  return isSaid ? text.slice(behind).replace(/^:? /, '') : lowerFirst(text)
}

/** `Exited 1` reads on as `exited 1` after a name; `SIGTERM` and `HTTP` stay. */
const lowerFirst = (text: string): string =>
  /^\p{Lu}(?=[\p{Ll} ])/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
