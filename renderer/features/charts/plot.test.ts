import { describe, expect, it } from 'vitest'
import { csvOf } from './csv.ts'
import { keyMove } from './cursor.ts'
import { measure, type PlotSpec } from './plot.ts'

const span = { fromMs: 0, toMs: 1000 }
const line = {
  id: 'web',
  name: 'web',
  series: 1,
  stepMs: 10,
  points: [
    [0, 10],
    [500, 38],
    [600, null],
  ] as const,
}
const plot = (part: Partial<PlotSpec> = {}): PlotSpec => ({
  id: 'cpu',
  name: 'CPU',
  unit: 'percent',
  lines: [{ ...line, points: line.points.map(([at, value]) => [at, value]) }],
  ...part,
})

describe('measure', () => {
  it('ends at a round number over all values', () => expect(measure(plot(), span).top).toBe(40))

  it('makes room for a threshold that is near, and none for one far above', () => {
    const thresholds = [50, 4000].map((value) => ({ value, severity: 'warning' as const, label: `over ${value}` }))
    const measured = measure(plot({ thresholds }), span)
    expect(measured.top).toBe(60)
    expect(measured.beyond.map(({ label }) => label)).toEqual(['over 4000'])
  })

  it('is no mountain of noise', () => expect(measure(plot({ leastTop: 100 }), span).top).toBe(100))
})

describe('keyMove', () => {
  const marks = [{ atMs: 200, shape: 'failed', kind: 'failures', text: 'failed', tone: 'trouble' }] as const
  const press = (key: string, cursorMs: number | null = 500, shiftKey = false) =>
    keyMove({ key, shiftKey }, { span, cursorMs, nowMs: 1000, marks })

  it.each([
    ['ArrowLeft', 490],
    ['ArrowRight', 510],
    ['Home', 0],
    ['End', 1000],
    ['N', 200],
  ])('moves the cursor by %s', (key, cursorMs) => expect(press(key)).toEqual({ cursorMs }))

  it('takes longer steps with Shift, and begins at the end', () =>
    expect(press('ArrowLeft', null, true)).toEqual({ cursorMs: 900 }))

  it('has no meaning for keys of the page', () =>
    expect(['r', 's', 'Tab', 'n'].map((key) => press(key))).toEqual([undefined, undefined, undefined, undefined]))

  it('opens the logs only where there is a cursor', () =>
    expect([press('Enter'), press('Enter', null)]).toEqual([{ isOpened: true }, undefined]))
})

describe('csvOf', () => {
  it('has a row for each time, and nothing where nothing was measured', () =>
    expect(csvOf([plot()], span).split('\r\n')).toEqual([
      'time,web: CPU (percent)',
      '1970-01-01T00:00:00.000Z,10',
      '1970-01-01T00:00:00.500Z,38',
      '1970-01-01T00:00:00.600Z,',
      '',
    ]))

  it('makes a name no formula', () =>
    expect(csvOf([plot({ lines: [{ ...line, name: '=HYPERLINK("x")', points: [] }] })], span)).toContain(
      `"'=HYPERLINK(""x""): CPU (percent)"`,
    ))
})
