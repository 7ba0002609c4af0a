import { expect, test } from 'vitest'
import type { Clock } from '../../os/clock.ts'
import { Scraper, type ScrapeTarget } from './scraper.ts'

const target = (name: string, intervalMs = 10_000): ScrapeTarget => ({
  id: name,
  instance: name,
  labels: {},
  url: `http://localhost/${name}`,
  shown: `http://localhost/${name}`,
  intervalMs,
})

/** Endpoints that answer what they are told to, by a clock that goes when it is told to. */
function bench() {
  let nowMs = 0
  let wallAheadMs = 0
  let due: { atMs: number; run: () => void } | undefined
  const clock: Clock = {
    nowMs: () => nowMs + wallAheadMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const mine = { atMs: nowMs + delayMs, run }
      due = mine
      return () => {
        if (due === mine) due = undefined
      }
    },
  }
  const given = { targets: [target('web')], answer: async (_url: string): Promise<string> => 'jobs 7\n' }
  const asked: { url: string; atMs: number }[] = []
  const problems: string[] = []
  let phase = 0
  const scraper = new Scraper({
    clock,
    random: () => {
      phase += 0.25
      return phase % 1
    },
    targets: () => given.targets,
    fetch: (url) => {
      asked.push({ url, atMs: nowMs })
      return given.answer(url)
    },
    onProblem: (instance, text) => problems.push(`${instance}: ${text}`),
  })
  return {
    scraper,
    given,
    asked,
    problems,
    setWallClock(byMs: number) {
      wallAheadMs += byMs
    },
    isIdle: () => due === undefined,
    async goTo(untilMs: number) {
      for (;;) {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve()
        const next = due
        if (!next || next.atMs > untilMs) break
        due = undefined
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
  }
}

const jobs = (scraper: Scraper) => scraper.measurements().map(({ metric, value }) => [metric, value])

test('an endpoint is read as often as it says, and those that came together at different times', async () => {
  const { scraper, given, asked, goTo } = bench()
  given.targets = [target('web'), target('db'), target('queue')]
  scraper.follow()
  await goTo(40_000)
  expect(asked.filter(({ url }) => url.endsWith('/web'))).toHaveLength(4)
  const first = ['web', 'db', 'queue'].map((name) => asked.find(({ url }) => url.endsWith(name))?.atMs)
  expect(new Set(first).size).toBe(3)
  expect(jobs(scraper).slice(0, 2)).toEqual([
    ['scrape_up', 1],
    ['jobs', 7],
  ])
})

test('what goes away is no longer told, and with nothing left to read no timer runs', async () => {
  const { scraper, given, goTo, isIdle, asked } = bench()
  scraper.follow()
  await goTo(10_000)
  expect(scraper.measurements()).toHaveLength(2)
  given.targets = []
  scraper.follow()
  expect(scraper.measurements()).toEqual([])
  expect(isIdle()).toBe(true)
  const before = asked.length
  await goTo(60_000)
  expect(asked).toHaveLength(before)
})

test('one that does not answer is told once, and has no values meanwhile', async () => {
  const { scraper, given, problems, goTo } = bench()
  scraper.follow()
  given.answer = async () => {
    throw new Error('connection refused by 127.0.0.1:80')
  }
  await goTo(60_000)
  expect(jobs(scraper)).toEqual([['scrape_up', 0]])
  given.answer = async () => 'jobs 8\n'
  await goTo(70_000)
  expect(jobs(scraper)).toEqual([
    ['scrape_up', 1],
    ['jobs', 8],
  ])
  expect(problems).toEqual(['web: Its metrics could not be read: connection refused by 127.0.0.1:80'])
})

test('a page that is no metrics, or tells of too many, is said with what is wrong', async () => {
  const { scraper, given, problems, goTo } = bench()
  scraper.follow()
  given.answer = async () => '<html>\n'
  await goTo(20_000)
  given.answer = async () => Array.from({ length: 201 }, (_, at) => `queue{name="${at}"} 1`).join('\n')
  await goTo(60_000)
  expect(problems).toEqual([
    'web: http://localhost/web does not answer in the format of Prometheus: line 1 is "<html>"',
    'web: It tells of 201 series at http://localhost/web; the first 200 are kept',
  ])
})

test('one that hangs is not asked again before it has answered, and holds up no other', async () => {
  const { scraper, given, asked, goTo } = bench()
  given.targets = [target('web'), target('db')]
  given.answer = (url) => (url.endsWith('web') ? new Promise(() => undefined) : Promise.resolve('jobs 7\n'))
  scraper.follow()
  await goTo(60_000)
  expect(asked.filter(({ url }) => url.endsWith('web'))).toHaveLength(1)
  expect(asked.filter(({ url }) => url.endsWith('db')).length).toBeGreaterThan(4)
})

test('one whose service was stopped while it was read is no trouble', async () => {
  const { scraper, given, problems, goTo } = bench()
  scraper.follow()
  given.answer = async () => {
    given.targets = []
    throw new Error('connection refused by 127.0.0.1:80')
  }
  await goTo(60_000)
  expect(problems).toEqual([])
  expect(scraper.measurements()).toEqual([])
})

test('a rate is by the time that has passed, whatever is done to the wall clock', async () => {
  const { scraper, given, goTo, setWallClock } = bench()
  let jobsDone = 0
  given.answer = async () => {
    jobsDone += 100
    return `# TYPE jobs_total counter\njobs_total ${jobsDone}\n`
  }
  scraper.follow()
  await goTo(15_000)
  setWallClock(-9_000)
  await goTo(25_000)
  expect(jobs(scraper)).toContainEqual(['jobs_per_second', 10])
})
