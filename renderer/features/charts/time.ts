/** A part of time that is looked at. */
export interface Span {
  fromMs: number
  toMs: number
}

/** The last so long, going on with the clock, or a part that stays. */
export type TimeRange = { kind: 'last'; id: RangeId } | { kind: 'fixed'; span: Span }

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000

export const ranges = [
  ['15m', '15 min', 15 * minuteMs],
  ['1h', '1 h', hourMs],
  ['6h', '6 h', 6 * hourMs],
  ['24h', '24 h', dayMs],
  ['7d', '7 d', 7 * dayMs],
  ['30d', '30 d', 30 * dayMs],
] as const
export type RangeId = (typeof ranges)[number][0]

export const usualRange: RangeId = '1h'
/** Nobody reads less than this off a plot, and more than this is not kept. */
const shortestMs = 10_000
const longestMs = 366 * dayMs

export const lengthOf = (id: RangeId): number => ranges.find(([known]) => known === id)?.[2] ?? hourMs

/** A range as it stands in the address: `6h`, or `FROM-TO` in milliseconds. Whatever else is the usual one. */
export function readRange(text: string): TimeRange {
  const named = ranges.find(([id]) => id === text)
  if (named) return { kind: 'last', id: named[0] }
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text)
  const [fromMs, toMs] = [Number(match?.[1]), Number(match?.[2])]
  return toMs - fromMs >= shortestMs && toMs - fromMs <= longestMs
    ? { kind: 'fixed', span: { fromMs, toMs } }
    : { kind: 'last', id: usualRange }
}

export const rangeText = (range: TimeRange): string =>
  range.kind === 'last' ? range.id : `${Math.round(range.span.fromMs)}-${Math.round(range.span.toMs)}`

/** What a range is now. A range that goes on moves by what a plot can show, and not with each tick of the clock. */
export function spanOf(range: TimeRange, nowMs: number): Span {
  if (range.kind === 'fixed') return range.span
  const lengthMs = lengthOf(range.id)
  const gridMs = Math.max(1000, Math.round(lengthMs / 900))
  const toMs = Math.ceil(nowMs / gridMs) * gridMs
  return { fromMs: toMs - lengthMs, toMs }
}

const shortLengths = [1, 2, 5, 10, 20, 60]
  .map((minutes) => minutes * minuteMs)
  .concat([3, 6, 24, 72].map((hours) => hours * hourMs))

/**
 * The end of a span that has something in it: soon after a start a whole hour would be a line at its edge. It grows in
 * steps, so that what is drawn does not become narrower with each second.
 */
export function fitted(span: Span, firstMs: number | null): Span {
  const { fromMs, toMs } = span
  const lengthMs = firstMs === null ? undefined : shortLengths.find((each) => toMs - each <= firstMs)
  return lengthMs === undefined || lengthMs >= toMs - fromMs ? span : { fromMs: toMs - lengthMs, toMs }
}

/** Nearer or farther, with the time under the cursor staying where it is. */
export function zoomed(span: Span, aroundMs: number, factor: number, nowMs: number): Span {
  const lengthMs = Math.min(longestMs, Math.max(shortestMs, (span.toMs - span.fromMs) * factor))
  const share = (aroundMs - span.fromMs) / (span.toMs - span.fromMs)
  const fromMs = aroundMs - share * lengthMs
  return until({ fromMs, toMs: fromMs + lengthMs }, nowMs)
}

export const moved = (span: Span, byMs: number, nowMs: number): Span =>
  until({ fromMs: span.fromMs + byMs, toMs: span.toMs + byMs }, nowMs)

/** What was dragged over, in either direction; null where it is too short to have been meant. */
export function dragged(oneMs: number, otherMs: number): Span | null {
  const [fromMs, toMs] = oneMs < otherMs ? [oneMs, otherMs] : [otherMs, oneMs]
  return toMs - fromMs < shortestMs ? null : { fromMs, toMs }
}

/** There is nothing to see after now. */
function until(span: Span, nowMs: number): Span {
  const byMs = Math.min(0, nowMs - span.toMs)
  return { fromMs: span.fromMs + byMs, toMs: span.toMs + byMs }
}

const tickSteps = [1, 5, 15, 30]
  .map((seconds) => seconds * 1000)
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs))
  .concat([1, 2, 3, 6, 12].map((hours) => hours * hourMs))
  .concat([1, 2, 7, 14, 28].map((days) => days * dayMs))
const tickWidth = 140

/** Round times of the local clock, as many as stand side by side. */
export function timeTicks({ fromMs, toMs }: Span, width: number): number[] {
  const most = Math.max(1, Math.floor(width / tickWidth))
  const stepMs = tickSteps.find((step) => (toMs - fromMs) / step <= most) ?? (tickSteps.at(-1) as number)
  const offsetMs = new Date(fromMs).getTimezoneOffset() * minuteMs
  const first = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs
  const ticks: number[] = []
  for (let at = first; at <= toMs; at += stepMs) ticks.push(at)
  return ticks
}

const two = (number: number): string => String(number).padStart(2, '0')
const dayWords = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** A time as precise as what is looked at asks for: `13:46:20`, `13:46`, `28 Nov 13:46`. */
export function timeWords(atMs: number, lengthMs: number): string {
  const at = new Date(atMs)
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`
  if (lengthMs <= 2 * hourMs) return `${clock}:${two(at.getSeconds())}`
  return lengthMs <= dayMs ? clock : `${dayWords.format(at)} ${clock}`
}

/** On the axis: midnight says its day. */
export function tickWords(atMs: number, lengthMs: number): string {
  const at = new Date(atMs)
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0
  if (lengthMs > 3 * dayMs || (lengthMs > hourMs && isMidnight)) return dayWords.format(at)
  return timeWords(atMs, lengthMs <= 10 * minuteMs ? 0 : dayMs)
}
