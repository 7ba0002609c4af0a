import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import type { Place } from './place.ts'

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
): Promise<Frames> {
  const file = join(place.fresh('trace'), 'trace.json')
  await app.evaluate(
    ({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }),
    categories,
  )
  await work()
  await app.evaluate(({ contentTracing }, path) => contentTracing.stopRecording(path), file)
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] }
  return framesOf(traceEvents, rendererPid)
}

function framesOf(events: readonly TraceEvent[], pid: number): Frames {
  const own = events.filter((event) => event.pid === pid)
  const main = own.find(({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain')
  const tasksMs = own.flatMap(({ tid, name, dur }) =>
    tid === main?.tid && /RunTask$/.test(name) && dur !== undefined ? [dur / 1000] : [],
  )
  const drawnAtMs = own
    .filter(({ name }) => name === 'BeginCommitCompositorFrame')
    .map(({ ts }) => ts / 1000)
    .sort((a, b) => a - b)
  const gapsMs = drawnAtMs.slice(1).map((atMs, index) => atMs - (drawnAtMs[index] ?? atMs))
  return {
    drawn: drawnAtMs.length,
    dropped: gapsMs.reduce((total, gapMs) => total + Math.max(0, Math.round(gapMs / frameMs) - 1), 0),
    longestTaskMs: tasksMs.reduce((longest, taskMs) => Math.max(longest, taskMs), 0),
    longTasks: tasksMs.filter((taskMs) => taskMs > longTaskMs).length,
  }
}

/** Of the frames that sixty a second would have been. */
export const droppedPercent = ({ drawn, dropped }: Frames): number => (100 * dropped) / Math.max(1, drawn + dropped)

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
