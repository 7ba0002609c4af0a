import { expect, test } from 'vitest'
import type { HealthCheckSpec } from '../config/index.ts'
import type { Clock } from '../os/index.ts'
import { Monitor, type Turn } from './monitor.ts'
import type { Answer } from './probes/probe.ts'

/** Time that moves when it is told to; what is due runs in order, and what was promised is done before the next. */
class TestClock implements Clock {
  #wallMs = 1_000_000
  #monotonicMs = 5_000
  #timers: { atMs: number; run: () => void }[] = []
  nowMs = (): number => this.#wallMs
  monotonicMs = (): number => this.#monotonicMs

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  get waiting(): number {
    return this.#timers.length
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      this.#move((next?.atMs ?? untilMs) - this.#monotonicMs)
      if (!next) break
      this.#timers = this.#timers.filter((other) => other !== next)
      next.run()
      await settled()
    }
    await settled()
  }

  /** The process stands still: timers come when it goes on. */
  stall(ms: number): void {
    this.#move(ms)
  }

  /** The machine sleeps: only the wall clock goes on. */
  sleep(ms: number): void {
    this.#wallMs += ms
  }

  #move(ms: number): void {
    this.#wallMs += ms
    this.#monotonicMs += ms
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const range = { file: 'a.hcl', line: 1, column: 1, endLine: 1, endColumn: 2 }
const check = (name = 'tcp', more: Partial<HealthCheckSpec> = {}): HealthCheckSpec => ({
  name,
  purpose: 'readiness',
  onFailure: 'alert',
  intervalMs: 10_000,
  timeoutMs: 5_000,
  retries: 3,
  successThreshold: 1,
  startPeriodMs: 0,
  probe: { type: 'tcp', port: 1 },
  range,
  ...more,
})

const good: Answer = { ok: true, latencyMs: 1, text: 'connected' }
const bad: Answer = { ok: false, latencyMs: 1, text: 'connection refused' }

/** A monitor whose probes answer at once, or when they are told to. */
function bench() {
  const clock = new TestClock()
  const turns: string[] = []
  const restarts: string[] = []
  const open: ((answer: Answer) => void)[] = []
  const seen = { asked: 0, underWay: 0, most: 0, atMs: [] as number[] }
  let now: Answer | 'open' = good
  let random = (): number => 0.5
  const monitor = new Monitor({
    clock,
    random: () => random(),
    ask: async (_instance, _check, signal) => {
      seen.asked++
      seen.atMs.push(clock.monotonicMs())
      seen.most = Math.max(seen.most, ++seen.underWay)
      const answer =
        now !== 'open'
          ? now
          : await new Promise<Answer>((resolve) => {
              open.push(resolve)
              signal.addEventListener('abort', () => resolve(bad))
            })
      seen.underWay--
      return answer
    },
    turned: (instance, { from, to, text }: Turn) => turns.push(`${instance}: ${from} to ${to}: ${text}`),
    restart: (instance, _check, text) => restarts.push(`${instance}: ${text}`),
    forget: () => {},
  })
  return {
    clock,
    monitor,
    turns,
    restarts,
    open,
    seen,
    answer: (answer: Answer | 'open') => {
      now = answer
    },
    chance: (value: () => number) => {
      random = value
    },
  }
}

test('what runs is tried at once, then at its interval; what does not run is not', async () => {
  const { clock, monitor, turns, seen } = bench()
  monitor.begin('web', [check()])
  expect(monitor.healthOf('web')).toBe('starting')
  await clock.pass(100)
  expect(turns).toEqual(['web: starting to healthy: connected'])
  await clock.pass(60_000)
  expect(seen.asked).toBe(7)
  monitor.end('web')
  expect(monitor.healthOf('web')).toBeUndefined()
  await clock.pass(60_000)
  expect(seen.asked).toBe(7)
  expect(clock.waiting).toBe(0)
})

test('three failures in a row make one turn, and one restart where the check says so', async () => {
  const { clock, monitor, turns, restarts, answer } = bench()
  monitor.begin('web', [check('tcp', { onFailure: 'restart' })])
  await clock.pass(1_000)
  answer(bad)
  await clock.pass(80_000)
  expect(turns.slice(1)).toEqual(['web: healthy to unhealthy: connection refused'])
  expect(restarts).toEqual(['web: connection refused'])
})

test('a service that starts is tried ever less often, and its first failures cost nothing', async () => {
  const { clock, monitor, answer, seen } = bench()
  answer(bad)
  monitor.begin('web', [check()])
  await clock.pass(9_000)
  expect(seen.asked).toBe(6)
  const [shown] = monitor.checksOf('web')
  expect(shown?.answers.every(({ ignored }) => ignored === 'it has only just started')).toBe(true)
  expect(monitor.healthOf('web')).toBe('starting')
  await clock.pass(60_000)
  expect(monitor.healthOf('web')).toBe('unhealthy')
})

