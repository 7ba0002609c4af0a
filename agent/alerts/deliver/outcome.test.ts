import { expect, it } from 'vitest'
import { judge, outcomeOf, triedForMs } from './outcome.ts'

const failure = { delivered: false as const, final: false, text: 'No' }

it('tries again after 1, 2, 4 … seconds, at most 5 minutes apart', () => {
  const pauses = [1, 2, 3, 4, 8, 9, 10, 40].map((attempts) => judge(failure, attempts, 0, 0).atMs / 1000)
  expect(pauses).toEqual([1, 2, 4, 8, 128, 256, 300, 300])
})

it('gives up after a day', () => {
  expect(judge(failure, 300, 0, triedForMs - 300_000)).toMatchObject({ state: 'waiting' })
  expect(judge(failure, 300, 0, triedForMs - 299_000)).toMatchObject({ state: 'gave-up' })
})

it('does not take days in which the machine slept, or by which its clock jumped, for days of trying', () => {
  const decadeMs = 3_650 * triedForMs
  expect(judge(failure, 1, 0, decadeMs)).toMatchObject({ state: 'waiting' })
  expect(judge(failure, 11, 0, decadeMs)).toMatchObject({ state: 'waiting' })
  expect(judge(failure, 12, 0, decadeMs)).toMatchObject({ state: 'gave-up' })
})

it('waits as long as the receiver asks, within bounds', () => {
  const asks = (retryAfterMs: number) => judge({ ...failure, retryAfterMs }, 1, 0, 0).atMs
  expect(asks(30_000)).toBe(30_000)
  expect(asks(0)).toBe(1000)
  expect(asks(10 ** 12)).toBe(3_600_000)
})

it.each([
  [200, true, false],
  [204, true, false],
  [301, false, true],
  [400, false, true],
  [401, false, true],
  [404, false, true],
  [408, false, false],
  [429, false, false],
  [500, false, false],
  [503, false, false],
])('takes status %i for delivered %s, final %s', (status, delivered, final) => {
  const outcome = outcomeOf(status, undefined, 0)
  expect(outcome.delivered).toBe(delivered)
  if (!outcome.delivered) expect(outcome.final).toBe(final)
})

it('reads Retry-After in seconds and as a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  expect(outcomeOf(429, '120', now)).toMatchObject({ retryAfterMs: 120_000 })
  expect(outcomeOf(503, 'Thu, 01 Jan 2026 00:01:00 GMT', now)).toMatchObject({ retryAfterMs: 60_000 })
  expect(outcomeOf(503, 'soon', now)).not.toHaveProperty('retryAfterMs')
})
