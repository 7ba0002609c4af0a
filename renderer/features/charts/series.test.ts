import { describe, expect, it } from 'vitest'
import type { Point } from '../../../contract/index.ts'
import { downTimes, drawable, joined, mostPoints, summaryOf, summed, valueAt, withLive } from './series.ts'

const course = (points: readonly Point[], stepMs = 10) => ({ points, stepMs })
const broken = course([
  [0, 1],
  [10, 2],
  [20, null],
  [100, 5],
  [110, 6],
])
const span = { fromMs: 0, toMs: 120 }

describe('valueAt', () => {
  it.each([
    [0, 1],
    [9, 2],
    [11, 2],
    [60, null],
    [100, 5],
    [112, 6],
    [500, null],
  ])('says at %d what was measured there: %s', (atMs, value) => expect(valueAt(broken, atMs)).toBe(value))

  it('has nothing of nothing', () => expect(valueAt(course([]), 5)).toBeNull())
})

describe('summaryOf', () => {
  it('weighs each value by its time, and a gap not at all', () =>
    expect(summaryOf(broken, span)).toMatchObject({
      mean: (10 + 20 + 50 + 60) / 40,
      highest: 6,
      last: 6,
      hasEnded: false,
    }))

  it('says that a course has ended', () =>
    expect(
      summaryOf(
        course([
          [0, 3],
          [10, null],
        ]),
        span,
      ),
    ).toMatchObject({ last: 3, hasEnded: true }))

  it('is none where nothing was measured', () => expect(summaryOf(broken, { fromMs: 30, toMs: 40 })).toBeNull())
})

describe('joined', () => {
  it('lets what is newer take the place of what stood there', () =>
    expect(
      joined(
        [
          [0, 1],
          [10, 2],
          [20, 3],
        ],
        [
          [10, 9],
          [15, 8],
        ],
        0,
      ),
    ).toEqual([
      [0, 1],
      [10, 9],
      [15, 8],
    ]))

  it('forgets what lies before the span, but for the point that leads into it', () =>
    expect(
      joined(
        [
          [0, 1],
          [10, 2],
          [20, 3],
        ],
        [[30, 4]],
        15,
      ),
    ).toEqual([
      [10, 2],
      [20, 3],
      [30, 4],
    ]))

  it('holds no more points than anybody can see', () => {
    const many = Array.from({ length: mostPoints + 50 }, (_, index): Point => [index, 1])
    expect(joined(many, [[1e6, 2]], 0)).toHaveLength(mostPoints)
  })
})

describe('withLive', () => {
  const wide = { fromMs: 0, toMs: 60_000 }
  const seconds = course(
    [
      [58_000, 1],
      [59_000, 2],
    ],
    1000,
  )

  it('adds the value of now', () =>
    expect(withLive(seconds, 60_000, 3, wide)).toEqual([
      [58_000, 1],
      [59_000, 2],
      [60_000, 3],
    ]))

  it('begins a gap when nothing is measured any more, once', () => {
    const ended = withLive(seconds, 60_000, null, wide)
    expect(ended.at(-1)).toEqual([60_000, null])
    expect(withLive(course(ended, 1000), 61_000, null, wide)).toBe(ended)
  })

  it('leaves a gap where it has not looked', () =>
    expect(withLive(seconds, 90_000, 3, { fromMs: 0, toMs: 90_000 }).slice(-2)).toEqual([
      [60_000, null],
      [90_000, 3],
    ]))

  it('replaces the last value where a plot could not show both', () => {
    const day = { fromMs: 0, toMs: 86_400_000 }
    const late = course(
      [
        [86_390_000, 1],
        [86_391_000, 2],
      ],
      1000,
    )
    expect(withLive(late, 86_392_000, 3, day)).toEqual([
      [86_390_000, 1],
      [86_392_000, 3],
    ])
  })
})

it('gives a value without neighbours a width, so that it is seen', () =>
  expect(
    drawable(
      course([
        [0, null],
        [10, 4],
        [20, null],
      ]),
    ),
  ).toEqual([
    { t: 0, v: null },
    { t: 10, v: 4 },
    { t: 15, v: 4 },
    { t: 20, v: null },
  ]))

it('knows when a service was down, to the end of the span', () => {
  const up = course([
    [0, 1],
    [10, 0],
    [30, 1],
    [50, 0],
  ])
  expect(downTimes(up, span)).toEqual([
    { fromMs: 10, toMs: 30 },
    { fromMs: 50, toMs: 120 },
  ])
})

it('adds courses up where any was measured', () =>
  expect(
    summed([
      course([
        [0, 1],
        [10, null],
      ]),
      course([
        [0, 2],
        [10, null],
        [20, 5],
      ]),
    ]),
  ).toEqual([
    [0, 3],
    [10, null],
    [20, 5],
  ]))
