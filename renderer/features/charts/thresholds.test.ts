import { describe, expect, it } from 'vitest'
import type { AlertRule } from '../../../contract/index.ts'
import { service } from '../../store/samples.ts'
import { readSize, thresholdsOf } from './thresholds.ts'

const rule = (when: string, part: Partial<AlertRule> = {}): AlertRule => ({
  name: 'memory-high',
  on: 'service',
  match: {},
  when,
  for: '0s',
  severity: 'warning',
  labels: {},
  notify: [],
  builtIn: false,
  enabled: true,
  hcl: '',
  state: 'ok',
  active: 0,
  evaluatedAt: null,
  evaluationMs: null,
  ...part,
})
const web = service({ name: 'web', tags: ['http'] })
const valuesOf = (...rules: AlertRule[]) =>
  thresholdsOf(rules, { on: 'service', metric: 'memory_bytes', service: web }).map(({ value }) => value)

it.each([
  ['256Mi', 268_435_456],
  ['1.5GB', 1.5e9],
  [1024, 1024],
  ['much', undefined],
])('reads %s as a size', (text, bytes) => expect(readSize(text)).toBe(bytes))

describe('thresholdsOf', () => {
  it.each([
    ['memory_bytes > 260MB', 260e6],
    ['state == "running" and memory_bytes >= 1Gi', 2 ** 30],
    ['avg(memory_bytes, 5m) > 100 and up == 1', 100],
    ['memory_bytes{kind="all"} > 3kB', 3000],
  ])('finds what %s compares with', (when, value) => expect(valuesOf(rule(when))).toEqual([value]))

  it.each(['memory_percent > 80', 'rate(memory_bytes, 5m) > 3', 'all_memory_bytes > 5', 'memory_bytes > 2 * avg(1h)'])(
    'has none for %s',
    (when) => expect(valuesOf(rule(when))).toEqual([]),
  )

  it('is of the rules that are for this service', () =>
    expect(
      valuesOf(
        rule('memory_bytes > 1', { match: { tags: ['http', 'edge'] } }),
        rule('memory_bytes > 2', { match: { tags: ['mail'] } }),
        rule('memory_bytes > 3', { enabled: false }),
        rule('memory_bytes > 4', { on: 'host' }),
      ),
    ).toEqual([1]))
})
