import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { chromium, type ElectronApplication, type Page } from '@playwright/test'
import { end } from '../../e2e/agent.ts'
import {
  ask,
  closePanel,
  type Place as Home,
  makePlace,
  openEmptyWindow,
  openPanel,
  startEmptyWindow,
  startPanel,
  startToLookAt,
  type Watchable,
} from '../../e2e/launch.ts'
import { TrayHost } from '../../e2e/tray.ts'
import { type Stalls, stallFigures, stallsDuring } from '../loop.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, pssMiB } from '../proc.ts'
import { type Figure, type FigureOf, figuresAbout, percentile } from '../table.ts'
import { droppedPercent, scroll, scrollFigures, type Traced, traced } from '../trace.ts'
import { type Bench, type Measurement, pause, rendererPid } from './common.ts'

/** As many report each second; services beyond are there, and stopped. */
const mostRunning = 1_000
const usableWithinMs = 60_000
const rounds = 10
/** Of which the middle one counts; the first start of all compiles the program, and later ones take what it has kept. */
const starts = 9
/** The window is to be usable at once with that many. */
const manyServices = 500
const mostWhenQuick = 100
const emptyWindow = join(import.meta.dirname, '..', 'fixtures', 'emptywindow')
/** The compiler that runs this names inner functions with a helper that pages do not have. */
const exposeNames = 'globalThis.__name = (named) => named'
/** A fast wheel: some three rows a frame. */
const stepPx = 100

/** The window in the real Electron: until it can be used, what it takes, and how soon it shows what happens. */
export function desktopWith(count: number): Measurement {
  return async (bench) => {
    if (bench.quick && count > mostWhenQuick) return []
    if (process.env.DISPLAY) return measure(bench, count)
    bench.say('left out: there is no display (xvfb-run gives one)')
    return []
  }
}

async function measure(bench: Bench, count: number): Promise<Figure[]> {
  const home = makePlace(hclOf(count, 'sleep 100000'), bench.place.env)
  const lookMs = bench.quick ? 2_000 : 15_000
  try {
    const usable = await startsOf(bench, home, count)
    const seen = await lookedAt(home, count, lookMs)
    const hidden = await idleInTray(home, count, lookMs)
    const emptyIdle = await idleOfEmpty(bench.place, lookMs)
    const reporting = bench.quick ? undefined : await scrolled(bench, count, lookMs)
    return figuresOf(count, { ...usable, ...seen, hidden, emptyIdle, reporting })
  } finally {
    await home.remove()
  }
}

interface Starts {
  firstMs: number
  usableMs: number
  /** After a kill, with all services running on. */
  takeoverMs: number
  /** An Electron app that has one empty page. */
  emptyMs: number
}

/**
 * From the start of the process until the page shows what the agent has and takes clicks, by the page's own mark.
 * Nobody looks into it before: Playwright's way into an Electron app holds it up by half a second.
 */
async function startsOf({ place, quick }: Bench, home: Home, count: number): Promise<Starts> {
  const own: number[] = []
  const takeovers: number[] = []
  const empty: number[] = []
  for (let round = 0; round < (quick ? 2 : starts + 1); round++) {
    own.push(await startOf(home, count, round === 0, (panel) => end(panel, 'SIGKILL')))
    takeovers.push(await startOf(home, count, false, (panel) => closePanel(home, panel)))
    empty.push(await emptyStart(place))
  }
  const [firstMs = Number.NaN, ...later] = own
  const middle = (values: readonly number[]): number => percentile(values, 0.5)
  return { firstMs, usableMs: middle(later), takeoverMs: middle(takeovers), emptyMs: middle(empty) }
}

/** @param isFirst the first start of all: it is given the time to keep what it has compiled */
async function startOf(home: Home, count: number, isFirst: boolean, close: (panel: ChildProcess) => Promise<void>) {
  const begunAtMs = Date.now()
  const panel = startToLookAt(home)
  try {
    await settled(home, count)
    if (isFirst) await pause(5_000)
    return (await drawnAtMs(panel)) - begunAtMs
  } finally {
    await close(panel.process)
  }
}

async function emptyStart({ env }: Place): Promise<number> {
  const begunAtMs = Date.now()
  const window = startEmptyWindow(emptyWindow, env)
  try {
    return (await drawnAtMs(window)) - begunAtMs
  } finally {
    await end(window.process, 'SIGKILL')
  }
}

async function drawnAtMs({ address }: Watchable): Promise<number> {
  const browser = await chromium.connectOverCDP(await address)
  try {
    const find = (): Page | undefined => browser.contexts().flatMap((context) => context.pages())[0]
    const page = find() ?? (await browser.contexts()[0]?.waitForEvent('page'))
    if (!page) throw new Error('There is no window')
    const mark = await page.waitForFunction(() => performance.getEntriesByName('drawn')[0]?.startTime)
    return (await page.evaluate(() => performance.timeOrigin)) + Number(await mark.jsonValue())
  } finally {
    await browser.close()
  }
}

type Seen = Omit<Measured, 'hidden' | 'emptyIdle' | 'reporting' | keyof Starts>

async function lookedAt(home: Home, count: number, lookMs: number): Promise<Seen> {
  const { app, page, process: main } = await openPanel(home)
  try {
    await openServices(page)
    await settled(home, count)
    const busy = await stallsDuring(app, () => eventsToPixels(home, page))
    const [mainPid, pagePid] = [main.pid ?? 0, await rendererPid(app)]
    const memory = [pssMiB(mainPid), pssMiB(pagePid)]
    const resting = await stallsDuring(app, () => pause(lookMs))
    const shown = await idle([mainPid, pagePid], lookMs)
    return { seenMs: busy.result, busyStalls: busy.stalls, restStalls: resting.stalls, memory, shown }
  } finally {
    await closePanel(home, main)
  }
}

