import type { AgentEvent, EventKind } from '../../../contract/index.ts'
import type { ShapeName } from '../../parts/index.ts'
import { factOf } from '../activity/index.ts'
import type { Span } from './time.ts'

/** Something that happened, on the time axis. */
export interface Mark {
  atMs: number
  shape: ShapeName
  /** What the same is called when it happens often: `failed starts`. */
  kind: string
  text: string
  tone: 'quiet' | 'trouble'
}

/** What leads to a mark, its shape, and what several of them are called. Starts and stops on the way there are left out. */
const marked: Readonly<Partial<Record<EventKind, readonly [shape: ShapeName, many: string]>>> = {
  'config.applied': ['completed', 'changes'],
  'service.started': ['running', 'starts'],
  'service.stopped': ['stopped', 'stops'],
  'service.completed': ['completed', 'runs completed'],
  'service.backoff': ['backoff', 'failed starts'],
  'service.failed': ['failed', 'failures'],
  'service.unhealthy': ['unhealthy', 'times unhealthy'],
  'service.recovered': ['completed', 'recoveries'],
  'service.unkillable': ['failed', 'failures'],
  'alert.firing': ['critical', 'alerts'],
  'agent.recovered': ['completed', 'recoveries'],
}

const isTrouble: ReadonlySet<string> = new Set(['failed', 'backoff', 'unhealthy', 'critical', 'warning'])

/** What of an event stands in the lane of marks; undefined where it is not worth a mark. */
export function markOf(event: AgentEvent): Mark | undefined {
  const found = marked[event.kind]
  if (!found) return undefined
  const [shape, kind] = event.kind === 'alert.firing' ? ([event.severity, 'alerts'] as const) : found
  const tone = isTrouble.has(shape) ? 'trouble' : 'quiet'
  return { atMs: Date.parse(event.time), shape, kind, text: factOf(event), tone }
}

/** Marks that stand in one place. */
export interface MarkGroup {
  x: number
  atMs: number
  marks: readonly Mark[]
  shape: ShapeName
  tone: Mark['tone']
  /** Said beside it where there is room, and to a screen reader. */
  text: string
}

/** Nearer than this, marks are one. */
const nearPx = 12
/** So much of the lane a letter takes. */
const letterPx = 5.8

const worst: readonly ShapeName[] = ['failed', 'critical', 'unhealthy', 'backoff', 'warning']

/** Marks by their place on an axis of this width, those closer than 12 px as one with a number. */
export function groupMarks(marks: readonly Mark[], { fromMs, toMs }: Span, width: number): MarkGroup[] {
  const inSight = marks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).toSorted((a, b) => a.atMs - b.atMs)
  const xOf = (atMs: number): number => ((atMs - fromMs) / (toMs - fromMs)) * width
  const groups: { head: Mark; marks: Mark[] }[] = []
  for (const mark of inSight) {
    const group = groups.at(-1)
    if (group && xOf(mark.atMs) - xOf(group.head.atMs) < widthOf(group.marks.length)) {
      group.marks.push(mark)
      if (rank(mark) < rank(group.head)) group.head = mark
    } else groups.push({ head: mark, marks: [mark] })
  }
  return groups.map(({ head: { atMs, shape, tone }, marks: own }) => {
    return { x: xOf(atMs), atMs, marks: own, shape, tone, text: words(own) }
  })
}

/** The room of a shape, with the number behind it where it stands for several. */
const widthOf = (count: number): number => (count === 1 ? nearPx : nearPx + String(count).length * letterPx + 4)

const rank = ({ shape }: Mark): number => (worst.includes(shape) ? worst.indexOf(shape) : worst.length)

function words(group: readonly Mark[]): string {
  const [first] = group
  if (!first) return ''
  if (group.length === 1) return first.text
  const isSame = group.every(({ kind }) => kind === first.kind)
  return `${group.length} ${isSame ? first.kind : 'events'}`
}

const shapePx = 14

export interface Placed extends MarkGroup {
  /** On which side of its shape the words have room; null where they have none, or not all of them. */
  side: 'right' | 'left' | null
}

/** Finds room for the words: behind the shape as far as the next one, at the end of the axis before it. */
export function placeWords(groups: readonly MarkGroup[], width: number): Placed[] {
  const placed: Placed[] = []
  for (const [index, group] of groups.entries()) {
    const needed = group.text.length * letterPx + shapePx
    const after = (groups[index + 1]?.x ?? width) - group.x - shapePx
    const before = placed.at(-1)
    const taken = before ? before.x + (before.side === 'right' ? before.text.length * letterPx + shapePx : shapePx) : 0
    const side = needed <= after ? 'right' : group.x - taken - shapePx >= needed ? 'left' : null
    placed.push({ ...group, side })
  }
  return placed
}
