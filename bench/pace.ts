import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { percentile } from './table.ts'

/** Of a piece of work: when it began by the monotonic clock, how long it took, and what of that it had a processor. */
export type Piece = readonly [begunAtMs: number, tookMs: number, cpuMs: number]

/** From, until, in milliseconds of the monotonic clock. */
type Range = readonly [number, number]

/** So many times what the same work mostly costs; sharing a core's caches with others costs it less than twice. */
const slowFactor = 4
/** What could not be drawn meanwhile is drawn after it. */
const aftermathMs = 20
/** Between two pieces of work nothing is known. */
const betweenMs = 6

/**
 * The times in which the machine itself stood or crawled, as a virtual one does when its host has given its share to
 * others: work that has a processor the whole time then takes a multiple. What waits for a processor is no such time.
 */
export class Pace {
  readonly #slow: readonly Range[]
  /** Of the time that was watched. */
  readonly slowPercent: number

  constructor(pieces: readonly Piece[]) {
    const usualMs = percentile(
      pieces.map(([, , cpuMs]) => cpuMs),
      0.5,
    )
    const slow = pieces
      .filter(([, , cpuMs]) => cpuMs > slowFactor * usualMs)
      .map(([begunAtMs, tookMs]): Range => [begunAtMs - betweenMs, begunAtMs + tookMs + betweenMs])
    this.#slow = slow
    const [first] = pieces
    const last = pieces.at(-1)
    const watchedMs = first && last ? last[0] + last[1] - first[0] : 0
    this.slowPercent = watchedMs > 0 ? (100 * lengthOf(slow)) / watchedMs : 0
  }

  /** Whether the machine kept its pace from a moment to another, of the monotonic clock, and shortly before. */
  isKept(fromMs: number, toMs: number): boolean {
    return !this.#slow.some(([from, to]) => from <= toMs && fromMs <= to + aftermathMs)
  }
}

/** Of ranges in order, which may overlap. */
function lengthOf(ranges: readonly Range[]): number {
  let total = 0
  let coveredTo = Number.NEGATIVE_INFINITY
  for (const [from, to] of ranges) {
    total += Math.max(0, to - Math.max(from, coveredTo))
    coveredTo = Math.max(coveredTo, to)
  }
  return total
}

/** What the line of a figure ends with that leaves out the times in which the machine did not keep its pace. */
export const atItsPace = ', the machine at its pace'

/** The clock of a trace, and of processes beside this one. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Watches the machine while something is measured, for some 3 % of a core. */
export async function paced<T>(work: () => Promise<T>): Promise<{ result: T; pace: Pace }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'pace.mjs')], { stdio: 'pipe' })
  try {
    await once(child.stderr, 'data')
    const said = text(child.stdout)
    const result = await work()
    child.stdin.end()
    return { result, pace: new Pace(JSON.parse(await said) as Piece[]) }
  } finally {
    child.kill('SIGKILL')
  }
}
