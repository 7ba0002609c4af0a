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
/** Who scrolls back keeps more, up to this. */
export const mostWithOlder = 100_000

export const keyOf = ({ service, seq }: LogLine): string => `${service}\n${seq}`

/** Lines that came after those that are there. What is known already (after a reconnection) is not taken twice. */
export function append(buffer: LogBuffer, items: readonly LogLine[], most = mostFor(buffer)): LogBuffer {
  const fresh = items.filter(({ service, seq }) => seq > (buffer.ranges.get(service)?.last ?? 0))
  if (fresh.length === 0) return buffer
  const ranges = new Map(buffer.ranges)
  for (const { service, seq } of fresh) {
    ranges.set(service, { first: ranges.get(service)?.first ?? seq, last: seq })
  }
  const all = [...buffer.lines, ...fresh]
  const surplus = Math.max(0, all.length - most)
  for (const { service, seq } of all.slice(0, surplus)) {
    ranges.set(service, { first: seq + 1, last: ranges.get(service)?.last ?? seq })
  }
  return { lines: surplus === 0 ? all : all.slice(surplus), ranges }
}

const mostFor = ({ lines }: LogBuffer): number => (lines.length > mostLines ? mostWithOlder : mostLines)

/** Older lines, from scrolling back. */
export function prepend(buffer: LogBuffer, items: readonly LogLine[]): LogBuffer {
  const fresh = items.filter(
    ({ service, seq }) => seq < (buffer.ranges.get(service)?.first ?? Number.POSITIVE_INFINITY),
  )
  if (fresh.length === 0) return buffer
  const ranges = new Map(buffer.ranges)
  for (const { service, seq } of fresh.toReversed()) {
    ranges.set(service, { first: seq, last: ranges.get(service)?.last ?? seq })
  }
  return { lines: [...fresh, ...buffer.lines], ranges }
}
