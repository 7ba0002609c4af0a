import { describe, expect, it } from 'vitest'
import type { HealthCheck, ProbeResult } from '../../../contract/index.ts'
import { answersInWords, answersOf, stateWords, termsOf } from './probes.ts'

const result = (part: Partial<ProbeResult> = {}): ProbeResult => ({
  at: '2026-11-28T14:00:00Z',
  ok: true,
  latencyMs: 4,
  text: '200 OK',
  ...part,
})
const check = (part: Partial<HealthCheck> = {}): HealthCheck => ({
  name: 'http',
  type: 'http',
  purpose: 'readiness',
  onFailure: 'alert',
  target: 'GET http://localhost:3000/health',
  intervalMs: 10_000,
  timeoutMs: 5_000,
  retries: 3,
  successThreshold: 1,
  startPeriodMs: 0,
  state: 'failing',
  since: '2026-11-28T14:00:00Z',
  consecutive: 4,
  nextAt: null,
  results: [result()],
  file: 'services.hcl',
  line: 3,
  ...part,
})

it('says how a probe stands', () => {
  expect(stateWords(check())).toBe('Failing, 4 times in a row')
  expect(stateWords(check({ state: 'starting', results: [] }))).toBe('First probe pending')
})

it('says on what terms it is probed', () =>
  expect(termsOf(check({ onFailure: 'restart', startPeriodMs: 30_000 }))).toBe(
    'every 10 s, at most 5 s, fails after 3, nothing counts for the first 30 s, restarts the service',
  ))

describe('answers', () => {
  const results = [result({ ok: false, latencyMs: null }), result({ latencyMs: 20 }), result({ latencyMs: 10 })]

  it('are shown oldest first, by their latency', () =>
    expect(answersOf(results, 50).map(({ share }) => share)).toEqual([0.5, 1, 1]))

  it('are told to who cannot see them', () =>
    expect(answersInWords(results)).toBe('2 of the last 3 answers passed, half of them within 20 ms'))
})
