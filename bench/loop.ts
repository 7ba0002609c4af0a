import type { ElectronApplication } from '@playwright/test'
import { atItsPace, paced } from './pace.ts'
import type { Figure, FigureOf } from './table.ts'

export interface Stalls {
  longestMs: number
  /** Of those while the machine kept its pace. */
  inPaceMs: number
}

/** Less than that is no stall, and there is a lot of it. */
const leastMs = 4

/** The longest that the main process's loop was kept from what it was due to do, meanwhile. */
export async function stallsDuring<T>(app: ElectronApplication, work: () => Promise<T>) {
  const { result, pace } = await paced(async () => {
    await watch(app)
    const done = await work()
    return { done, stalls: await unwatch(app) }
  })
  const longest = (stalls: readonly Stall[]): number => stalls.reduce((most, [, ms]) => Math.max(most, ms), 0)
  const inPace = result.stalls.filter(([endedAtMs, ms]) => pace.isKept(endedAtMs - ms, endedAtMs))
  const stalls: Stalls = { longestMs: longest(result.stalls), inPaceMs: longest(inPace) }
  return { result: result.done, stalls }
}

export function stallFigures(of: FigureOf, when: string, { longestMs, inPaceMs }: Stalls): Figure[] {
  const work = `longest stall of main ${when}`
  return [of(work, 'ms', longestMs, 20), of(`${work}${atItsPace}`, 'ms', inPaceMs, 20)]
}

/** When it ended, by the monotonic clock, and how long it was; both in ms. */
type Stall = readonly [endedAtMs: number, ms: number]

/** From within: what looks each millisecond costs more than all that is idle, so it is ended again. */
const watch = (app: ElectronApplication): Promise<void> =>
  app.evaluate((_electron, least) => {
    const stalls: Stall[] = []
    let beforeMs = Number(process.hrtime.bigint()) / 1e6
    const timer = setInterval(() => {
      const atMs = Number(process.hrtime.bigint()) / 1e6
      // It was due a millisecond after the last time.
      const lateMs = atMs - beforeMs - 1
      if (lateMs >= least) stalls.push([atMs, lateMs])
      beforeMs = atMs
    }, 1)
    Reflect.set(globalThis, 'endWatching', () => {
      clearInterval(timer)
      return stalls
    })
  }, leastMs)

const unwatch = (app: ElectronApplication): Promise<Stall[]> =>
  app.evaluate(() => (Reflect.get(globalThis, 'endWatching') as () => Stall[])())
