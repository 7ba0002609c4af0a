import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { atItsPace, monotonicMs, paced } from './pace.ts'
import type { Place } from './place.ts'
import type { Figure, FigureOf } from './table.ts'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds. */
  ts: number
  dur?: number
  args?: { name?: string }
}

/** What a recorded trace says of one process's page. */
export interface Frames {
  drawn: number
  /** Left out, of sixty a second. */
  dropped: number
  /** The longest that its main thread was at one task. */
  longestTaskMs: number
  /** Tasks above 50 ms, which a person notices. */
  longTasks: number
}

export interface Traced extends Frames {
  /** The same of the times in which the machine kept its pace. */
  inPace: Frames
  /** How much of the time it did not. */
  slowPercent: number
}

const categories = ['devtools.timeline', 'devtools.timeline.frame', 'disabled-by-default-devtools.timeline', 'toplevel']
const longTaskMs = 50
/** A page that draws all the time does so sixty times a second. */
const frameMs = 1000 / 60

/** Records what Chromium does meanwhile, and reads frames and tasks of the page's process out of it. */
export async function traced(
  app: ElectronApplication,
  place: Place,
  rendererPid: number,
  work: () => Promise<unknown>,
): Promise<Traced> {
  const file = join(place.fresh('trace'), 'trace.json')
  const { pace, result: begunAtMs } = await paced(async () => {
    await app.evaluate(
      ({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }),
      categories,
    )
    const begun = monotonicMs()
    await work()
    return begun
  })
  await app.evaluate(({ contentTracing }, path) => contentTracing.stopRecording(path), file)
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] }
  // A page draws less before there is anything to draw: nothing is dropped then.
  const own = traceEvents.filter(({ pid, ph, ts }) => pid === rendererPid && (ph === 'M' || ts / 1000 >= begunAtMs))
  const inPace = framesOf(own, (fromMs, toMs) => pace.isKept(fromMs, toMs))
  return { ...framesOf(own, () => true), inPace, slowPercent: pace.slowPercent }
}

/** @param counts whether what happened from a moment to another, in ms of the monotonic clock, is to be counted */
function framesOf(events: readonly TraceEvent[], counts: (fromMs: number, toMs: number) => boolean): Frames {
  const isMain = ({ ph, name, args }: TraceEvent): boolean =>
    ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain'
  const main = events.find(isMain)
  const tasksMs = events.flatMap(({ tid, name, ts, dur }) =>
    tid === main?.tid && /RunTask$/.test(name) && dur !== undefined && counts(ts / 1000, (ts + dur) / 1000)
      ? [dur / 1000]
      : [],
  )
  const drawnAtMs = events
    .filter(({ name }) => name === 'BeginCommitCompositorFrame')
    .map(({ ts }) => ts / 1000)
    .sort((a, b) => a - b)
  const gapsMs = drawnAtMs.slice(1).flatMap((atMs, index) => {
    const beforeMs = drawnAtMs[index] ?? atMs
    return counts(beforeMs, atMs) ? [atMs - beforeMs] : []
  })
  return {
    drawn: gapsMs.length,
    dropped: gapsMs.reduce((total, gapMs) => total + Math.max(0, Math.round(gapMs / frameMs) - 1), 0),
    longestTaskMs: tasksMs.reduce((longest, taskMs) => Math.max(longest, taskMs), 0),
    longTasks: tasksMs.filter((taskMs) => taskMs > longTaskMs).length,
  }
}

/** Of the frames that sixty a second would have been. */
export const droppedPercent = ({ drawn, dropped }: Frames): number => (100 * dropped) / Math.max(1, drawn + dropped)

/** What scrolling takes beside a page at rest, and the same without the times in which the machine itself stood. */
export function scrollFigures(of: FigureOf, scrolled: Traced, rest: Traced): Figure[] {
  const goal = (atRest: Frames): number => Math.max(1, droppedPercent(atRest))
  return [
    of('frames dropped while scrolling', '%', droppedPercent(scrolled), goal(rest)),
    of(`frames dropped while scrolling${atItsPace}`, '%', droppedPercent(scrolled.inPace), goal(rest.inPace)),
    of('frames dropped by a page at rest', '%', droppedPercent(rest)),
    of('longest task while scrolling', 'ms', scrolled.longestTaskMs, 50),
    of(`longest task while scrolling${atItsPace}`, 'ms', scrolled.inPace.longestTaskMs, 50),
    of('time meanwhile in which the machine did not keep its pace', '%', scrolled.slowPercent),
  ]
}

const scrollMs = 8_000

/** Scrolls with each frame for a time, and back at the end; by nothing, it only keeps frames coming. */
export const scroll = (page: Page, selector: string, byPx: number): Promise<void> =>
  page.evaluate(
    ([chosen, stepPx, ms]) =>
      new Promise<void>((resolve) => {
        const endMs = performance.now() + ms
        const list = document.querySelector(chosen)
        let px = stepPx
        const step = (): void => {
          const before = list?.scrollTop
          list?.scrollBy(0, px)
          if (list?.scrollTop === before) px = -px
          if (performance.now() < endMs) requestAnimationFrame(step)
          else resolve()
        }
        step()
      }),
    [selector, byPx, scrollMs] as const,
  )
