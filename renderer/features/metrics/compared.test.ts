import { describe, expect, it } from 'vitest'
import type { Series } from '../../../contract/index.ts'
import { busiestOf, comparedLines } from './compared.ts'

const series = (subject: string, value: number, labels: Series['labels'] = {}): Series => ({
  metric: 'cpu_percent',
  unit: 'percent',
  on: 'service',
  subject,
  labels,
  points: [[0, value]],
  level: 'raw',
  stat: 'mean',
  stepMs: 5000,
})
const ten = Array.from({ length: 10 }, (_, index) => series(`web#${index}`, 1))

describe('comparedLines', () => {
  it('has at most eight lines, the last of which is all others together', () => {
    const lines = comparedLines(ten, (subject) => Number(subject.slice(4)) + 1)
    expect(lines.map(({ name }) => name).slice(-2)).toEqual(['web#6', '3 others'])
    expect(lines.at(-1)?.points).toEqual([[0, 3]])
  })

  it('tells series of one service apart by their labels', () =>
    expect(
      comparedLines([series('web', 1, { code: '200' }), series('web', 2, { code: '500' })], () => 1),
    ).toMatchObject([
      { name: '200', series: 1 },
      { name: '500', series: 2 },
    ]))
})

it('takes those that use most first, and none that does not run', () =>
  expect(
    busiestOf(
      new Map([
        ['idle', { cpuPercent: 0 }],
        ['busy', { cpuPercent: 90 }],
        ['down', { cpuPercent: null }],
      ]),
    ),
  ).toEqual(['busy', 'idle']))
