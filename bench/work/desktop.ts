import type { ElectronApplication, Page } from '@playwright/test'
import { end } from '../../e2e/agent.ts'
import { ask, type Place as Home, makePlace, openPanel } from '../../e2e/launch.ts'
import { cpuSeconds, pssMiB } from '../proc.ts'
import { type Figure, percentile } from '../table.ts'
import { type Bench, type Measurement, pause, rendererPid } from './common.ts'

/** More than this many processes say nothing about the panel: services beyond are there, and stopped. */
const mostRunning = 500
const usableWithinMs = 60_000
const rounds = 10

/** The window in the real Electron: until it can be used, what it takes, and how soon it shows what happens. */
export const desktop: Measurement = async (bench) => {
  if (!process.env.DISPLAY) {
    bench.say('left out: there is no display (xvfb-run gives one)')
    return []
  }
  const figures: Figure[] = []
  for (const count of bench.quick ? [3] : [3, 500, 10_000]) {
    figures.push(...(await measure(bench, count)))
    bench.say(`${count} services`)
  }
  return figures
}

async function measure({ place, quick }: Bench, count: number): Promise<Figure[]> {
  const home = makePlace(hclOf(count), place.env)
  const startedAtMs = performance.now()
  const { app, page, process: main } = await openPanel(home)
  try {
    await page.getByRole('heading', { level: 1 }).waitFor({ timeout: usableWithinMs })
    await page.getByRole('link', { name: 'Services', exact: true }).first().click()
    await page.getByRole('row', { name: /^s0\b/ }).waitFor({ timeout: usableWithinMs })
    const usableMs = performance.now() - startedAtMs
    await settled(home, count)
    await watchLoop(app)
    // The compiler that runs this names inner functions with a helper that pages do not have.
    await page.evaluate('globalThis.__name = (named) => named')
    const seenMs = await eventsToPixels(home, page)
    const busyStallMs = await longestStall(app)
    const [mainPid, pagePid] = [main.pid ?? 0, await rendererPid(app)]
    const memory = [pssMiB(mainPid), pssMiB(pagePid)]
    const lookMs = quick ? 2_000 : 10_000
    await pause(lookMs)
    const restStallMs = await longestStall(app)
    await unwatchLoop(app)
    const shown = await idle(mainPid, pagePid, lookMs)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
    await pause(1_000)
    const hidden = await idle(mainPid, pagePid, lookMs)
    return figuresOf(count, { usableMs, seenMs, busyStallMs, restStallMs, memory, shown, hidden })
  } finally {
    await ask(home, 'POST', '/agent/shutdown?services=stop').catch(() => undefined)
    await end(main, 'SIGKILL')
    await home.remove()
  }
}

interface Measured {
  usableMs: number
  seenMs: number[]
  busyStallMs: number
  restStallMs: number
  memory: readonly number[]
  shown: number
  hidden: number
}

function figuresOf(count: number, measured: Measured): Figure[] {
  const of = (work: string, unit: string, value: number, goal?: number): Figure => ({
    work: `panel with ${count} services, ${work}`,
    unit,
    values: { HXE: value },
    ...(goal !== undefined && { goal }),
  })
  const [main = Number.NaN, page = Number.NaN] = measured.memory
  return [
    of('start to usable', 'ms', measured.usableMs, count <= mostRunning ? 1_500 : undefined),
    of('event to pixel, p50', 'ms', percentile(measured.seenMs, 0.5), 50),
    of('event to pixel, worst', 'ms', percentile(measured.seenMs, 1)),
    of('longest stall of main under clicks', 'ms', measured.busyStallMs, 20),
    of('longest stall of main at rest', 'ms', measured.restStallMs, 20),
    of('memory of main (PSS)', 'MiB', main),
    of('memory of the page (PSS)', 'MiB', page),
    of('idle, shown', '% of a core', measured.shown),
    of('idle, closed to the tray', '% of a core', measured.hidden, 0.3),
  ]
}

const hclOf = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `service "s${index}" {
  command   = "sleep 100000"
  autostart = ${index < mostRunning}
}`,
  ).join('\n')

/** Until all that is to run does. */
async function settled(home: Home, count: number): Promise<void> {
  const wanted = Math.min(count, mostRunning)
  const endMs = performance.now() + usableWithinMs
  for (;;) {
    const { items } = await ask<{ items: unknown[] }>(home, 'GET', '/services?state=running')
    if (items.length >= Math.min(wanted, 1_000)) break
    if (performance.now() > endMs) throw new Error(`${wanted} services do not run within ${usableWithinMs / 1000} s`)
    await pause(200)
  }
  await pause(2_000)
}

/** A change that the page has not drawn by then is not going to be. */
const drawnWithinMs = 15_000

/** From the moment that the agent gives for a change until the page has drawn it. */
async function eventsToPixels(home: Home, page: Page): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [verb, word] = round % 2 === 0 ? (['stop', 'Stopped'] as const) : (['start', 'Running'] as const)
    const drawn = page.evaluate(
      ([wanted, withinMs]) =>
        new Promise<number>((resolve, reject) => {
          const endMs = performance.now() + withinMs
          const look = (): void => {
            const rows = [...document.querySelectorAll('tbody tr')]
            if (rows.some(({ textContent }) => textContent?.startsWith('s0') && textContent.includes(wanted)))
              resolve(Date.now())
            else if (performance.now() > endMs) reject(new Error(`The page does not show that s0 is ${wanted}`))
            else requestAnimationFrame(look)
          }
          look()
        }),
      [word, drawnWithinMs] as const,
    )
    const { since } = await ask<{ since: string }>(home, 'POST', `/services/s0/${verb}?wait=${word.toLowerCase()}`)
    taken.push((await drawn) - Date.parse(since))
    await pause(500)
  }
  return taken
}

/** Measures the main process's loop from within. */
const watchLoop = (app: ElectronApplication): Promise<void> =>
  app.evaluate(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
    const histogram = monitorEventLoopDelay({ resolution: 1 })
    histogram.enable()
    Reflect.set(globalThis, 'loopDelay', histogram)
  })

/** What looks each millisecond costs more than all that is idle. */
const unwatchLoop = (app: ElectronApplication): Promise<void> =>
  app.evaluate(() => {
    const histogram = Reflect.get(globalThis, 'loopDelay') as { disable(): void }
    histogram.disable()
  })

/** Since it was last asked for. */
const longestStall = (app: ElectronApplication): Promise<number> =>
  app.evaluate(() => {
    const histogram = Reflect.get(globalThis, 'loopDelay') as { max: number; reset(): void }
    const longestMs = histogram.max / 1e6
    histogram.reset()
    return longestMs
  })

async function idle(mainPid: number, pagePid: number, forMs: number): Promise<number> {
  const spent = (): number => cpuSeconds(mainPid) + cpuSeconds(pagePid)
  const before = spent()
  await pause(forMs)
  return ((spent() - before) / forMs) * 1e5
}
