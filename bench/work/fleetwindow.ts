import { closePanel, makePlace, openPanel } from '../../e2e/launch.ts'
import { cpuSeconds, pssMiB } from '../proc.ts'
import { type Figure, figuresAbout } from '../table.ts'
import { scroll, scrollFigures, traced } from '../trace.ts'
import { type Bench, pause, rendererPid } from './common.ts'

const shownWithinMs = 60_000
/** A fast wheel: some three rows a frame. */
const stepPx = 100

interface Hosts {
  count: number
  hcl(name: string): string
}

/** The panel on its Fleet page, while all hosts tell of themselves. */
export async function fleetInWindow({ place, quick, say }: Bench, hosts: Hosts): Promise<Figure[]> {
  if (!process.env.DISPLAY) {
    say('without the window: there is no display (xvfb-run gives one)')
    return []
  }
  const { count } = hosts
  const home = makePlace(hosts.hcl('home'), place.env)
  const { app, page, process: main } = await openPanel(home)
  try {
    await page.evaluate('globalThis.__name = (named) => named')
    const pids = [main.pid ?? 0, await rendererPid(app)] as const
    const used = (): number[] => pids.map(cpuSeconds)
    await page.getByRole('link', { name: 'Settings', exact: true }).first().click()
    const rest = quick ? undefined : await traced(app, place, pids[1], () => scroll(page, '.fleet-hosts', 0))
    await page.getByRole('link', { name: 'Fleet', exact: true }).first().click()
    await page.locator(`.fleet-hosts table[aria-rowcount="${count + 2}"]`).waitFor({ timeout: shownWithinMs })
    const scrolled = quick ? undefined : await traced(app, place, pids[1], () => scroll(page, '.fleet-hosts', stepPx))
    await pause(quick ? 500 : 5_000)
    const forMs = quick ? 2_000 : 20_000
    const before = used()
    await pause(forMs)
    const [mainPercent = 0, pagePercent = 0] = used().map(
      (seconds, index) => ((seconds - (before[index] ?? 0)) / forMs) * 1e5,
    )
    say(`${count} hosts in the window`)
    const of = figuresAbout(`Fleet page of ${count} hosts`)
    return [
      of('main process', '% of a core', mainPercent),
      of('page', '% of a core', pagePercent),
      of('memory of main (PSS)', 'MiB', pssMiB(pids[0])),
      of('memory of the page (PSS)', 'MiB', pssMiB(pids[1])),
      ...(rest && scrolled ? scrollFigures(of, scrolled, rest) : []),
    ]
  } finally {
    await closePanel(home, main)
    await home.remove()
  }
}
