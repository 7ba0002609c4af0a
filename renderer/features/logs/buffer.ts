import type { LogLine } from '../../../contract/index.ts'

/** Lines as a client holds them, oldest first. */
export interface LogBuffer {
  lines: readonly LogLine[]
  /** The first and last number of each service, which tell what is known already. */
  ranges: ReadonlyMap<string, { first: number; last: number }>
}

export const emptyBuffer: LogBuffer = { lines: [], ranges: new Map() }

/** More are not kept in the page; older ones stay with the agent, where a search finds them. */
const mostLines = 50_000

export const keyOf = ({ service, seq }: LogLine): string => `${service}\n${seq}`

function rangesOf(lines: readonly LogLine[]): Map<string, { first: number; last: number }> {
  const ranges = new Map<string, { first: number; last: number }>()
  for (const { service, seq } of lines) {
    const range = ranges.get(service)
    if (!range) ranges.set(service, { first: seq, last: seq })
    else if (seq > range.last) range.last = seq
    else if (seq < range.first) range.first = seq
  }
  return ranges
}

/** Lines that came after those that are there. What is known already (after a reconnection) is not taken twice. */
export function append(buffer: LogBuffer, items: readonly LogLine[], most = mostLines): LogBuffer {
  const fresh = items.filter(({ service, seq }) => seq > (buffer.ranges.get(service)?.last ?? 0))
  if (fresh.length === 0) return buffer
  const all = [...buffer.lines, ...fresh]
  if (all.length > most) return withRanges(all.slice(-most))
  const ranges = new Map(buffer.ranges)
  for (const [service, range] of rangesOf(fresh)) {
    ranges.set(service, { first: ranges.get(service)?.first ?? range.first, last: range.last })
  }
  return { lines: all, ranges }
}

/** Older lines, from scrolling back. */
export function prepend(buffer: LogBuffer, items: readonly LogLine[]): LogBuffer {
  const fresh = items.filter(
    ({ service, seq }) => seq < (buffer.ranges.get(service)?.first ?? Number.POSITIVE_INFINITY),
  )
  return fresh.length === 0 ? buffer : withRanges([...fresh, ...buffer.lines])
}

const withRanges = (lines: readonly LogLine[]): LogBuffer => ({ lines, ranges: rangesOf(lines) })
