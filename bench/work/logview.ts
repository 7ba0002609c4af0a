import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { ask, type Place as Home, makePlace, openPanel } from '../../e2e/launch.ts'
import { pssMiB } from '../proc.ts'
import { type Figure, figuresAbout, percentile } from '../table.ts'
import { scroll, scrollFigures, type Traced, traced } from '../trace.ts'
import { type Measurement, pause, rendererPid } from './common.ts'

const writer = fileURLToPath(new URL('../fixtures/writer.mjs', import.meta.url))
const patienceMs = 60_000
const rounds = 5
/** A strong wheel: some fifteen rows a frame. */
const stepPx = 300
const log = '[role="log"]'

/** The view of logs over a million lines: to open, to scroll, and what it takes. Needs the built panel and a display. */
export const logview: Measurement = async ({ place, quick, say }) => {
  if (!process.env.DISPLAY) {
    say('left out: there is no display (xvfb-run gives one)')
    return []
  }
  const lines = quick ? 100_000 : 1_000_000
  const home = makePlace(hclOf(lines, join(place.fresh('writer'), 'result')), place.env)
  const { app, page } = await openPanel(home)
  try {
    await until(async () => (await kept(home)) >= lines, `${lines} lines are kept`)
    say(`${lines} lines are kept`)
    const pid = await rendererPid(app)
    // The compiler that runs this names inner functions with a helper that pages do not have.
    await page.evaluate('globalThis.__name = (named) => named')
    const openedMs = await openings(page)
    say('opened')
    await go(page, 'Activity')
    const empty = await traced(app, place, pid, () => scroll(page, log, 0))
    await go(page, 'Logs')
    await isOpen(page)
    const up = await traced(app, place, pid, () => scroll(page, log, -stepPx))
    say('scrolled')
    const memoryMiB = pssMiB(pid)
    await page.keyboard.press('End')
    const flood = await traced(app, place, pid, async () => {
      await ask(home, 'POST', '/services/flood/start')
      await until(async () => (await kept(home)) >= 2 * lines, 'the flood is kept')
    })
    return figures({ lines, openMs: percentile(openedMs, 0.5), empty, up, flood, memoryMiB })
  } finally {
    await ask(home, 'POST', '/agent/shutdown').catch(() => undefined)
    await app.close().catch(() => undefined)
    await home.remove()
  }
}

interface Seen {
  lines: number
  openMs: number
  empty: Traced
  up: Traced
  flood: Traced
  memoryMiB: number
}

function figures({ lines, openMs, empty, up: scrolled, flood, memoryMiB }: Seen): Figure[] {
  const of = figuresAbout(`${lines / 1000}k lines`)
  return [
    of('open the view', 'ms', openMs),
    of('frames in 8 s of scrolling', '', scrolled.drawn),
    of('tasks above 50 ms meanwhile', '', scrolled.longTasks, 0),
    ...scrollFigures(of, scrolled, empty),
    of('longest task while as many more are followed', 'ms', flood.longestTaskMs, 50),
    of('memory of the renderer (PSS)', 'MiB', memoryMiB),
  ]
}

const hclOf = (lines: number, result: string): string =>
  serviceOf('writer', lines, result, true) + serviceOf('flood', lines, result, false)

const serviceOf = (name: string, lines: number, result: string, autostart: boolean): string => `
service "${name}" {
  autostart = ${autostart}
  command = ${JSON.stringify(process.execPath)}
  args    = ${JSON.stringify([writer, result, String(lines)])}
  restart {
    policy = "never"
  }
  logs {
    max_files = 1000
  }
}
`

const kept = async (home: Home): Promise<number> => (await ask<{ kept: number }>(home, 'GET', '/logs/histogram')).kept

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await pause(100)
  }
}

const go = (page: Page, name: string): Promise<void> => page.getByRole('link', { name, exact: true }).first().click()
const isOpen = (page: Page): Promise<void> => page.locator('.log-item').last().waitFor()

/** From the click on the link to the first drawing with lines, as the page itself sees it. */
async function openings(page: Page): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    await go(page, 'Activity')
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    taken.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const startedAtMs = performance.now()
            const look = (): void => {
              if (document.querySelector('.log-item')) resolve(performance.now() - startedAtMs)
              else requestAnimationFrame(look)
            }
            const links = [...document.querySelectorAll('nav a')] as HTMLElement[]
            links.find((link) => link.textContent?.startsWith('Logs'))?.click()
            requestAnimationFrame(look)
          }),
      ),
    )
  }
  return taken
}
