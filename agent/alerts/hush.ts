import {
  type Alert,
  type AlertStep,
  durationInWords,
  type Maintenance,
  type Matcher,
  type Silence,
} from '../../contract/index.ts'
import { type CompiledMatcher, compileMatcher, matches, readMatch } from './rules/index.ts'

/** A silence as it is kept. */
export interface StoredSilence {
  id: string
  matchers: Matcher[]
  reason: string
  author: string
  createdAtMs: number
  startsAtMs: number
  endsAtMs: number
}

export interface Window {
  name: string
  match: Readonly<Record<string, string>>
  range: { file: string; line: number }
  when: { schedule: string; durationMs: number; timezone?: string } | { startsMs: number; endsMs: number }
}
export type NextDue = (cron: { schedule: string; timezone?: string }, fromMs: number) => number | undefined

export interface Inhibition {
  source: Readonly<Record<string, string>>
  target: Readonly<Record<string, string>>
  equal: readonly string[]
}

/** Why an alert is not told now; the first of them counts. */
export interface Hush {
  step: Extract<AlertStep['step'], 'cause' | 'inhibition' | 'silence' | 'maintenance' | 'acknowledgement'>
  text: string
}

export interface Hushing {
  silencedBy: string[]
  inhibitedBy: string[]
  hush: Hush | undefined
}

const compiled = new WeakMap<StoredSilence, CompiledMatcher[]>()
const matchersOf = (silence: StoredSilence): CompiledMatcher[] => {
  const known = compiled.get(silence)
  if (known) return known
  const made = silence.matchers.map(compileMatcher)
  compiled.set(silence, made)
  return made
}

export const silenceState = ({ startsAtMs, endsAtMs }: StoredSilence, wallMs: number): Silence['state'] =>
  wallMs >= endsAtMs ? 'ended' : wallMs < startsAtMs ? 'pending' : 'active'

export const isSilenced = (silence: StoredSilence, labels: Readonly<Record<string, string>>, wallMs: number): boolean =>
  silenceState(silence, wallMs) === 'active' && matches(matchersOf(silence), labels)

/** Whether a maintenance window is open, and when it opens next. */
export function windowTimes(
  { when }: Window,
  wallMs: number,
  nextDue: NextDue,
): { untilMs: number | null; nextMs: number | null } {
  if ('startsMs' in when)
    return {
      untilMs: wallMs >= when.startsMs && wallMs < when.endsMs ? when.endsMs : null,
      nextMs: wallMs < when.startsMs ? when.startsMs : null,
    }
  const beganMs = nextDue(when, wallMs - when.durationMs)
  return {
    untilMs: beganMs !== undefined && beganMs <= wallMs ? beganMs + when.durationMs : null,
    nextMs: nextDue(when, wallMs) ?? null,
  }
}

export function windowView(window: Window, wallMs: number, nextDue: NextDue): Maintenance {
  const { untilMs, nextMs } = windowTimes(window, wallMs, nextDue)
  const { when } = window
  const text =
    'startsMs' in when
      ? `from ${iso(when.startsMs)} to ${iso(when.endsMs)}`
      : `at "${when.schedule}" for ${durationInWords(when.durationMs)}${when.timezone === undefined ? '' : ` (${when.timezone})`}`
  const { file, line } = window.range
  return { name: window.name, text, active: untilMs !== null, nextAt: nextMs === null ? null : iso(nextMs), file, line }
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** What keeps an alert quiet now. */
export function hushOf(
  alert: Alert,
  around: {
    alerts: readonly Alert[]
    silences: readonly StoredSilence[]
    windows: readonly { window: Window; untilMs: number }[]
    inhibitions: readonly Inhibition[]
    wallMs: number
  },
): Hushing {
  const { labels } = alert
  const silences = around.silences.filter((silence) => isSilenced(silence, labels, around.wallMs))
  const windows = around.windows.filter(({ window }) => matches(readMatch(window.match), labels))
  const inhibitedBy = around.inhibitions.flatMap((inhibition) => inhibitors(alert, inhibition, around.alerts))
  const [silence] = silences
  const [open] = windows
  const { cause, acknowledgedBy } = alert
  const hush: Hush | undefined = cause
    ? { step: 'cause', text: `not told: it ${cause.text}` }
    : inhibitedBy[0] !== undefined
      ? { step: 'inhibition', text: `not told: ${inhibitedBy[0]} keeps it quiet` }
      : silence
        ? {
            step: 'silence',
            text: `not told: silenced by ${silence.author} until ${iso(silence.endsAtMs)}: ${silence.reason}`,
          }
        : open
          ? {
              step: 'maintenance',
              text: `not told: maintenance "${open.window.name}" until ${iso(open.untilMs)}`,
            }
          : acknowledgedBy
            ? { step: 'acknowledgement', text: `not told again: ${acknowledgedBy.author} sees to it` }
            : undefined
  return {
    silencedBy: [...silences.map(({ id }) => id), ...windows.map(({ window }) => window.name)],
    inhibitedBy,
    hush,
  }
}

function inhibitors(alert: Alert, { source, target, equal }: Inhibition, alerts: readonly Alert[]): string[] {
  if (!matches(readMatch(target), alert.labels)) return []
  const from = readMatch(source)
  // One that is both does not keep itself quiet, nor do two of them keep each other.
  if (matches(from, alert.labels)) return []
  return alerts
    .filter(
      (other) =>
        other.state === 'firing' &&
        other.id !== alert.id &&
        matches(from, other.labels) &&
        equal.every((label) => other.labels[label] === alert.labels[label]),
    )
    .map(({ name }) => name)
}
