import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { figuresOf, mostSeries } from './figures.ts'
import { parseExposition } from './parse.ts'

/** The example of Prometheus' own description of the format, shortened. */
const example = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045

# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
`

describe('what an endpoint answers', () => {
  test('is read with labels, escapes and numbers of every kind', () => {
    const { samples, types, wrong } = parseExposition(example)
    expect(wrong).toBeUndefined()
    expect(samples[0]).toEqual({ name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 })
    expect(samples[2]).toEqual({
      name: 'msdos_file_access_time_seconds',
      labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1.458255915e9,
    })
    expect(samples.map(({ value }) => value)).toContain(Number.POSITIVE_INFINITY)
    expect(samples).toHaveLength(12)
    expect(types.get('rpc_duration_seconds')).toBe('summary')
  })

  test('is read all the same where one line is wrong, and the line is named', () => {
    const { samples, wrong } = parseExposition('a 1\nb{c="d} 2\nc{} 3\n')
    expect(samples.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(wrong).toEqual({ line: 2, text: 'b{c="d} 2' })
  })

  test('never makes the reader throw or loop', () => {
    const piece = fc.constantFrom('a', '{', '}', '"', '\\', ',', '=', ' ', '\n', '1', 'NaN', '#', ' TYPE ', '\u0000')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        for (const { value } of parseExposition(pieces.join('')).samples) expect(typeof value).toBe('number')
      }),
    )
  })
})

describe('what is kept of it', () => {
  const read = (text: string, atMs: number, before?: ReturnType<typeof figuresOf>['reading']) =>
    figuresOf(parseExposition(text), 'web', {}, atMs, before)
  const values = ({ measurements }: ReturnType<typeof figuresOf>) =>
    Object.fromEntries(measurements.map(({ metric, value }) => [metric, value]))

  test('is a gauge as it is, and of counters the rate between two readings', () => {
    const text = (requests: number, sum: number, count: number): string =>
      `# TYPE jobs gauge\njobs 7\n# TYPE requests_total counter\nrequests_total ${requests}\n` +
      `# TYPE took_seconds histogram\ntook_seconds_bucket{le="1"} 3\ntook_seconds_sum ${sum}\ntook_seconds_count ${count}\n`
    const first = read(text(100, 10, 20), 0)
    expect(values(first)).toEqual({ jobs: 7 })
    expect(values(read(text(150, 16, 32), 10_000, first.reading))).toEqual({
      jobs: 7,
      requests_per_second: 5,
      took_seconds_sum_per_second: 0.6,
      took_seconds_count_per_second: 1.2,
      took_seconds_mean: 0.5,
    })
  })

  test('counts a counter that has begun anew from zero', () => {
    const first = read('a_total 1000\n', 0)
    expect(values(read('a_total 20\n', 10_000, first.reading))).toEqual({ a_per_second: 2 })
  })

  test('is no more than so many series, and none of a name that the agent measures itself', () => {
    const many = Array.from({ length: mostSeries + 5 }, (_, at) => `queue{name="${at}"} 1`).join('\n')
    const figures = read(`cpu_percent 3\n${many}\n`, 0)
    expect([figures.measurements.length, figures.left]).toEqual([mostSeries, 5])
    expect(figures.measurements[0]).toMatchObject({ metric: 'queue', subject: 'web', labels: { name: '0' } })
  })

  test('has one labels object for each series, from reading to reading', () => {
    const first = read('queue{name="a"} 1\n', 0)
    const second = read('queue{name="a"} 2\n', 1_000, first.reading)
    expect(second.measurements[0]?.labels).toBe(first.measurements[0]?.labels)
  })
})
