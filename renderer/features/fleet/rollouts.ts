import { isRolloutOver, type NewRollout, type Rollout, type RolloutStep } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'

/** The hosts of each batch, in the order in which they are done. */
export function batchesOf({ steps }: Pick<Rollout, 'steps'>): RolloutStep[][] {
  const batches = new Map<number, RolloutStep[]>()
  for (const step of steps) batches.set(step.batch, [...(batches.get(step.batch) ?? []), step])
  return [...batches.entries()].sort(([a], [b]) => a - b).map(([, batch]) => batch)
}

/** "web-eu-1: 3.1 s", as far as it is known. */
export function stepShape({ state }: Pick<RolloutStep, 'state'>): ShapeName {
  if (state === 'done' || state === 'undone') return 'completed'
  if (state === 'failed' || state === 'not-undone') return 'failed'
  if (state === 'skipped') return 'stopped'
  return state === 'waiting' ? 'waiting' : 'starting'
}

export function rolloutShape({ state }: Pick<Rollout, 'state'>): ShapeName {
  if (state === 'done' || state === 'undone') return 'completed'
  if (state === 'failed') return 'failed'
  if (state === 'aborted') return 'stopped'
  return state === 'paused' ? 'waiting' : 'starting'
}

const verbs: Readonly<Record<NewRollout['verb'], string>> = {
  restart: 'Rolling restart',
  start: 'Rolling start',
  stop: 'Rolling stop',
}

/** "Rolling restart of web, tag db". */
export function titleOf({ request: { verb, services, bundle } }: Pick<Rollout, 'request'>): string {
  if (bundle) return bundle.revision === 0 ? `Removal of ${bundle.name}` : `${bundle.name}, revision ${bundle.revision}`
  const { names = [], tags = [], groups = [], apps = [] } = services
  const words = [
    ...names,
    ...tags.map((tag) => `tag ${tag}`),
    ...groups.map((group) => `group ${group}`),
    ...apps.map((app) => `app ${app}`),
  ]
  return verb === 'apply' ? words.join(', ') : `${verbs[verb]} of ${words.join(', ')}`
}

/** How far it is: "2 of 6 hosts done". */
export function progressOf({ steps }: Pick<Rollout, 'steps'>): { done: number; total: number; text: string } {
  const meant = steps.filter(({ state }) => state !== 'skipped')
  const done = meant.filter(({ state }) => state === 'done' || state === 'undone').length
  return { done, total: meant.length, text: `${done} of ${meant.length} ${meant.length === 1 ? 'host' : 'hosts'} done` }
}

/** The batch that is under way, or is next: 1 is the first. */
export function batchNow(rollout: Rollout): number | undefined {
  if (isRolloutOver(rollout)) return undefined
  const at = batchesOf(rollout).findIndex((batch) =>
    batch.some(({ state }) => state !== 'done' && state !== 'skipped' && state !== 'failed'),
  )
  return at === -1 ? undefined : at + 1
}

const units = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** "30 s", "2m", "1h" as milliseconds; a number alone is seconds. Undefined for what is none of that. */
export function durationOf(text: string): number | undefined {
  const match = /^(\d{1,6})\s*(s|m|h)?$/.exec(text.trim())
  return match ? Number(match[1]) * units[(match[2] ?? 's') as keyof typeof units] : undefined
}

/** "zone=eu, tier=web" as labels; undefined where a part is no such pair. */
export function labelsOf(text: string): Record<string, string> | undefined {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => /^([^=\s]+)=(.+)$/.exec(part))
  return pairs.every((pair) => pair !== null)
    ? Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[2] ?? '']))
    : undefined
}