test('a probe never overlaps itself', async () => {
  const { clock, monitor, answer, seen, open } = bench()
  answer('open')
  monitor.begin('web', [check()])
  await clock.pass(100_000)
  const both = Promise.all([monitor.probe('web'), monitor.probe('web')])
  expect(seen).toMatchObject({ asked: 1, most: 1 })
  open[0]?.(good)
  await both
  expect(monitor.healthOf('web')).toBe('healthy')
})

test('no more are under way than may be, and all come to their turn', async () => {
  const { clock, monitor, answer, seen, open } = bench()
  answer('open')
  for (let number = 0; number < 200; number++) monitor.begin(`web${number}`, [check()])
  await clock.pass(200)
  expect(seen.most).toBe(64)
  while (open.length > 0) {
    for (const done of open.splice(0)) done(good)
    await settled()
  }
  await clock.pass(0)
  expect(seen.asked).toBe(200)
  expect(seen.most).toBe(64)
})

test('what began together does not stay together', async () => {
  const { clock, monitor, seen, chance } = bench()
  for (let number = 0; number < 50; number++) monitor.begin(`web${number}`, [check()])
  let drawn = 0
  chance(() => (drawn++ * 0.618) % 1)
  await clock.pass(60_000)
  const late = seen.atMs.filter((atMs) => atMs > 50_000)
  expect(new Set(late).size).toBeGreaterThan(10)
})

test('an answer that was missed while the agent stood still does not count, nor does one right after it', async () => {
  const { clock, monitor, answer, turns, open } = bench()
  monitor.begin('web', [check('tcp', { retries: 1 })])
  await clock.pass(1_000)
  answer('open')
  await clock.pass(10_000)
  clock.stall(60_000)
  open.shift()?.(bad)
  await settled()
  expect(monitor.checksOf('web')[0]?.answers.at(-1)?.ignored).toMatch(/^the agent itself was held up for \d+/)
  answer(bad)
  await monitor.probe('web')
  expect(turns).toHaveLength(1)
  await clock.pass(60_000)
  expect(turns.at(-1)).toBe('web: healthy to unhealthy: connection refused')
})

test('failures right after a sleep of the machine do not count', async () => {
  const { clock, monitor, answer, turns } = bench()
  monitor.begin('web', [check('tcp', { retries: 1, intervalMs: 4_000 })])
  await clock.pass(5_000)
  clock.sleep(8 * 3_600_000)
  answer(bad)
  await clock.pass(8_000)
  expect(monitor.checksOf('web')[0]?.answers.at(-1)?.ignored).toMatch(/just woken up|held up/)
  answer(good)
  await clock.pass(60_000)
  expect(turns).toEqual(['web: starting to healthy: connected'])
})

test('a changed check begins anew, one that is as it was goes on', async () => {
  const { clock, monitor, seen } = bench()
  monitor.begin('web', [check('a'), check('b')])
  await clock.pass(1_000)
  const lower = { ...range, line: 9 }
  monitor.change('web', [check('a', { range: lower }), check('b', { intervalMs: 20_000 }), check('c')])
  expect(monitor.checksOf('web').map(({ spec, state }) => [spec.name, state.phase])).toEqual([
    ['a', 'passing'],
    ['b', 'starting'],
    ['c', 'starting'],
  ])
  await clock.pass(1_000)
  expect(seen.asked).toBe(4)
  expect(monitor.healthOf('web')).toBe('healthy')
  monitor.change('web', [])
  expect(monitor.healthOf('web')).toBeUndefined()
})

test('a check that waits for its turn is not tried any more once the files have changed it', async () => {
  const { clock, monitor, answer, open, seen } = bench()
  answer('open')
  for (let number = 0; number < 64; number++) monitor.begin(`web${number}`, [check()])
  await clock.pass(200)
  monitor.begin('late', [check('old', { onFailure: 'restart' })])
  await clock.pass(200)
  monitor.change('late', [check('new')])
  await clock.pass(200)
  answer(good)
  for (const done of open.splice(0)) done(good)
  await settled()
  expect(seen.asked).toBe(65)
})

test('fifty answers are kept, the newest', async () => {
  const { clock, monitor } = bench()
  monitor.begin('web', [check('tcp', { intervalMs: 1_000 })])
  await clock.pass(120_000)
  expect(monitor.checksOf('web')[0]?.answers).toHaveLength(50)
})
