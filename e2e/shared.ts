import AxeBuilder from '@axe-core/playwright'
import { type Page, test } from '@playwright/test'
import { closePanel, type Hcl, makePlace, openPanel, type Panel, type Place } from './launch.ts'

/** A panel on a place of its own; what it holds is there while tests run. */
export interface Opened extends Panel {
  place: Place
  open(): Promise<void>
  close(): Promise<void>
}

/** Opens a panel for all tests of a file, or anew for each of them, and ends it behind them. */
export function panelFor(forWhat: 'file' | 'test', hcl: Hcl): Opened {
  const opened = {
    async open() {
      Object.assign(opened, await openPanel(opened.place))
    },
    close: () => closePanel(opened.place, opened.process),
  } as Opened
  const [before, after] = forWhat === 'file' ? [test.beforeAll, test.afterAll] : [test.beforeEach, test.afterEach]
  before(async () => {
    opened.place = makePlace(hcl)
    await opened.open()
  })
  after(async () => {
    try {
      await opened.close()
    } finally {
      await opened.place.remove()
    }
  })
  return opened
}

/** Sent one behind the other without a wait: the keys of a sequence must not be far apart. */
export async function pressTogether(page: Page, ...keys: string[]): Promise<void> {
  await Promise.all(keys.map((key) => page.keyboard.press(key)))
}

/** What of a page keeps somebody out, as axe finds it. Electron has no page of its own for axe to run in, hence its older way. */
export async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
}