async function openServices(page: Page): Promise<void> {
  await page.evaluate(exposeNames)
  await page.getByRole('link', { name: 'Services', exact: true }).first().click({ timeout: usableWithinMs })
  await page.getByRole('row', { name: /^s0\b/ }).waitFor({ timeout: usableWithinMs })
}

/** Services whose figures change each second: of those that rest there is nothing to report. */
async function scrolled({ place }: Bench, count: number, lookMs: number): Promise<Reporting> {
  const breather = join(import.meta.dirname, '..', 'fixtures', 'breather.pl')
  const home = makePlace(hclOf(count, `perl ${breather}`), place.env)
  try {
    const { app, page, process: main } = await openPanel(home)
    try {
      await openServices(page)
      await settled(home, count)
      await pause(lookMs)
      const frames = await framesOf(app, page, place, await rendererPid(app))
      const { stalls } = await stallsDuring(app, () => pause(lookMs))
      return { ...frames, stalls, bare: await framesOfEmpty(place) }
    } finally {
      await closePanel(home, main)
    }
  } finally {
    await home.remove()
  }
}

/** The same wheel over a page of the same length in which there is nothing, while the panel and all that reports run on. */
async function framesOfEmpty(place: Place): Promise<Traced> {
  const { app, page } = await openEmptyWindow(emptyWindow, place.env)
  try {
    await page.evaluate(exposeNames)
    return await traced(app, place, await rendererPid(app), () => scroll(page, 'html', stepPx))
  } finally {
    await app.close()
  }
}

/** By a start of its own, as at login: a page that Playwright looks into counts as seen even when its window is hidden. */
async function idleInTray(home: Home, count: number, lookMs: number): Promise<number> {
  const tray = await TrayHost.open()
  const main = startPanel(home, '--background')
  try {
    await settled(home, count)
    // Compiling and collecting what the start has left.
    await pause(4 * lookMs)
    return await idle([main.pid ?? 0], 2 * lookMs)
  } finally {
    await closePanel(home, main)
    tray.close()
  }
}

/** What the main process of an Electron app takes that has one empty page and nothing to do. */
async function idleOfEmpty({ env }: Place, lookMs: number): Promise<number> {
  const window = startEmptyWindow(emptyWindow, env)
  try {
    await drawnAtMs(window)
    await pause(lookMs)
    return await idle([window.process.pid ?? 0], lookMs)
  } finally {
    await end(window.process, 'SIGKILL')
  }
}

interface Measured extends Starts {
  seenMs: number[]
  busyStalls: Stalls
  restStalls: Stalls
  memory: readonly number[]
  shown: number
  hidden: number
  emptyIdle: number
  reporting: Reporting | undefined
}

interface Reporting {
  empty: Traced
  bare: Traced
  scrolled: Traced
  stalls: Stalls
}

function figuresOf(count: number, measured: Measured): Figure[] {
  const of = figuresAbout(`panel with ${count} services`)
  const [main = Number.NaN, page = Number.NaN] = measured.memory
  return [
    of('start to usable', 'ms', measured.usableMs, count <= manyServices ? 1_500 : undefined),
    of('start after a kill, with all running on', 'ms', measured.takeoverMs),
    of('start of an empty window beside it', 'ms', measured.emptyMs),
    of('first start of all to usable', 'ms', measured.firstMs),
    of('event to pixel, p50', 'ms', percentile(measured.seenMs, 0.5), 50),
    of('event to pixel, worst', 'ms', percentile(measured.seenMs, 1)),
    ...stallFigures(of, 'under clicks', measured.busyStalls),
    ...stallFigures(of, 'at rest', measured.restStalls),
    of('memory of main (PSS)', 'MiB', main),
    of('memory of the page (PSS)', 'MiB', page),
    ...(measured.reporting === undefined ? [] : reportingFigures(measured.reporting, of)),
    of('idle, shown', '% of a core', measured.shown),
    of('idle, closed to the tray', '% of a core', measured.hidden, 0.3),
    of('idle of the main process of an empty window beside it', '% of a core', measured.emptyIdle),
  ]
}

function reportingFigures({ empty, bare, scrolled, stalls }: Reporting, of: FigureOf): Figure[] {
  return [
    ...stallFigures(of, 'while they report each second', stalls),
    ...scrollFigures(of, scrolled, empty),
    of('frames dropped while an empty page scrolls', '%', droppedPercent(bare)),
  ]
}

/** Scrolls through the list while all that runs reports each second, beside a page at rest in the same run. */
async function framesOf(app: ElectronApplication, page: Page, place: Place, pid: number) {
  const list = '.grid.services'
  await page.getByRole('link', { name: 'Settings', exact: true }).first().click()
  const empty = await traced(app, place, pid, () => scroll(page, list, 0))
  await openServices(page)
  const scrolled = await traced(app, place, pid, () => scroll(page, list, stepPx))
  return { empty, scrolled }
}

const hclOf = (count: number, command: string): string =>
  Array.from(
    { length: count },
    (_, index) => `service "s${index}" {
  command   = "${command}"
  autostart = ${index < mostRunning}
}`,
  ).join('\n')

/** Until all that is to run does. */
async function settled(home: Home, count: number): Promise<void> {
  const wanted = Math.min(count, mostRunning)
  const endMs = performance.now() + usableWithinMs
  for (;;) {
    // An agent that is just starting does not answer yet.
    const running = ask<{ items: unknown[] }>(home, 'GET', '/services?state=running')
    const { items } = await running.catch(() => ({ items: [] }))
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

async function idle(pids: readonly number[], forMs: number): Promise<number> {
  const spent = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  const before = spent()
  await pause(forMs)
  return ((spent() - before) / forMs) * 1e5
}
