import { expect, test } from 'vitest'
import type { Encoder } from './encode.ts'
import { Exporter } from './exporter.ts'
import { handClock } from './fixtures/clock.ts'
import { BoundedQueue } from './queue.ts'
import { type Answer, answerOf, pauseFor } from './retry.ts'
import type { SpanItem } from './types.ts'

const span = (name: string): SpanItem => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  name,
  isServer: false,
  startMs: 0,
  endMs: 1,
  attributes: {},
})
const spans = (count: number): SpanItem[] => Array.from({ length: count }, (_, at) => span(String(at)))
const byName: Encoder = {
  encode: (_signal, items) => Buffer.from(items.map((item) => (item as SpanItem).name).join(' ')),
  rejected: () => ({ count: 0, text: '' }),
}

/** An exporter whose receiver answers as it is told, and else takes all. */
function setUp() {
  const clock = handClock()
  const sent: string[] = []
  const told: (string | undefined)[] = []
  const answers: (Answer | 'hangs')[] = []
  const exporter = new Exporter('traces', {
    clock,
    random: () => 0,
    encoder: async () => byName,
    send: (body, abort) => {
      const answer = answers.shift() ?? { came: 'taken', rejected: 0, text: '' }
      sent.push(Buffer.from(body).toString())
      if (answer !== 'hangs') return Promise.resolve(answer)
      return new Promise((resolve) =>
        abort.addEventListener('abort', () => resolve({ came: 'later', text: 'called off' })),
      )
    },
    turned: (problem) => told.push(problem),
  })
  return { clock, sent, told, answers, exporter }
}

test('what comes together is sent together', async () => {
  const { clock, sent, exporter } = setUp()
  exporter.add([span('one')])
  exporter.add([span('two')])
  await clock.pass(1_000)
  expect(sent).toEqual(['one two'])
  expect(exporter.counts).toEqual({ sent: 2, dropped: 0, waiting: 0 })
  expect(clock.timers()).toBe(0)
})

test('what was not taken is sent again, later and later, and it is said once and once that it goes well again', async () => {
  const { clock, sent, told, answers, exporter } = setUp()
  answers.push(
    { came: 'later', text: 'away' },
    { came: 'later', text: 'away' },
    { came: 'later', text: 'x', retryAfterMs: 60_000 },
  )
  exporter.add([span('one')])
  await clock.pass(1_000)
  await clock.pass(999)
  expect(sent.length).toBe(1)
  await clock.pass(1)
  expect(sent.length).toBe(2)
  await clock.pass(2_000)
  expect(sent.length).toBe(3)
  await clock.pass(59_000)
  expect(sent.length).toBe(3)
  await clock.pass(1_000)
  expect(sent).toEqual(['one', 'one', 'one', 'one'])
  expect(told).toEqual(['away', undefined])
})

test('what is refused is not sent again, and what comes after it is', async () => {
  const { clock, sent, answers, exporter } = setUp()
  answers.push({ came: 'refused', text: 'bad' })
  exporter.add([span('one')])
  await clock.pass(1_000)
  exporter.add([span('two')])
  await clock.pass(1_000)
  expect(sent).toEqual(['one', 'two'])
  expect(exporter.counts).toEqual({ sent: 1, dropped: 1, waiting: 0 })
})

test('what a receiver has not taken of a request is counted as lost', async () => {
  const { clock, told, answers, exporter } = setUp()
  answers.push({ came: 'taken', rejected: 2, text: 'too old' })
  exporter.add(spans(3))
  await clock.pass(1_000)
  expect(exporter.counts).toEqual({ sent: 1, dropped: 2, waiting: 0 })
  expect(told).toEqual(['it did not take 2 of 3: too old'])
})

test('as long as a receiver is away only the newest wait, and the rest is counted as lost', async () => {
  const { clock, answers, exporter } = setUp()
  answers.push({ came: 'later', text: 'away' })
  exporter.add([span('first')])
  await clock.pass(1_000)
  for (let round = 0; round < 12; round++) exporter.add(spans(500))
  expect(exporter.counts).toEqual({ sent: 0, dropped: 1_000, waiting: 5_000 })
  let hasRoom = false
  void exporter.room(new AbortController().signal).then(() => (hasRoom = true))
  await clock.pass(0)
  expect(hasRoom).toBe(false)
  await clock.pass(1_000)
  expect(exporter.counts).toEqual({ sent: 5_001, dropped: 1_000, waiting: 0 })
  expect(hasRoom).toBe(true)
})

test('what waits is told at the end, once', async () => {
  const { clock, sent, exporter } = setUp()
  exporter.add([span('one')])
  await exporter.close(new AbortController().signal)
  expect(sent).toEqual(['one'])
  exporter.add([span('late')])
  expect(clock.timers()).toBe(0)
})

test('a receiver that hangs is waited for until the limit, and no longer', async () => {
  const { clock, sent, answers, exporter } = setUp()
  answers.push('hangs')
  exporter.add([span('one')])
  await clock.pass(1_000)
  exporter.add([span('two')])
  const limit = new AbortController()
  const closed = exporter.close(limit.signal)
  limit.abort()
  await closed
  await clock.pass(0)
  expect(sent).toEqual(['one'])
  expect(exporter.counts.sent).toBe(0)
  expect(clock.timers()).toBe(0)
})

test.each([
  [200, undefined],
  [429, 'later'],
  [502, 'later'],
  [503, 'later'],
  [504, 'later'],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [500, 'refused'],
  [301, 'refused'],
])('of an answer with status %i comes: %s', (status, came) => {
  expect(answerOf(status, undefined, 0)?.came).toBe(came)
})

test('a receiver says in seconds or by a date how long it wants to be left alone', () => {
  expect(answerOf(503, '7', 0)).toMatchObject({ retryAfterMs: 7_000 })
  expect(answerOf(429, 'Thu, 01 Jan 1970 00:01:00 GMT', 30_000)).toMatchObject({ retryAfterMs: 30_000 })
  expect(answerOf(503, 'soon', 0)).not.toHaveProperty('retryAfterMs')
})

test('pauses grow to half a minute, and nobody is obeyed for longer than five', () => {
  expect([1, 2, 3, 20].map((attempt) => pauseFor(attempt, 0))).toEqual([1_000, 2_000, 4_000, 30_000])
  expect(pauseFor(1, 1)).toBe(500)
  expect(pauseFor(1, 0, 3_600_000)).toBe(300_000)
})

test('a queue gives the oldest first, by weight, and one at least', () => {
  const queue = new BoundedQueue<number>(100, (weight) => weight)
  queue.add([10, 20, 60])
  expect(queue.take(30)).toEqual([10, 20])
  expect(queue.take(30)).toEqual([60])
  expect(queue.take(30)).toEqual([])
  expect(queue.weight).toBe(0)
})

test('a queue that is full loses its oldest, no more than it has to', () => {
  const queue = new BoundedQueue<number>(100, (weight) => weight)
  queue.add([50, 40])
  queue.add([30])
  expect([queue.dropped, queue.length, queue.weight]).toEqual([1, 2, 70])
})
